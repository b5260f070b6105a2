// Multinomial logistic regression on frozen features: the linear probe.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import { lbfgs } from './lbfgs.js';

/** A linear classifier of d features into classes 0 … c−1. */
export interface LinearClassifier {
  readonly dimensions: number;
  readonly classes: number;
  /** (d + 1, c) row-major; the last row is the intercept. */
  readonly weights: Float64Array;
}

/** A classifier as it was fitted. */
export interface FittedClassifier extends LinearClassifier {
  /**
   * The gradient a sample is below 1e-5, or below 1e-4 where no step makes the loss smaller in float32. Otherwise the weights are
   * those of some step on the way.
   */
  readonly converged: boolean;
  readonly iterations: number;
  /** The largest element of the gradient a sample. */
  readonly gradient: number;
}

export interface LogisticOptions {
  /** scikit-learn's C: minimizes Σ cross-entropy + ‖W‖² / (2C), the intercept free. */
  readonly C: number;
  /** A classifier to begin with: the last C's, in a sweep. */
  readonly start?: LinearClassifier | undefined;
  readonly maxIterations?: number;
}

/** Rows whose products are held at a time: 100,000 images × 1,000 classes would be 400 MB. */
const CHUNK_ELEMENTS = 2 ** 23;

/**
 * @param x (n, d) float32; @param classes (n) 0 … count−1
 * @returns the minimum to a gradient of 1e-5 a sample; equal inputs give equal classifiers
 */
export function fitLogistic(
  x: Tensor,
  classes: Int32Array,
  count: number,
  { C, start, maxIterations = 1000 }: LogisticOptions,
): FittedClassifier {
  const n = x.size(0);
  const d = x.size(1);
  const penalty = 1 / (C * n);
  const chunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / count));
  const parts = Array.from({ length: Math.ceil(n / chunk) }, (_, i) => {
    const from = i * chunk;
    return { from, length: Math.min(chunk, n - from) };
  });
  const objective = (w: Float64Array, gradient: Float64Array): number => {
    let loss = 0;
    gradient.fill(0);
    for (const { from, length } of parts) {
      scoped(() => {
        const rows = x.narrow(0, from, length); // (m, d)
        const all = tensor(Float32Array.from(w), { shape: [d + 1, count] }); // (d + 1, c)
        const logits = rows.matmul(all.narrow(0, 0, d)).add(all.narrow(0, d, 1)); // (m, c)
        const logs = logits.logSoftmax(1); // (m, c)
        const own = tensor(classes.subarray(from, from + length))
          .to({ dtype: 'int64' })
          .unsqueeze(1); // (m, 1)
        loss -= logs.gather(1, own).to({ dtype: 'float64' }).sum().item() / n;
        const residuals = logs.exp().sub(1 === count ? 0 : hot(own, count)); // (m, c): p − y
        add(gradient, rows.t().matmul(residuals), 0, n); // (d, c)
        add(gradient, residuals.sum(0), d * count, n); // (c)
      });
    }
    for (let i = 0; i < d * count; i++) {
      loss += (penalty / 2) * w[i]! * w[i]!;
      gradient[i]! += penalty * w[i]!;
    }
    return loss;
  };
  const first = start?.weights ?? new Float64Array((d + 1) * count);
  const found = lbfgs(objective, first, { maxIterations, tolerance: 1e-5 });
  const { x: weights, iterations, gradient } = found;
  const converged = found.converged || (iterations < maxIterations && gradient < 1e-4);
  return { dimensions: d, classes: count, weights, converged, iterations, gradient };
}

/** (m, c) one-hot rows. */
function hot(classes: Tensor, count: number): Tensor {
  const places = tensor(Int32Array.from({ length: count }, (_, c) => c)).to({ dtype: 'int64' }); // (c)
  return classes.eq(places.unsqueeze(0)).to({ dtype: 'float32' }); // (m, c)
}

/** gradient[offset …] += values / n */
function add(gradient: Float64Array, values: Tensor, offset: number, n: number): void {
  const flat = values.contiguous().toArray() as Float32Array;
  for (let i = 0; i < flat.length; i++) gradient[offset + i]! += flat[i]! / n;
}

/** (n) the likeliest class of each row; the first of equals. */
export function classify({ dimensions: d, classes, weights }: LinearClassifier, x: Tensor): Int32Array {
  return scoped(() => {
    const all = tensor(Float32Array.from(weights), { shape: [d + 1, classes] });
    const logits = x.matmul(all.narrow(0, 0, d)).add(all.narrow(0, d, 1)); // (n, c)
    return Int32Array.from(logits.argmax({ dim: 1 }).to({ dtype: 'int32' }).toArray() as Int32Array);
  });
}
