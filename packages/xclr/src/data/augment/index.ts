// Augmentation: recipes and the views they make.

export type { Box } from './boxes.js';
export { makeViewsBySize, viewsPerSample } from './multi-crop.js';
export type { ViewParameters } from './parameters.js';
export * from './recipe.js';
export { evaluationView, makeViews, type ViewOptions } from './views.js';
