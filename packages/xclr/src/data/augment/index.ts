// Augmentation: recipes and the views they make.

export type { Box } from './boxes.js';
export { checkRecipe } from './check-recipe.js';
export { globalViews, makeViewsBySize, viewsPerSample } from './multi-crop.js';
export { drawEvaluationView, drawView, type ViewParameters } from './parameters.js';
export * from './recipe.js';
export { evaluationView, makeViews, type ViewOptions } from './views.js';
