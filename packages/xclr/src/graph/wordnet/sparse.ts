// Sparse vectors over named axes.

/** Axis → value. */
export type Sparse = Map<number, number>;

export function addScaled(into: Sparse, vector: Sparse, scale: number): void {
  for (const [axis, value] of vector) into.set(axis, (into.get(axis) ?? 0) + scale * value);
}

export function dot(a: Sparse, b: Sparse): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [axis, value] of small) sum += value * (large.get(axis) ?? 0);
  return sum;
}

/** A vector of length 1 in the same direction; the empty vector stays empty. */
export function unit(vector: Sparse): Sparse {
  const norm = Math.sqrt(dot(vector, vector));
  return norm === 0 ? new Map() : new Map(Array.from(vector, ([axis, value]) => [axis, value / norm]));
}
