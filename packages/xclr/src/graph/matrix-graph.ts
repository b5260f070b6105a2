// Graphs from a given matrix of similarities: between classes, or between all samples.
import { type Device, keep, scoped, type Tensor, tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import type { Matrix } from './array-files.js';
import { checkSimilarities } from './matrix-file.js';
import {
  checkTargetTemperature,
  type GraphRows,
  pick,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';
import { shortened } from './taxonomy/tree.js';

/** Temperature and name of a graph that is given as a matrix. */
export interface MatrixGraphOptions {
  /** τ_s divides the similarity; 0.1 in the paper. */
  targetTemperature?: number;
  device?: Device;
}

class MatrixGraph implements SimilarityGraph {
  readonly name: string;
  readonly targetTemperature: number;
  readonly #matrix: Tensor; // (m, m)
  readonly #rowOf: Int32Array;
  readonly #device: Device;

  constructor(name: string, matrix: Matrix, rowOf: Int32Array, options: MatrixGraphOptions) {
    const { targetTemperature = 0.1, device = 'cpu' } = options;
    checkTargetTemperature(`${name} graph`, targetTemperature);
    this.name = name;
    this.targetTemperature = targetTemperature;
    this.#rowOf = rowOf;
    this.#device = device;
    this.#matrix = keep(tensor(matrix.values, { shape: [matrix.rows, matrix.columns], device }));
  }

  similarities(ids: Int32Array): Tensor {
    return scoped(() => {
      const rows = this.#rowsOf(ids); // (n)
      return this.#matrix.indexSelect(0, rows).indexSelect(1, rows); // (n, n)
    });
  }

  #rowsOf(ids: Int32Array): Tensor {
    return tensor(pick(`${this.name} graph`, this.#rowOf, ids), { device: this.#device }); // (n)
  }

  rows(ids: Int32Array): GraphRows {
    const places = this.#rowsOf(ids); // (n)
    return rowsOver(this.targetTemperature, ({ start, end }) =>
      scoped(() => {
        const own = this.#matrix.indexSelect(0, places.narrow(0, start, end - start)); // (rows, m)
        return own.indexSelect(1, places); // (rows, n)
      }),
    );
  }

  logits(ids: Int32Array): Tensor {
    return scoped(() => this.similarities(ids).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {
    if (!this.#matrix.disposed) this.#matrix.dispose();
  }
}

/** A similarity for every pair of samples; rows in the order of the data set. */
export function matrixGraph(
  matrix: Matrix,
  samples: number,
  options: MatrixGraphOptions = {},
): SimilarityGraph {
  checkSimilarities(matrix, samples, 'matrixGraph: matrix');
  return new MatrixGraph(
    'matrix',
    matrix,
    Int32Array.from({ length: samples }, (_, i) => i),
    options,
  );
}

/**
 * A similarity for every pair of samples, matched by name.
 * @param names of the rows; @param ids of the samples, each of which must have a row
 */
export function namedMatrixGraph(
  matrix: Matrix,
  names: readonly string[],
  ids: readonly string[],
  options: MatrixGraphOptions = {},
): SimilarityGraph {
  checkSimilarities(matrix, names.length, 'namedMatrixGraph: matrix');
  const places = new Map(names.map((name, i) => [name, i]));
  if (places.size < names.length) {
    const twice = names.filter((name, i) => places.get(name) !== i);
    throw new UserError(`namedMatrixGraph: names must be distinct, got twice: ${shortened(twice)}`);
  }
  const missing = ids.filter((id) => !places.has(id));
  if (missing.length > 0) {
    const known = new Set(ids);
    const unused = names.filter((name) => !known.has(name));
    throw new UserError(
      `namedMatrixGraph: no row for: ${shortened(missing)}`,
      `Rows that no sample matches: ${unused.length === 0 ? 'none' : shortened(unused)}.`,
    );
  }
  return new MatrixGraph(
    'matrix',
    matrix,
    Int32Array.from(ids, (id) => places.get(id)!),
    options,
  );
}

/** A similarity for every pair of classes; `classes` names the rows, `labels` holds each sample's class. */
export function classMatrixGraph(
  matrix: Matrix,
  classes: readonly string[],
  labels: readonly (string | null)[],
  options: MatrixGraphOptions = {},
): SimilarityGraph {
  checkSimilarities(matrix, classes.length, 'classMatrixGraph: matrix');
  const places = new Map(classes.map((name, i) => [name, i]));
  if (places.size < classes.length) {
    const twice = classes.filter((name, i) => places.get(name) !== i);
    throw new UserError(`classMatrixGraph: classes must be distinct, got twice: ${shortened(twice)}`);
  }
  const unknown = new Set(labels.filter((label) => label !== null && !places.has(label)) as string[]);
  if (unknown.size > 0) {
    throw new UserError(
      `classMatrixGraph: every label must be a row of the matrix; without one: ${shortened([...unknown])}`,
      `The matrix has ${shortened(classes)}.`,
    );
  }
  const missing = labels.indexOf(null);
  if (missing >= 0) {
    throw new UserError(`classMatrixGraph: every sample must have a label, sample ${missing} has none`);
  }
  return new MatrixGraph(
    'class matrix',
    matrix,
    Int32Array.from(labels, (label) => places.get(label!)!),
    options,
  );
}
