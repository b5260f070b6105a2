// Optimizers, schedules and gradient clipping.
export * from './adamw.js';
export * from './clip.js';
export * from './lars.js';
export {
  type Group,
  Optimizer,
  type OptimizerScalars,
  type OptimizerState,
  type Parameters,
} from './optimizer.js';
export * from './schedules.js';
export * from './sgd.js';
