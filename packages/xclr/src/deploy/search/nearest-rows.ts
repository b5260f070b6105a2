// The rows of a matrix that are nearest to a vector, exactly.
import { exactSearch, MetricKind } from 'usearch';

/** Positions of rows and their similarities. */
export interface Near {
  readonly position: number;
  readonly similarity: number;
}

/** Inner product of two vectors; four sums at a time, which lets the processor work on four at a time. */
export function dot(
  a: Float32Array,
  aStart: number,
  b: Float32Array,
  bStart: number,
  length: number,
): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[aStart + i]! * b[bStart + i]!;
    s1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    s2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    s3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  for (; i < length; i++) s0 += a[aStart + i]! * b[bStart + i]!;
  return s0 + s1 + (s2 + s3);
}

/** Among all rows, by usearch: 2 to 4 ms for 100,000 rows of 512. @param rows (n, dimensions) at offset 0 of their buffer */
export function nearestOfAll(rows: Float32Array, query: Float32Array, k: number): Near[] {
  const d = query.length;
  const count = Math.min(k, rows.length / d);
  if (count === 0) return [];
  const found = exactSearch(rows, query.slice(), d, count, MetricKind.IP); // a copy: it starts at offset 0
  return Array.from(found.keys as BigUint64Array, (key) => {
    const position = Number(key);
    return { position, similarity: dot(rows, position * d, query, 0, d) };
  });
}

/** Among chosen rows. */
export function nearestOf(
  rows: Float32Array,
  positions: Iterable<number>,
  query: Float32Array,
  k: number,
): Near[] {
  const d = query.length;
  const found: Near[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (const position of positions) {
    const similarity = dot(rows, position * d, query, 0, d);
    if (found.length >= k && similarity <= least) continue;
    let at = found.length;
    while (at > 0 && found[at - 1]!.similarity < similarity) at--;
    found.splice(at, 0, { position, similarity });
    if (found.length > k) found.pop();
    least = found.at(-1)!.similarity;
  }
  return found;
}
