// Augmentation: recipes and the views they make.

export type { Box } from './boxes.js';
export { makeViewsBySize, makeViewsBySizeLater, viewsPerSample } from './multi-crop.js';
export { drawEvaluationView, type ViewParameters } from './parameters.js';
export * from './recipe.js';
export { squares, wholeImage } from './squares.js';
export { evaluationView, type ImagePixels, makeViews, type ViewOptions } from './views.js';
