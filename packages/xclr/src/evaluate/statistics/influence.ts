// How much each test item moves a metric: the values whose spread is the uncertainty from the choice of items.

import type { Units } from '../types.js';

/**
 * For each unit, how the metric's estimate would move if the unit weighed more, times the number of units: for a mean, the value
 * less the mean; for a ratio of sums, its linear form (the "infinitesimal jackknife", Efron 1982). Their variance over units,
 * divided by the number of units, is the estimate's variance.
 */
export function influenceOf({ numerators, denominators }: Units): Float64Array {
  const n = numerators.length;
  let [numerator, denominator] = [0, 0];
  for (let i = 0; i < n; i++) {
    numerator += numerators[i]!;
    denominator += denominators[i]!;
  }
  const ratio = numerator / denominator;
  return Float64Array.from(numerators, (one, i) => ((one - ratio * denominators[i]!) * n) / denominator);
}
