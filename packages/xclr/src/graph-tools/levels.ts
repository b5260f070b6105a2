// Pairs at each level of similarity, so that a person can check whether 0.8 means what it should.

import { Random } from '../util/random.js';
import { type Pair, pairsOf, type SampledSquare } from './pairs.js';

export interface Level {
  readonly from: number;
  readonly to: number;
  /** How many of the sampled pairs lie here. */
  readonly count: number;
  readonly pairs: readonly Pair[];
}

/**
 * A few pairs from each tenth of the range, the most similar first; empty levels are left out. Every pair of a level is
 * equally likely to be shown, by the seed; pairs that `same` holds for (equal captions) are counted and not shown.
 */
export function levelsOf(
  square: SampledSquare,
  { each, seed, same }: { each: number; seed: number; same: (a: number, b: number) => boolean },
): Level[] {
  const random = new Random(seed, 0x1e7e1);
  const levels = new Map<number, { count: number; seen: number; pairs: Pair[] }>();
  for (const pair of pairsOf(square)) {
    const tenth = Math.min(9, Math.floor(pair.similarity * 10 + 1e-6));
    const level = levels.get(tenth) ?? { count: 0, seen: 0, pairs: [] };
    levels.set(tenth, level);
    level.count++;
    if (same(pair.a, pair.b)) continue;
    level.seen++;
    // Reservoir sampling: each of the pairs seen so far stays with the same probability.
    const place = level.pairs.length < each ? level.pairs.length : random.below(level.seen);
    if (place < each) level.pairs[place] = pair;
  }
  return [...levels]
    .sort(([a], [b]) => b - a)
    .map(([tenth, { count, pairs }]) => ({
      from: tenth / 10,
      to: (tenth + 1) / 10,
      count,
      pairs: pairs.toSorted((a, b) => b.similarity - a.similarity),
    }));
}
