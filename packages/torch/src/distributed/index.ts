// Training in several processes: where they meet, and how they exchange tensors.
export { type Patience, type Place, patienceOf, placeOf } from './environment.js';
export { type BucketOptions, GradientBuckets } from './gradient-buckets.js';
export { broadcastAll, Group, type GroupOptions } from './group.js';
export { GroupError, tryAgain } from './group-error.js';
