// Post-processing of caption vectors: what all captions have in common carries no information and is removed before cosines are computed.
import { scoped, type Tensor, tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import type { RowsOfSamples } from './text-graph.js';

/** Which post-processing vectors get: centering, removal of components, whitening, smoothing. */
export interface VectorPostprocessing {
  /** Subtract the mean of the training samples' vectors. Also done by the two steps below. */
  center?: boolean;
  /** Take out so many of the first principal components (Mu and Viswanath 2018, "All-but-the-Top"). */
  removeComponents?: number;
  /**
   * Divide each principal component by its standard deviation. A number is the shrinkage s in [0, 1]: variances become
   * (1 − s) λ + s · mean λ, so 1 only centers. ZCA and PCA whitening differ by a rotation, which no cosine sees.
   */
  whiten?: number | null;
  /** Number of components to keep when whitening. Default: all with a variance above 1e-6 of the first's. */
  components?: number | null;
}

const CHUNK = 4096;

/** Mean (d) and covariance (d, d) of the given rows in float64, a row once for each sample that has it. */
function momentsOf(vectors: Float32Array, d: number, rows: Int32Array): { mean: Tensor; covariance: Tensor } {
  return scoped(() => {
    const sum = tensor(new Float64Array(d), { shape: [1, d] }); // (1, d)
    const products = tensor(new Float64Array(d * d), { shape: [d, d] }); // (d, d)
    for (let from = 0; from < rows.length; from += CHUNK) {
      const some = rows.subarray(from, from + CHUNK);
      const values = new Float64Array(some.length * d);
      for (const [i, row] of some.entries()) values.set(vectors.subarray(row * d, (row + 1) * d), i * d);
      scoped(() => {
        const x = tensor(values, { shape: [some.length, d] }); // (m, d)
        sum.add_(x.sum(0, { keepdim: true }));
        products.add_(x.t().matmul(x));
      });
    }
    const mean = sum.div(rows.length); // (1, d)
    return { mean, covariance: products.div(rows.length).sub(mean.t().matmul(mean)) };
  });
}

/** (d, k) map after centering, or null for none. */
function mapOf(covariance: Tensor, d: number, postprocess: VectorPostprocessing): Tensor | null {
  const { removeComponents = 0, whiten = null, components = null } = postprocess;
  if (removeComponents === 0 && whiten === null) return null;
  return scoped(() => {
    const [variances, axes] = covariance.linalgEigh(); // (d) rising, (d, d) columns
    const last = d - removeComponents;
    if (last < 1)
      throw new UserError(
        `postprocess: removeComponents must be below ${d}, the vectors' width, got ${removeComponents}`,
      );
    const values = new Float64Array(d);
    variances.copyTo(values);
    if (whiten === null) {
      const kept = axes.narrow(1, 0, last); // (d, last)
      return kept.matmul(kept.t()); // (d, d)
    }
    const varying = values.subarray(0, last).filter((value) => value > 1e-6 * values[last - 1]!).length;
    const k = Math.min(components ?? varying, whiten > 0 ? last : varying);
    const mean = values.subarray(0, last).reduce((a, b) => a + b, 0) / last;
    const scales = values
      .subarray(last - k, last)
      .map((value) => 1 / Math.sqrt((1 - whiten) * Math.max(0, value) + whiten * mean));
    return axes.narrow(1, last - k, k).mul(tensor(scales, { shape: [1, k] })); // (d, k)
  });
}

/**
 * Unit rows again, of the same samples. Fitted on the rows of the `training` samples (first captions where several are
 * drawn) and applied to all.
 */
export function postprocessVectors(
  rows: RowsOfSamples,
  training: Int32Array,
  postprocess: VectorPostprocessing,
): RowsOfSamples {
  const { center = false, removeComponents = 0, whiten = null } = postprocess;
  if (!center && removeComponents === 0 && whiten === null) return rows;
  if (training.length < 2) {
    throw new UserError(`postprocess: at least two training samples are needed, got ${training.length}`);
  }
  const { vectors, dimensions: d } = rows;
  const count = vectors.length / d;
  const postprocessed = scoped(() => {
    const { mean, covariance } = momentsOf(
      vectors,
      d,
      training.map((sample) => rows.rowOf[sample]!),
    );
    const map = mapOf(covariance, d, postprocess);
    const width = map === null ? d : map.shape[1]!;
    const out = new Float32Array(count * width);
    for (let from = 0; from < count; from += CHUNK) {
      const m = Math.min(CHUNK, count - from);
      scoped(() => {
        const x = tensor(vectors.slice(from * d, (from + m) * d), { shape: [m, d] }); // (m, d)
        const centered = x.to({ dtype: 'float64' }).sub(mean); // (m, d)
        const mapped = map === null ? centered : centered.matmul(map); // (m, width)
        mapped.to({ dtype: 'float32' }).copyTo(out.subarray(from * width, (from + m) * width));
      });
    }
    normalize(out, width);
    return { vectors: out, dimensions: width };
  });
  return { ...rows, ...postprocessed };
}

function normalize(vectors: Float32Array, width: number): void {
  for (let start = 0; start < vectors.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += vectors[i]! ** 2;
    if (!(squares > 1e-12)) {
      throw new UserError(
        `postprocess: vector ${start / width} becomes zero: it equals what is subtracted from all vectors`,
        'Use fewer post-processing steps, or change this caption.',
      );
    }
    for (let i = start; i < start + width; i++) vectors[i]! /= Math.sqrt(squares);
  }
}
