// What a graph is like as a whole: its spread of similarities.
import { pairsOf, type SampledSquare } from './pairs.js';

export interface Histogram {
  /** Edges of the bins; one more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface Overview {
  readonly pairs: number;
  readonly mean: number;
  /** The 1st, 25th, 50th, 75th and 99th percentile of the similarities. */
  readonly quantiles: readonly [number, number, number, number, number];
  readonly histogram: Histogram;
}

/** The spread of similarities over pairs of different samples. */
export function overviewOf(square: SampledSquare, bins = 40): Overview {
  const values = Float32Array.from(pairsOf(square), ({ similarity }) => similarity).sort();
  const at = (fraction: number) => values[Math.round(fraction * (values.length - 1))] ?? Number.NaN;
  const [low, high] = [Math.min(0, values[0] ?? 0), Math.max(1, values.at(-1) ?? 1)];
  const counts = new Array<number>(bins).fill(0);
  let sum = 0;
  for (const value of values) {
    sum += value;
    counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++;
  }
  return {
    pairs: values.length,
    mean: sum / values.length,
    quantiles: [at(0.01), at(0.25), at(0.5), at(0.75), at(0.99)],
    histogram: {
      edges: Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins),
      counts,
    },
  };
}
