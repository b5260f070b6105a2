// Losses: pure functions.

export { type ClipLossOptions, clipLoss } from './clip.js';
export {
  type ContrastiveOptions,
  contrastiveLoss,
  normalizeRows,
  targetDistribution,
} from './contrastive.js';
export { type SupervisedLossOptions, smoothedEntropy, supervisedLoss } from './supervised.js';
