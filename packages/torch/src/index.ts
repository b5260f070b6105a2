// @xclr/torch: typed LibTorch for Node.

export * from './autograd.js';
export * from './device.js';
export * as distributed from './distributed/index.js';
export * from './dtype.js';
export {
  type ImageViewsOptions,
  imageViews,
  imageViewsLater,
  type LaterViews,
  type PolicyOperation,
  policy_,
  policyOperations,
  signedPolicyOperations,
  type ViewEdges,
  viewColumns,
} from './image-views.js';
export * as io from './io/index.js';
export { fastConv2d, fastRelu_, type NormReluOptions, normRelu, sgdStep_ } from './kernels.js';
export type { BuildInfo } from './native.js';
export * as nn from './nn/index.js';
export * from './ops.generated.js';
export * as optim from './optim/index.js';
export * from './runtime.js';
export { keep, liveTensors, scoped } from './scope.js';
export { LibtorchError } from './setup/libtorch-error.js';
export { borrow, mapFile, type NestedNumbers, Tensor, tensor } from './tensor.js';
