// Two graphs over the same samples: how far they agree, and where they disagree most.

import { averageRanks, spearman } from '../evaluate/index.js';
import type { SimilarityGraph } from '../graph/index.js';
import { pairsOf, sampledSquare } from './pairs.js';

/** A pair of samples about which two graphs disagree. */
export interface Disagreement {
  readonly a: number;
  readonly b: number;
  /** Similarity in the first graph and in the second. */
  readonly first: number;
  readonly second: number;
  /** Fraction of the pairs that each graph holds to be less similar, 0 … 1. */
  readonly firstRank: number;
  readonly secondRank: number;
}

/** How far two graphs agree, and where they disagree most. */
export interface GraphComparison {
  readonly pairs: number;
  /** Spearman's rank correlation over the pairs. */
  readonly rankCorrelation: number;
  /** (pairs) similarities of the same pairs in the first graph and in the second. */
  readonly values: readonly [Float32Array, Float32Array];
  /** Pairs that the first graph holds to be far more similar than the second does, and the other way round. */
  readonly moreInFirst: readonly Disagreement[];
  readonly moreInSecond: readonly Disagreement[];
}

/**
 * Compares over all pairs of some samples, chosen by the seed. Ranks are compared, not values, since two sources have
 * two scales; one pair for each pair of captions (`key`) is shown.
 */
export function compareGraphs(
  first: SimilarityGraph,
  second: SimilarityGraph,
  samples: Int32Array,
  options: { count: number; seed: number; examples: number; key: (sample: number) => string },
): GraphComparison {
  const one = [...pairsOf(sampledSquare(first, samples, options))];
  const other = [...pairsOf(sampledSquare(second, samples, options))];
  const valuesOf = (pairs: typeof one) => Float32Array.from(pairs, ({ similarity }) => similarity);
  const values = [valuesOf(one), valuesOf(other)] as const;
  const [ranksA, ranksB] = values.map((list) => averageRanks(list));
  const last = Math.max(1, one.length - 1);
  const order = [...one.keys()].sort(
    (i, j) => ranksA![j]! - ranksB![j]! - (ranksA![i]! - ranksB![i]!) || i - j,
  );
  const disagreement = (i: number): Disagreement => ({
    a: one[i]!.a,
    b: one[i]!.b,
    first: one[i]!.similarity,
    second: other[i]!.similarity,
    firstRank: (ranksA![i]! - 1) / last,
    secondRank: (ranksB![i]! - 1) / last,
  });
  const examples = (places: readonly number[]) => {
    const seen = new Set<string>();
    const chosen: Disagreement[] = [];
    for (const place of places) {
      const { a, b } = one[place]!;
      const name = [options.key(a), options.key(b)].sort().join('\u0000');
      if (seen.has(name) || ranksA![place] === ranksB![place]) continue;
      seen.add(name);
      chosen.push(disagreement(place));
      if (chosen.length === options.examples) break;
    }
    return chosen;
  };
  return {
    pairs: one.length,
    rankCorrelation: spearman(values[0], values[1]),
    values,
    moreInFirst: examples(order),
    moreInSecond: examples(order.toReversed()),
  };
}
