// Samples with several labels each: how much their sets overlap.
import { UserError } from '../util/errors.js';
import { PairGraph, type PairGraphOptions } from './pair-graph.js';
import type { SimilarityGraph } from './similarity-graph.js';

/** How the similarity of two sets of labels is computed. */
export interface SetGraphOptions extends PairGraphOptions {
  /** jaccard: w(A ∩ B) / w(A ∪ B); cosine: w²(A ∩ B) / √(w²(A) w²(B)). Default: jaccard. */
  similarity?: 'jaccard' | 'cosine';
  /** Weigh a label by ln((1 + n) / (1 + n_label)) + 1, so that rare labels count more. Default: false, all weigh 1. */
  idf?: boolean;
  /** Samples that idf counts. Default: all. */
  training?: Int32Array;
}

/** 'dog; outdoor;dog' → dog, outdoor. */
export function splitSet(cell: string, separator: string): string[] {
  return [...new Set(cell.split(separator).map((one) => one.trim()))].filter((one) => one !== '');
}

/** A sample with an empty set is like no other (0). */
export function setGraph(
  sets: readonly (readonly string[])[],
  { similarity = 'jaccard', idf = false, training, ...options }: SetGraphOptions = {},
): SimilarityGraph {
  if (sets.every((set) => set.length === 0)) {
    throw new UserError(
      'multilabel graph: every sample has an empty set',
      'Check --graph-column and --graph-separator.',
    );
  }
  const codes = new Map<string, number>();
  const coded = sets.map((set) =>
    Int32Array.from(new Set(set), (name) => {
      const code = codes.get(name) ?? codes.size;
      codes.set(name, code);
      return code;
    }).sort(),
  );
  const weights = new Float64Array(codes.size).fill(1);
  if (idf) {
    const counted = training ?? Int32Array.from(sets.keys());
    const seen = new Float64Array(codes.size);
    for (const sample of counted) for (const code of coded[sample]!) seen[code]!++;
    seen.forEach((n, code) => {
      weights[code] = Math.log((1 + counted.length) / (1 + n)) + 1;
    });
  }
  if (similarity === 'cosine')
    weights.forEach((w, code) => {
      weights[code] = w * w;
    });
  const totals = coded.map((set) => set.reduce((sum, code) => sum + weights[code]!, 0));
  return new PairGraph(
    `multilabel (${similarity})`,
    sets.length,
    (a, b) => {
      const shared = sharedWeight(coded[a]!, coded[b]!, weights);
      if (shared === 0) return 0;
      const [x, y] = [totals[a]!, totals[b]!];
      return similarity === 'cosine' ? shared / Math.sqrt(x * y) : shared / (x + y - shared);
    },
    options,
  );
}

/** Merges two sorted lists. */
function sharedWeight(a: Int32Array, b: Int32Array, weights: Float64Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) shared += weights[a[i]!]!;
    if (a[i]! <= b[j]!) {
      if (a[i] === b[j]) j++;
      i++;
    } else j++;
  }
  return shared;
}
