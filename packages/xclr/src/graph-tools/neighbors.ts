// The nearest and the farthest of a sample, as the graph sees it.

import { scoped } from '@xclr/torch';
import { nearest } from '../evaluate/index.js';
import type { SimilarityGraph } from '../graph/index.js';
import type { Pair } from './pairs.js';

export interface Neighborhood {
  readonly sample: number;
  readonly nearest: readonly Pair[];
  readonly farthest: readonly Pair[];
}

/** Samples compared with at a time: a square of this side is made for each. */
const chunk = 1024;

/**
 * The k most and least similar of `among`, one for each distinct `key` (the caption), so that twenty images of one
 * caption do not fill the list.
 */
export function neighborhood(
  graph: SimilarityGraph,
  sample: number,
  among: Int32Array,
  { k, key }: { readonly k: number; readonly key: (sample: number) => string },
): Neighborhood {
  const own = key(sample);
  const distinct = new Map<string, number>();
  for (const other of among) {
    const name = key(other);
    if (name !== own && !distinct.has(name)) distinct.set(name, other);
  }
  const others = Int32Array.from(distinct.values());
  const row = new Float32Array(others.length);
  for (let start = 0; start < others.length; start += chunk) {
    const part = others.subarray(start, start + chunk);
    const ids = new Int32Array(part.length + 1);
    ids[0] = sample;
    ids.set(part, 1);
    scoped(() => {
      const square = graph.similarities(ids); // (c + 1, c + 1)
      square
        .select(0, 0)
        .narrow(0, 1, part.length)
        .copyTo(row.subarray(start, start + part.length)); // (c)
    });
  }
  const best = (signed: Float32Array) => Array.from(nearest(signed, k).positions);
  const pair = (place: number): Pair => ({ a: sample, b: others[place]!, similarity: row[place]! });
  return {
    sample,
    nearest: best(row).map(pair),
    farthest: best(row.map((value) => -value)).map(pair),
  };
}
