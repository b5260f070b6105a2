// Multinomial logistic regression on frozen features: the linear probe.

import { fullLike, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import { lbfgs, type Objective } from './lbfgs.js';

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
 * @param x (n, d) float32, on the device that computes; @param classes (n) 0 … count−1
 * @returns the minimum to a gradient of 1e-5 a sample; equal inputs give equal classifiers
 */
export function fitLogistic(
  x: Tensor,
  classes: Int32Array,
  count: number,
  { C, start, maxIterations = 1000 }: LogisticOptions,
): FittedClassifier {
  const d = x.size(1);
  return scoped(() => {
    const objective = penalizedEntropy(x, classes, count, C);
    const first = tensor(start?.weights ?? new Float64Array((d + 1) * count), { device: x.device });
    const found = lbfgs(objective, first, { maxIterations, tolerance: 1e-5 });
    const { iterations, gradient } = found;
    const converged = found.converged || (iterations < maxIterations && gradient < 1e-4);
    const weights = Float64Array.from(found.x.toArray() as Float64Array);
    return { dimensions: d, classes: count, weights, converged, iterations, gradient };
  });
}

/** Mean cross-entropy a sample + ‖W‖² / (2Cn) of weights ((d + 1) · c), whose last row is the intercept, and its gradient. */
function penalizedEntropy(x: Tensor, classes: Int32Array, count: number, C: number): Objective {
  const [n = 0, d = 0] = x.shape;
  const { device } = x;
  const penalty = 1 / (C * n);
  const of = tensor(classes, { device }).to({ dtype: 'int64' }).unsqueeze(1); // (n, 1)
  const chunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / count));
  return (w) =>
    scoped(() => {
      const both = w.reshape([d + 1, count]); // (d + 1, c)
      const [weights, intercept] = [both.narrow(0, 0, d), both.narrow(0, d, 1)];
      const [narrow, shift] = [weights.to({ dtype: 'float32' }), intercept.to({ dtype: 'float32' })];
      const gradient = zeros([d + 1, count], { dtype: 'float64', device });
      gradient.narrow(0, 0, d).copy_(weights).mul_(penalty);
      const loss = weights
        .square()
        .sum()
        .mul_(penalty / 2); // ()
      for (let from = 0; from < n; from += chunk)
        scoped(() => {
          const rows = x.narrow(0, from, Math.min(chunk, n - from)); // (m, d)
          const own = of.narrow(0, from, rows.size(0)); // (m, 1)
          const logs = rows.matmul(narrow).add_(shift).logSoftmax(1); // (m, c)
          loss.sub_(logs.gather(1, own).to({ dtype: 'float64' }).sum().div_(n));
          const residuals = logs.exp(); // (m, c): p − y
          residuals.scatterAdd_(1, own, fullLike(own, -1, { dtype: 'float32' }));
          gradient.narrow(0, 0, d).add_(rows.t().matmul(residuals).to({ dtype: 'float64' }).div_(n));
          gradient.narrow(0, d, 1).add_(residuals.sum(0, { keepdim: true }).to({ dtype: 'float64' }).div_(n));
        });
      return { value: loss.item(), gradient: gradient.reshape([-1]) };
    });
}

/** (n, c) before the softmax. */
function logitsOf({ dimensions: d, classes, weights }: LinearClassifier, x: Tensor): Tensor {
  const all = tensor(Float32Array.from(weights), { shape: [d + 1, classes], device: x.device }); // (d + 1, c)
  return x.matmul(all.narrow(0, 0, d)).add(all.narrow(0, d, 1)); // (n, c)
}

/** (n) the likeliest class of each row; the first of equals. */
export function classify(classifier: LinearClassifier, x: Tensor): Int32Array {
  return scoped(() =>
    Int32Array.from(
      logitsOf(classifier, x).argmax({ dim: 1 }).to({ dtype: 'int32' }).toArray() as Int32Array,
    ),
  );
}

/** (n, c) probability of each class. */
export function classProbabilities(classifier: LinearClassifier, x: Tensor): Tensor {
  return scoped(() => logitsOf(classifier, x).softmax(1));
}
