// Tools that look at similarity graphs: overview, levels, neighbors, comparison.
export { compareGraphs, type Disagreement, type GraphComparison } from './compare.js';
export { type Level, levelsOf } from './levels.js';
export { type Neighborhood, neighborhood } from './neighbors.js';
export { type Histogram, type Overview, overviewOf } from './overview.js';
export { type Pair, pairsOf, type SampledSquare, sampledSquare } from './pairs.js';
