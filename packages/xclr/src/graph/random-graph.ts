// Random similarities, the paper's ablation: what is left when the graph knows nothing.
import { type Device, scoped, type Tensor, tensor } from '@xclr/torch';
import {
  checkTargetTemperature,
  type GraphRows,
  pick,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';

/** Seed and temperature of a random graph. */
export interface RandomGraphOptions {
  targetTemperature?: number;
  seed?: number;
  device?: Device;
}

/** Uniform in [0, 1), the same for (a, b) and (b, a): a hash, so that n² numbers need no memory. @internal */
export function pairUniform(a: number, b: number, seed: number): number {
  let h = Math.imul(Math.min(a, b) + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ Math.imul(Math.max(a, b) + 1, 0xc2b2ae35), 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * A fixed random similarity in [0, 1) for every pair of groups, 1 within a group: `groupOf` is a class code for
 * the paper's "random per class pair", or the sample's own number for "per sample pair".
 */
export class RandomGraph implements SimilarityGraph {
  readonly name = 'random';
  readonly targetTemperature: number;
  readonly #groupOf: Int32Array;
  readonly #seed: number;
  readonly #device: Device;

  constructor(
    groupOf: Int32Array,
    { targetTemperature = 0.1, seed = 0, device = 'cpu' }: RandomGraphOptions = {},
  ) {
    checkTargetTemperature('RandomGraph', targetTemperature);
    this.targetTemperature = targetTemperature;
    this.#groupOf = groupOf;
    this.#seed = seed;
    this.#device = device;
  }

  similarities(ids: Int32Array): Tensor {
    const groups = pick('RandomGraph', this.#groupOf, ids);
    const n = ids.length;
    const values = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const value = groups[i] === groups[j] ? 1 : pairUniform(groups[i]!, groups[j]!, this.#seed);
        values[i * n + j] = value;
        values[j * n + i] = value;
      }
    }
    return tensor(values, { shape: [n, n], device: this.#device }); // (n, n)
  }

  rows(ids: Int32Array): GraphRows {
    const groups = pick('RandomGraph', this.#groupOf, ids);
    const n = ids.length;
    return rowsOver(this.targetTemperature, ({ start, end }) => {
      const values = new Float32Array((end - start) * n);
      for (let i = start; i < end; i++) {
        for (let j = 0; j < n; j++)
          values[(i - start) * n + j] =
            groups[i] === groups[j] ? 1 : pairUniform(groups[i]!, groups[j]!, this.#seed);
      }
      return tensor(values, { shape: [end - start, n], device: this.#device }); // (rows, n)
    });
  }

  logits(ids: Int32Array): Tensor {
    return scoped(() => this.similarities(ids).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {}
}
