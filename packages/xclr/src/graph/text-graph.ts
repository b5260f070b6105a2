// X-CLR's graph: the cosine of caption vectors.
import { cat, type Device, keep, scoped, Tensor, tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { cutAt } from '../util/row-range.js';
import type { MappedRows, RowMap } from './caption-store/mapped-rows.js';
import { drawRow, type RowChoices } from './drawn-rows.js';
import { periodOf } from './period.js';
import {
  checkTargetTemperature,
  type GraphRows,
  pick,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';

/** Vectors of distinct captions and which of them each sample has; `encodeDataset` gives them. */
export interface RowsOfSamples {
  /** (u, dimensions) row-major, unit rows. */
  readonly vectors: Float32Array;
  /** The same rows on the disk. Where there are many, a batch's are read from there and `vectors` is never touched. */
  readonly mapped?: MappedRows;
  readonly dimensions: number;
  /** (number of samples): the row of its only caption, of the first of several, or of their mean. */
  readonly rowOf: Int32Array;
  /** Present where samples have several captions and one is drawn each epoch. */
  readonly choices?: RowChoices;
}

/** How similarities are computed from the vectors of captions. */
export interface TextGraphOptions {
  /** τ_s divides the cosine; 0.1 in the paper, but it belongs to the encoder: see `calibrate`. */
  targetTemperature?: number;
  device?: Device;
  name?: string;
  /** Decides which of several captions stands for a sample in an epoch. */
  seed?: number;
  /** Rows that take more bytes than this in float32 stay on the disk, where they are mapped. */
  memoryLimit?: number;
}

const UNIT_WITHIN = 1e-2;

/** Similarity of two samples = cosine of their captions' vectors, which stay on the device, or mapped on the disk. */
export class TextGraph implements SimilarityGraph {
  readonly name: string;
  readonly targetTemperature: number;
  readonly #rows: Tensor | RowMap; // (u, d)
  readonly #rowOf: Int32Array;
  readonly #choices: RowChoices | undefined;
  readonly #seed: number;
  readonly #device: Device;

  constructor(
    rows: RowsOfSamples,
    {
      targetTemperature = 0.1,
      device = 'cpu',
      name = 'text',
      seed = 0,
      memoryLimit = 2 ** 28,
    }: TextGraphOptions = {},
  ) {
    checkTargetTemperature('TextGraph', targetTemperature);
    const { mapped, dimensions, rowOf, choices } = rows;
    const onDisk = mapped !== undefined && 4 * mapped.length * dimensions > memoryLimit;
    const count = onDisk ? mapped.length : rows.vectors.length / dimensions;
    if (!Number.isInteger(count) || count === 0) {
      throw new UserError(
        `TextGraph: vectors must be rows of ${dimensions} numbers, got ${rows.vectors.length} numbers`,
      );
    }
    const outside = rowOf.findIndex((row) => row < 0 || row >= count);
    if (outside >= 0) {
      throw new UserError(
        `TextGraph: sample ${outside} has row ${rowOf[outside]}, but there are ${count} vectors`,
      );
    }
    if (!onDisk) checkUnitRows(rows.vectors, dimensions);
    this.name = name;
    this.targetTemperature = targetTemperature;
    this.#rowOf = rowOf;
    this.#choices = choices;
    this.#seed = seed;
    this.#device = device;
    this.#rows = onDisk ? mapped.map() : keep(tensor(rows.vectors, { shape: [count, dimensions], device }));
  }

  similarities(ids: Int32Array, { epoch = 0 }: { epoch?: number } = {}): Tensor {
    // v views of each sample: a v-squareth of the products is enough.
    const period = periodOf(ids);
    const times = ids.length / period;
    return scoped(() => {
      const captions = this.#captions(this.#rowsOf(ids.subarray(0, period), epoch)); // (period, d)
      const products = captions.matmul(captions.t());
      return times > 1 ? products.repeat([times, times]) : products; // (n, n)
    });
  }

  rows(ids: Int32Array, { epoch = 0 }: { epoch?: number } = {}): GraphRows {
    const period = periodOf(ids);
    const times = ids.length / period;
    const captions = this.#captions(this.#rowsOf(ids.subarray(0, period), epoch)); // (period, d)
    return rowsOver(this.targetTemperature, (rows) =>
      scoped(() => {
        const parts = cutAt(period, rows).map(({ start, end }) =>
          captions.narrow(0, start % period, end - start),
        ); // (≤ period, d) each
        const own = parts.length === 1 ? parts[0]! : cat(parts, { dim: 0 }); // (rows, d)
        const products = own.matmul(captions.t()); // (rows, period)
        return times > 1 ? products.repeat([1, times]) : products; // (rows, n)
      }),
    );
  }

  /** (n, d) */
  #captions(rows: Int32Array): Tensor {
    if (this.#rows instanceof Tensor)
      return this.#rows.indexSelect(0, tensor(rows, { device: this.#device }));
    const captions = this.#rows.gather(rows);
    return this.#device === 'cpu' ? captions : captions.to({ device: this.#device });
  }

  #rowsOf(ids: Int32Array, epoch: number): Int32Array {
    const only = pick('TextGraph', this.#rowOf, ids);
    const choices = this.#choices;
    return choices === undefined ? only : ids.map((id) => drawRow(choices, id, epoch, this.#seed));
  }

  logits(ids: Int32Array, { epoch = 0 }: { epoch?: number } = {}): Tensor {
    return scoped(() => this.similarities(ids, { epoch }).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {
    this.#rows[Symbol.dispose]();
  }
}

function checkUnitRows(vectors: Float32Array, dimensions: number): void {
  for (let row = 0; row < vectors.length / dimensions; row++) {
    let squares = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) squares += vectors[i]! * vectors[i]!;
    if (Math.abs(squares - 1) < UNIT_WITHIN) continue;
    throw new UserError(
      `TextGraph: every row must have length 1, got ${Math.sqrt(squares)} in row ${row}`,
      'Divide each row by its length first.',
    );
  }
}
