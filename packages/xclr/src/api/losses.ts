// xclr/losses: pure functions of tensors. Loads no image decoder, no text encoder and no ONNX runtime.
export { type ClipLossOptions, clipLoss } from '../losses/clip.js';
export {
  type ContrastiveOptions,
  contrastiveLoss,
  normalizeRows,
  targetDistribution,
} from '../losses/contrastive.js';
export { memoryLoss, memoryTargets } from '../losses/memory.js';
export { mixTargets } from '../losses/mix-targets.js';
export { type PrototypeLossOptions, prototypeLoss, prototypeTargets } from '../losses/prototypes.js';
export { smoothTargets } from '../losses/smooth-targets.js';
export { softClipLoss, softClipTargets } from '../losses/soft-clip.js';
export { type StripClipOptions, stripClipLoss } from '../losses/strip-clip.js';
export {
  type RowRange,
  type StripLogits,
  type StripOptions,
  type StripStatisticsOptions,
  type StripTargets,
  stripContrastiveLoss,
  stripRows,
  stripStatistics,
} from '../losses/strips.js';
export {
  type SupervisedLossOptions,
  smoothedEntropy,
  softLabelLoss,
  supervisedLoss,
} from '../losses/supervised.js';
