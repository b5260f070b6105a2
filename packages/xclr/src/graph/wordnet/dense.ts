// From sparse vectors to dense rows of bounded width.
import type { Sparse } from './sparse.js';

export interface DenseRows {
  /** (n, dimensions), unit rows. */
  vectors: Float32Array;
  dimensions: number;
  /** True where cosines of the rows equal those of the sparse vectors (up to float32). */
  exact: boolean;
}

/** Non-zeros a sketched axis gets. */
const SPREAD = 4;

/** A well-mixed 32-bit hash of two numbers (Murmur3's finalizer). */
function hash(axis: number, seed: number): number {
  let h = Math.imul(axis ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 15)) >>> 0;
}

/**
 * Writes n sparse unit vectors as dense unit rows of at most `width` columns.
 *
 * 1. Axes that a single caption has touch no cosine but through its length: each caption's are folded into one,
 *    which is exact.
 * 2. If what is left fits into `width` columns, each axis gets its own: exact.
 * 3. Otherwise the axes with the most energy (sum of squares) get half of the columns for themselves, and the
 *    others share the rest in a sparse random projection (Kane & Nelson 2014): 4 entries of ±1/2 each, at hashed
 *    places. A cosine is then wrong by a standard deviation of about r / √(width / 2), r being the energy fraction of
 *    the projected axes; rows are made unit again.
 */
export function denseRows(rows: readonly Sparse[], width: number): DenseRows {
  const n = rows.length;
  const energy = new Map<number, { captions: number; squares: number }>();
  for (const row of rows) {
    for (const [axis, value] of row) {
      const entry = energy.get(axis) ?? { captions: 0, squares: 0 };
      entry.captions++;
      entry.squares += value * value;
      energy.set(axis, entry);
    }
  }
  const shared = Array.from(energy).filter(([, { captions }]) => captions > 1);
  shared.sort((a, b) => b[1].squares - a[1].squares || a[0] - b[0]);
  const privateOf = rows.map((row) => {
    let squares = 0;
    for (const [axis, value] of row) if (energy.get(axis)!.captions === 1) squares += value * value;
    return Math.sqrt(squares);
  });
  const lonely = privateOf.filter((value) => value > 0).length;
  const exact = shared.length + lonely <= width;
  const own = exact ? shared.length : Math.min(shared.length, width >> 1);
  const dimensions = exact ? Math.max(shared.length + lonely, 1) : width;
  const column = new Map(shared.slice(0, own).map(([axis], at) => [axis, at]));
  const vectors = new Float32Array(n * dimensions);
  let next = own;
  rows.forEach((row, i) => {
    const dense = vectors.subarray(i * dimensions, (i + 1) * dimensions);
    const project = (axis: number, value: number) => {
      for (let k = 0; k < SPREAD; k++) {
        const h = hash(axis, k);
        const at = own + ((h >>> 1) % (dimensions - own));
        dense[at]! += (h & 1 ? value : -value) / Math.sqrt(SPREAD);
      }
    };
    for (const [axis, value] of row) {
      const at = column.get(axis);
      if (at !== undefined) dense[at] = value;
      else if (energy.get(axis)!.captions > 1) project(axis, value);
    }
    const rest = privateOf[i]!;
    if (rest > 0 && exact) dense[next++] = rest;
    else if (rest > 0) project(-1 - i, rest);
    normalizeInPlace(dense);
  });
  return { vectors, dimensions, exact };
}

function normalizeInPlace(row: Float32Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  const scale = 1 / Math.sqrt(squares || 1);
  for (let i = 0; i < row.length; i++) row[i]! *= scale;
}
