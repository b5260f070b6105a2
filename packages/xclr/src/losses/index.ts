// Losses: pure functions.

export { type ClipLossOptions, clipLoss } from './clip.js';
export {
  type ContrastiveOptions,
  contrastiveLoss,
  noPositive,
  normalizeRows,
  softTargetLoss,
  softTargets,
  targetDistribution,
} from './contrastive.js';
export { memoryLoss, memoryTargets } from './memory.js';
export { mixTargets } from './mix-targets.js';
export { type PrototypeLossOptions, prototypeLoss, prototypeTargets } from './prototypes.js';
export { smoothTargets } from './smooth-targets.js';
export { softClipLoss, softClipTargets } from './soft-clip.js';
export { type StripClipOptions, stripClipLoss } from './strip-clip.js';
export { type StripTargets, stripRows, stripSums, stripsOf, stripTargetLoss, targetRows } from './strips.js';
export { type SupervisedLossOptions, smoothedEntropy, softLabelLoss, supervisedLoss } from './supervised.js';
