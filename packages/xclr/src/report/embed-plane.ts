// Lays vectors out on a plane so that near ones stay near: PCA, then UMAP.
import { UMAP } from 'umap-js';
import { Random } from '../util/random.js';
import { principalComponents } from './principal-components.js';

/** Below this width rows go to UMAP as they are. */
const DIRECT = 64;
const COMPONENTS = 50;

function unitRow(vectors: Float32Array, start: number, dimensions: number): Float64Array {
  const row = Float64Array.from(vectors.subarray(start, start + dimensions));
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? row.map((value) => value / length) : row;
}

/** Scales one coordinate to [0, 1] in place; a constant one becomes ½. */
function toUnit(plane: Float32Array, axis: 0 | 1): void {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = axis; i < plane.length; i += 2) {
    low = Math.min(low, plane[i]!);
    high = Math.max(high, plane[i]!);
  }
  for (let i = axis; i < plane.length; i += 2) {
    plane[i] = high > low ? (plane[i]! - low) / (high - low) : 0.5;
  }
}

/**
 * Coordinates (n, 2) in the unit square for vectors (n, d). Rows are scaled to unit length first, so that
 * nearness follows the cosine. The same seed gives the same map. Runs on the calling thread: about 1 s for
 * 300 rows of 512 numbers, 2.5 s for 1,000.
 */
export function embedPlane(
  vectors: Float32Array,
  dimensions: number,
  { seed = 0, neighbors = 15 }: { seed?: number; neighbors?: number } = {},
): Float32Array {
  if (dimensions < 1 || vectors.length % dimensions !== 0) {
    throw new Error(
      `embedPlane: vectors must hold rows of dimensions = ${dimensions} numbers, got ${vectors.length} numbers`,
    );
  }
  const n = vectors.length / dimensions;
  const rows = Array.from({ length: n }, (_, i) => unitRow(vectors, i * dimensions, dimensions));
  const narrow =
    dimensions <= DIRECT ? rows.map((row) => [...row]) : principalComponents(rows, COMPONENTS, { seed });
  const plane = new Float32Array(n * 2);
  if (n > 4) {
    const random = new Random(seed);
    const umap = new UMAP({
      nComponents: 2,
      nNeighbors: Math.min(neighbors, n - 1),
      nEpochs: 250, // half of umap-js's 500 for small sets: looks the same
      minDist: 0.5,
      spread: 1.5,
      random: () => random.uniform(),
    });
    umap.fit(narrow).forEach(([x = 0, y = 0], i) => {
      plane.set([x, y], i * 2);
    });
  } else {
    // Too few for a neighborhood graph: the first two coordinates say as much.
    narrow.forEach(([x = 0, y = 0], i) => {
      plane.set([x, y], i * 2);
    });
  }
  toUnit(plane, 0);
  toUnit(plane, 1);
  return plane;
}
