// Layers, containers and initializers, with PyTorch's state-dict names.
export * from './activations.js';
export * from './attention.js';
export {
  BatchNorm1d,
  BatchNorm2d,
  type BatchNormOptions,
  countBatchNorms,
  keepRunningStatistics,
  synchronizeBatchNorm,
} from './batch-norm.js';
export { Block, type BlockRunner, generatorsAt, RecomputedBlocks, runBlocks } from './block.js';
export * from './containers.js';
export { Conv2d, type Conv2dOptions, type ConvGeometry, type Pair } from './conv.js';
export * from './dropout.js';
export * from './embedding.js';
export * as init from './init.js';
export * from './linear.js';
export * from './module.js';
export * from './norm.js';
export * from './pooling.js';
export type { LoadOptions, LoadReport, SizeMismatch } from './state-dict.js';
