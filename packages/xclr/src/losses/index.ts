// Losses: pure functions.

export { type ClipLossOptions, clipLoss } from './clip.js';
export {
  type ContrastiveOptions,
  contrastiveLoss,
  normalizeRows,
  softTargetLoss,
  targetDistribution,
} from './contrastive.js';
export { type SupervisedLossOptions, smoothedEntropy, supervisedLoss } from './supervised.js';
