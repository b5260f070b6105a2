// A graph from a function of two samples, worked out for each batch: no samples × samples or class × class matrix.
import { type Device, scoped, type Tensor, tensor } from '@xclr/torch';
import type { RowRange } from '../util/row-range.js';
import { periodOf } from './period.js';
import {
  checkTargetTemperature,
  type GraphRows,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';

export interface PairGraphOptions {
  /** τ_s divides the similarity; 0.1 in the paper. */
  targetTemperature?: number;
  device?: Device;
}

/**
 * `similarity(a, b)` of two places in the data set must be symmetric and in [−1, 1]; a sample is 1 to itself. Costs
 * b²/2 calls a batch of b samples with two views each, and by rows 2 b².
 */
export class PairGraph implements SimilarityGraph {
  readonly name: string;
  readonly targetTemperature: number;
  readonly #samples: number;
  readonly #similarity: (a: number, b: number) => number;
  readonly #device: Device;

  constructor(
    name: string,
    samples: number,
    similarity: (a: number, b: number) => number,
    { targetTemperature = 0.1, device = 'cpu' }: PairGraphOptions = {},
  ) {
    checkTargetTemperature(`${name} graph`, targetTemperature);
    this.name = name;
    this.targetTemperature = targetTemperature;
    this.#samples = samples;
    this.#similarity = similarity;
    this.#device = device;
  }

  similarities(ids: Int32Array): Tensor {
    this.#checkIds(ids);
    const half = ids.length / 2;
    const twice = Number.isInteger(half) && ids.every((id, i) => id === ids[(i + half) % ids.length]);
    const distinct = twice ? ids.subarray(0, half) : ids;
    const n = distinct.length;
    const values = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      values[i * n + i] = 1;
      for (let j = 0; j < i; j++) {
        const [a, b] = [distinct[i]!, distinct[j]!];
        const value = a === b ? 1 : this.#similarity(a, b);
        values[i * n + j] = value;
        values[j * n + i] = value;
      }
    }
    return scoped(() => {
      const once = tensor(values, { shape: [n, n], device: this.#device }); // (n, n) of distinct samples
      return twice ? once.repeat([2, 2]) : once; // (n, n) of ids
    });
  }

  rows(ids: Int32Array): GraphRows {
    this.#checkIds(ids);
    const period = periodOf(ids);
    const times = ids.length / period;
    return rowsOver(this.targetTemperature, (rows) =>
      scoped(() => {
        const once = tensor(this.#valuesOf(ids, rows, period), {
          shape: [rows.end - rows.start, period],
          device: this.#device,
        }); // (rows, period)
        return times > 1 ? once.repeat([1, times]) : once; // (rows, n)
      }),
    );
  }

  #valuesOf(ids: Int32Array, { start, end }: RowRange, period: number): Float32Array {
    const values = new Float32Array((end - start) * period);
    for (let i = start; i < end; i++) {
      for (let j = 0; j < period; j++) {
        const [a, b] = [ids[i]!, ids[j]!];
        values[(i - start) * period + j] = a === b ? 1 : this.#similarity(a, b);
      }
    }
    return values;
  }

  #checkIds(ids: Int32Array): void {
    const outside = ids.find((id) => id < 0 || id >= this.#samples);
    if (outside === undefined) return;
    throw new RangeError(
      `${this.name} graph: ids must be below ${this.#samples}, the number of samples, got ${outside}`,
    );
  }

  logits(ids: Int32Array): Tensor {
    return scoped(() => this.similarities(ids).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {}
}
