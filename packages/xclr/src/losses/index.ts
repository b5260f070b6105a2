// Losses: pure functions.
export {
  type ContrastiveOptions,
  contrastiveLoss,
  normalizeRows,
  targetDistribution,
} from './contrastive.js';
