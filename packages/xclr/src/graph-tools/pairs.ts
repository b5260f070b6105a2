// Similarities of pairs of samples, drawn at random from a graph: what the tools look at.

import type { SimilarityGraph } from '../graph/index.js';
import { permutation } from '../util/random.js';

/** Similarities among some samples of a data set. */
export interface SampledSquare {
  /** (n) the samples, in the order of rows and columns. */
  readonly samples: Int32Array;
  /** (n, n) row-major, before τ_s. */
  readonly similarities: Float32Array;
}

/** Two samples and how similar the graph holds them. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

/** `count` of the samples (all, where there are fewer), chosen by the seed, and all their similarities. */
export function sampledSquare(
  graph: SimilarityGraph,
  samples: Int32Array,
  { count, seed }: { readonly count: number; readonly seed: number },
): SampledSquare {
  const order = permutation(samples.length, seed, 0x9a125).slice(0, count);
  const chosen = order.map((place) => samples[place]!);
  using square = graph.similarities(chosen); // (n, n)
  return { samples: chosen, similarities: Float32Array.from(square.toArray() as Float32Array) };
}

/** Every pair of two different samples once: the entries above the diagonal. */
export function* pairsOf({ samples, similarities }: SampledSquare): Generator<Pair> {
  const n = samples.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      yield { a: samples[i]!, b: samples[j]!, similarity: similarities[i * n + j]! };
    }
  }
}
