// The index of a catalog in the browser's memory: similarities by exact cosines, filters, variety.

/** A column that customers may filter by. */
export type Column =
  /** Few values: one of them is chosen. */
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly string[] }
  /** Numbers: from, to. */
  | { readonly name: string; readonly kind: 'number' };

/** Vectors of 8-bit integers, whose cosines need no scale. */
export interface Rows {
  /** (n, d) */
  readonly values: Int8Array;
  readonly dimensions: number;
  /** (n) lengths of the rows; 1 for a row of zeros, which is similar to nothing. */
  readonly lengths: Float32Array;
}

/** What is asked of the columns: a place in a choice's values, or a range. */
export type Wanted =
  | { readonly column: number; readonly value: number }
  | { readonly column: number; readonly from: number; readonly to: number };

export function rowsOf(values: Int8Array, dimensions: number): Rows {
  const lengths = new Float32Array(values.length / dimensions);
  for (let row = 0; row < lengths.length; row++) {
    let squares = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) squares += values[i]! * values[i]!;
    lengths[row] = Math.sqrt(squares) || 1;
  }
  return { values, dimensions, lengths };
}

/** A row as a unit vector (d). */
export function vectorOf({ values, dimensions: d, lengths }: Rows, row: number): Float32Array {
  return Float32Array.from(values.subarray(row * d, (row + 1) * d), (value) => value / lengths[row]!);
}

/** A vector of the encoder in the index's space: a unit vector, less the mean, of length 1 again. */
export function inSpace(vector: Float32Array, mean: readonly number[] | null): Float32Array {
  const length = Math.hypot(...vector) || 1;
  const moved = vector.map((value, i) => value / length - (mean?.[i] ?? 0));
  const rest = Math.hypot(...moved) || 1;
  return moved.map((value) => value / rest);
}

/** (n) cosines of all rows with a unit vector. */
export function similarities({ values, dimensions: d, lengths }: Rows, query: Float32Array): Float32Array {
  if (query.length !== d)
    throw new Error(`the index holds vectors of ${d} numbers, the encoder gave ${query.length}`);
  return lengths.map((length, row) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += values[row * d + i]! * query[i]!;
    return sum / length;
  });
}

/** Rows that pass every wish, in the index's order. @param columns (n) values of each column; null where an item has none */
export function passing(
  n: number,
  columns: readonly (readonly (number | null)[])[],
  wanted: readonly Wanted[],
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < n; row++) {
    const all = wanted.every((wish) => {
      const value = columns[wish.column]?.[row] ?? null;
      if (value === null) return false;
      return 'value' in wish ? value === wish.value : value >= wish.from && value <= wish.to;
    });
    if (all) rows.push(row);
  }
  return rows;
}

/** The rows of the highest scores, highest first; ties keep the index's order. */
export function best(scores: Float32Array, rows: readonly number[], count: number): number[] {
  return [...rows].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
}

/**
 * Maximal marginal relevance (Carbonell & Goldstein 1998), as `xclr search --diversity` has it: one by one, the candidate with the
 * most of (1 − diversity) · score − diversity · similarity to the nearest that was chosen already.
 * @param candidates rows, the highest scores first
 */
export function varied(
  rows: Rows,
  scores: Float32Array,
  candidates: readonly number[],
  { count, diversity }: { readonly count: number; readonly diversity: number },
): number[] {
  const vectors = candidates.map((row) => vectorOf(rows, row));
  const nearest = new Float64Array(candidates.length).fill(Number.NEGATIVE_INFINITY);
  const left = new Set(candidates.keys());
  const chosen: number[] = [];
  while (chosen.length < count && left.size > 0) {
    let [next, most] = [-1, Number.NEGATIVE_INFINITY];
    for (const i of left) {
      const near = chosen.length === 0 ? 0 : nearest[i]!;
      const score = (1 - diversity) * scores[candidates[i]!]! - diversity * near;
      if (score > most) [next, most] = [i, score];
    }
    if (next < 0) break; // scores that are no numbers
    left.delete(next);
    chosen.push(next);
    for (const i of left) {
      let near = 0;
      for (let j = 0; j < rows.dimensions; j++) near += vectors[i]![j]! * vectors[next]![j]!;
      if (near > nearest[i]!) nearest[i] = near;
    }
  }
  return chosen.map((i) => candidates[i]!);
}
