// Optimizers, schedules and gradient clipping.
export * from './adamw.js';
export * from './clip.js';
export * from './lars.js';
export * from './loss-scale.js';
export {
  type Group,
  Optimizer,
  type OptimizerScalars,
  type OptimizerState,
  type Parameters,
  type StepOptions,
} from './optimizer.js';
export * from './schedules.js';
export * from './sgd.js';
