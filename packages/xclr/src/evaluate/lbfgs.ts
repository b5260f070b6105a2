// Limited-memory BFGS: minimizes a smooth function of many numbers from its value and gradient.

export interface LbfgsOptions {
  /** Pairs of steps that the curvature is told from. */
  readonly memory?: number;
  readonly maxIterations?: number;
  /** Ends where the largest element of the gradient is below it. */
  readonly tolerance?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** The largest element of the gradient is below the tolerance. */
  readonly converged: boolean;
  /** That element's size. */
  readonly gradient: number;
}

/** A value, and the gradient written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/**
 * Nocedal and Wright 2006, algorithms 7.4 and 7.5; steps are halved until the value has fallen enough (Armijo, 1e-4), and pairs
 * without positive curvature are not remembered. Meant for convex functions. Deterministic.
 */
export function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions = {}): Minimum {
  const { memory = 10, maxIterations = 500, tolerance = 1e-5 } = options;
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const largest = () => gradient.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest() < tolerance)
      return { x, value, iterations: iteration, converged: true, gradient: largest() };
    const direction = towards(gradient, pairs);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction.set(gradient.map((one) => -one));
      slope = -dot(gradient, gradient);
    }
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next = x;
    const nextGradient = new Float64Array(x.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halvings = 0; halvings < 40; halvings++) {
      next = x.map((one, i) => one + step * direction[i]!);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * step * slope) break;
      step /= 2;
    }
    if (!(nextValue < value))
      return { x, value, iterations: iteration, converged: false, gradient: largest() };
    const s = next.map((one, i) => one - x[i]!);
    const y = nextGradient.map((one, i) => one - gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return { x, value, iterations: maxIterations, converged: largest() < tolerance, gradient: largest() };
}

/** −H · gradient, H from the remembered pairs: the two-loop recursion. */
function towards(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((one) => -one);
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (const [place, { s, y, rho }] of pairs.entries()) {
    const beta = rho * dot(y, q);
    const alpha = alphas[pairs.length - 1 - place]!;
    for (let i = 0; i < q.length; i++) q[i]! += (alpha - beta) * s[i]!;
  }
  return q;
}
