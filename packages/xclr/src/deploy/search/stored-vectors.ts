// Vectors as they lie on the disk: float32, float16, or 8-bit integers with a scale a row.
import { fromHalves, toHalves } from '../../graph/float16.js';

export const precisions = ['float32', 'float16', 'int8'] as const;
export type Precision = (typeof precisions)[number];

/** @param rows (n, dimensions) */
export function toBytes(rows: Float32Array, dimensions: number, precision: Precision): Uint8Array {
  if (precision === 'float32') return new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
  if (precision === 'float16') return new Uint8Array(toHalves(rows).buffer);
  const n = rows.length / dimensions;
  const scales = new Float32Array(n);
  const bytes = new Uint8Array(4 * n + rows.length); // scales first, then the rows
  const values = new Int8Array(bytes.buffer, 4 * n);
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * dimensions, (i + 1) * dimensions);
    let most = 0;
    for (const value of row) most = Math.max(most, Math.abs(value));
    scales[i] = most / 127;
    const inverse = most > 0 ? 127 / most : 0;
    for (let j = 0; j < dimensions; j++) values[i * dimensions + j] = Math.round(row[j]! * inverse);
  }
  bytes.set(new Uint8Array(scales.buffer));
  return bytes;
}

/** (n, dimensions) float32, in a buffer of its own; undefined where the bytes are not as many as they should be. */
export function fromBytes(
  bytes: Uint8Array,
  n: number,
  dimensions: number,
  precision: Precision,
): Float32Array | undefined {
  const size =
    { float32: 4, float16: 2, int8: 1 }[precision] * n * dimensions + (precision === 'int8' ? 4 * n : 0);
  if (bytes.length !== size) return undefined;
  const { buffer } = Uint8Array.from(bytes); // aligned, and at offset 0, as native code needs it
  if (precision === 'float32') return new Float32Array(buffer);
  if (precision === 'float16') return fromHalves(new Uint16Array(buffer));
  const scales = new Float32Array(buffer, 0, n);
  const values = new Int8Array(buffer, 4 * n);
  const rows = new Float32Array(n * dimensions);
  for (let i = 0; i < rows.length; i++) rows[i] = values[i]! * scales[Math.floor(i / dimensions)]!;
  return rows;
}
