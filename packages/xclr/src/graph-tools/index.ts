// Tools that look at similarity graphs: overview, levels, neighbors, comparison.
export { compareGraphs, type Disagreement, type GraphComparison } from './compare.js';
export type { Level } from './levels.js';
export type { Neighborhood } from './neighbors.js';
export type { Histogram, Overview } from './overview.js';
export type { Pair, SampledSquare } from './pairs.js';
