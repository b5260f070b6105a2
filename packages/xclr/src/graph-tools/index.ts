// Tools that look at similarity graphs: overview, levels, neighbours, comparison.
export { compareGraphs, type Disagreement, type GraphComparison } from './compare.js';
export { type Level, levelsOf } from './levels.js';
export { type Neighbourhood, neighbourhood } from './neighbours.js';
export { type BatchTargets, batchTargets, type Histogram, type Overview, overviewOf } from './overview.js';
export { type Pair, pairsOf, type SampledSquare, sampledSquare } from './pairs.js';
