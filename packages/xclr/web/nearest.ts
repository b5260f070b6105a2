// The nearest items of a small index: exact, by cosine of unit rows.

/** An item found, and how similar it is. */
export interface Hit {
  readonly row: number;
  /** −1 … 1 */
  readonly score: number;
}

/** @param vectors (n, d) unit rows; @param query (d), of any length but zero. Ties keep the index's order. */
export function nearest(vectors: Float32Array, query: Float32Array, count: number): Hit[] {
  const d = query.length;
  if (d === 0 || vectors.length % d !== 0)
    throw new Error(`nearest: the index holds ${vectors.length} numbers, no multiple of the query's ${d}`);
  const length = Math.hypot(...query) || 1;
  const hits: Hit[] = [];
  for (let row = 0; row < vectors.length / d; row++) {
    let score = 0;
    for (let i = 0; i < d; i++) score += vectors[row * d + i]! * query[i]!;
    score /= length;
    if (hits.length === count && score <= hits[count - 1]!.score) continue;
    let at = hits.length;
    while (at > 0 && hits[at - 1]!.score < score) at--;
    hits.splice(at, 0, { row, score });
    if (hits.length > count) hits.pop();
  }
  return hits;
}
