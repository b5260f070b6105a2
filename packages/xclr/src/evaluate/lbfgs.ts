// Limited-memory BFGS: minimizes a smooth function of many numbers from its value and gradient, on the device where they are.
import { cat, scoped, type Tensor, tensor, zeros } from '@xclr/torch';

/** How far back it remembers, and when it ends. */
export interface LbfgsOptions {
  /** Pairs of steps that the curvature is told from. */
  readonly memory?: number;
  readonly maxIterations?: number;
  /** Ends where the largest element of the gradient is below it. */
  readonly tolerance?: number;
}

/** Where it ended. */
export interface Minimum {
  readonly x: Tensor; // (p) float64
  readonly value: number;
  readonly iterations: number;
  /** The largest element of the gradient is below the tolerance. */
  readonly converged: boolean;
  /** That element's size. */
  readonly gradient: number;
}

/** A value and the gradient (p), float64, at x (p). */
export type Objective = (x: Tensor) => { readonly value: number; readonly gradient: Tensor };

/**
 * Nocedal and Wright 2006, algorithms 7.4 and 7.5; steps are halved until the value has fallen enough (Armijo, 1e-4), and pairs
 * without positive curvature are not remembered. Meant for convex functions. Deterministic.
 *
 * The two loops need only products of the remembered vectors: they are taken together, one product of matrices an iteration, so that
 * a GPU is waited for twice an iteration (Chen, Wang and Zhou 2014, "Large-scale L-BFGS using MapReduce").
 * @param start (p) float64; the minimum is on its device and belongs to the caller's scope
 */
export function lbfgs(objective: Objective, start: Tensor, options: LbfgsOptions = {}): Minimum {
  const { memory = 10, maxIterations = 500, tolerance = 1e-5 } = options;
  return scoped(() => {
    const basis = new Basis(memory, start);
    const x = start.clone(); // (p)
    let { value, gradient } = objective(x);
    let largest = basis.take(gradient);
    const ended = (iterations: number, converged: boolean): Minimum => ({
      ...{ x, value, iterations, converged },
      gradient: largest,
    });
    for (let iteration = 0; iteration < maxIterations; iteration++) {
      if (largest < tolerance) return ended(iteration, true);
      const fell = scoped(() => {
        const { direction, slope, first } = basis.descent();
        let step = first ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
        for (let halvings = 0; halvings < 40; halvings++, step /= 2) {
          const done = scoped(() => {
            const next = x.add(direction, { alpha: step }); // (p)
            const found = objective(next);
            if (!(found.value <= value + 1e-4 * step * slope) && halvings < 39) return false;
            if (!(found.value < value)) return null;
            largest = basis.take(found.gradient, next.sub(x));
            x.copy_(next);
            value = found.value;
            return true;
          });
          if (done !== false) return done === true;
        }
        return false;
      });
      if (!fell) return ended(iteration, false);
    }
    return ended(maxIterations, largest < tolerance);
  });
}

/** The remembered steps s and changes of the gradient y, the gradient itself, and the products of them all. */
class Basis {
  readonly #memory: number;
  /** (2m + 1, p) rows: s of each place, y of each place, and the gradient. */
  readonly #rows: Tensor;
  /** (2m + 1)² products of rows; those with the gradient are made anew at each iteration. */
  readonly #products: Float64Array;
  /** Places of the pairs, the oldest first. */
  readonly #places: number[] = [];

  constructor(memory: number, like: Tensor) {
    this.#memory = memory;
    this.#rows = zeros([2 * memory + 1, like.size(0)], { dtype: 'float64', device: like.device });
    this.#products = new Float64Array((2 * memory + 1) ** 2);
  }

  /**
   * Takes the gradient where the last step led to, and that step.
   * @returns the gradient's largest element; waits for the device
   */
  take(gradient: Tensor, step?: Tensor): number {
    return scoped(() => {
      const m = this.#memory;
      const g = this.#rows.narrow(0, 2 * m, 1); // (1, p)
      const place = this.#free();
      const changed = [place, m + place, 2 * m];
      if (step !== undefined) {
        const change = gradient.sub(g.reshape([-1])); // (p)
        this.#rows.narrow(0, place, 1).copy_(step.unsqueeze(0));
        this.#rows.narrow(0, m + place, 1).copy_(change.unsqueeze(0));
      }
      g.copy_(gradient.unsqueeze(0));
      const of = this.#rows.indexSelect(0, tensor(Int32Array.from(changed), { device: g.device })); // (3, p)
      const products = of.matmul(this.#rows.t()).reshape([-1]); // (3 · (2m + 1))
      const largest = gradient.abs().amax({ dim: [0], keepdim: true }); // (1)
      const numbers = cat([products, largest]).toNumbers();
      const width = 2 * m + 1;
      for (const [row, a] of changed.entries())
        for (let b = 0; b < width; b++) {
          const product = numbers[row * width + b]!;
          this.#products[a * width + b] = product;
          this.#products[b * width + a] = product;
        }
      if (step !== undefined) this.#remember(place);
      return numbers.at(-1)!;
    });
  }

  /** The place of the next pair: the oldest one's where all are taken. */
  #free(): number {
    for (let place = 0; place < this.#memory; place++) if (!this.#places.includes(place)) return place;
    return this.#places[0]!;
  }

  /** Pairs without positive curvature are not remembered. */
  #remember(place: number): void {
    const at = this.#places.indexOf(place);
    if (at >= 0) this.#places.splice(at, 1);
    const y = this.#memory + place;
    if (this.#of(place, y) > 1e-12 * this.#of(y, y)) this.#places.push(place);
  }

  #of(a: number, b: number): number {
    return this.#products[a * (2 * this.#memory + 1) + b]!;
  }

  /** −H · gradient (p), its product with the gradient, and whether it is only −gradient. */
  descent(): { direction: Tensor; slope: number; first: boolean } {
    const m = this.#memory;
    const g = 2 * m;
    let weights = this.#towards(); // of the rows
    const slopeOf = (of: Float64Array) => of.reduce((sum, weight, row) => sum + weight * this.#of(row, g), 0);
    if (!(slopeOf(weights) < 0)) {
      this.#places.length = 0;
      weights = new Float64Array(2 * m + 1);
      weights[g] = -1;
    }
    const row = tensor(weights, { shape: [1, weights.length], device: this.#rows.device });
    const direction = scoped(() => row.matmul(this.#rows).reshape([-1])); // (p)
    return { direction, slope: slopeOf(weights), first: this.#places.length === 0 };
  }

  /** The two-loop recursion on weights of the rows instead of vectors. */
  #towards(): Float64Array {
    const m = this.#memory;
    const weights = new Float64Array(2 * m + 1);
    weights[2 * m] = -1;
    const along = (row: number) => weights.reduce((sum, weight, i) => sum + weight * this.#of(i, row), 0);
    const alphas = new Map<number, number>();
    for (const s of this.#places.toReversed()) {
      const alpha = along(s) / this.#of(s, m + s);
      alphas.set(s, alpha);
      weights[m + s]! -= alpha;
    }
    const last = this.#places.at(-1);
    if (last !== undefined) {
      const scale = this.#of(last, m + last) / this.#of(m + last, m + last);
      for (let i = 0; i < weights.length; i++) weights[i]! *= scale;
    }
    for (const s of this.#places) {
      const beta = along(m + s) / this.#of(s, m + s);
      weights[s]! += alphas.get(s)! - beta;
    }
    return weights;
  }
}
