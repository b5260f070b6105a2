// The similarity graph: how similar two samples are. It is the only difference between the contrastive methods.
import { scoped, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import type { RowRange } from '../util/row-range.js';

/**
 * Similarities of samples, by their places in the data set. Rows and columns of a batch follow `ids`; with v
 * views of every sample the ids come v times. Tensors are float32 on the graph's device, carry no gradient and
 * belong to the caller's scope; what a graph itself holds lives until it is disposed. Call outside `autocast`.
 */
export interface SimilarityGraph extends Disposable {
  readonly name: string;
  /**
   * (n, n) logits of the targets: similarity / τ_s, and −∞ for "never similar". The diagonal means nothing: the
   * loss leaves it out. `epoch` matters where something is drawn: one of several captions.
   */
  logits(ids: Int32Array, options?: { readonly epoch?: number }): Tensor;
  /** (n, n) in [−1, 1], before τ_s. */
  similarities(ids: Int32Array, options?: { readonly epoch?: number }): Tensor;
  /**
   * The same a few rows at a time, for a batch whose (n, n) would be too much. What the batch needs is looked up once, in the
   * caller's scope.
   */
  rows(ids: Int32Array, options?: { readonly epoch?: number }): GraphRows;
}

/** Whole rows of a batch's matrix; each call makes a tensor of its own, which may be changed. */
export interface GraphRows {
  /** (rows, n) of `logits`. */
  logits(rows: RowRange): Tensor;
  /** (rows, n) of `similarities`. */
  similarities(rows: RowRange): Tensor;
}

/** Rows of similarities with one τ_s for all. */
export function rowsOver(temperature: number, similarities: (rows: RowRange) => Tensor): GraphRows {
  return { similarities, logits: (rows) => scoped(() => similarities(rows).div_(temperature)) }; // (rows, n)
}

/** @throws {UserError} unless τ_s is a finite number above zero */
export function checkTargetTemperature(operation: string, temperature: number): void {
  if (temperature > 0 && Number.isFinite(temperature)) return;
  throw new UserError(
    `${operation}: targetTemperature (τ_s) must be above zero, got ${temperature}`,
    'The paper uses 0.1; `auto` chooses one for your captions. For hard targets use the labels or identity graph.',
  );
}

/** Looks up what each sample of a batch has, e.g. its row. @throws {RangeError} for ids outside the data set */
export function pick(operation: string, of: Int32Array, ids: Int32Array): Int32Array {
  return ids.map((id) => {
    const value = of[id];
    if (value === undefined) {
      throw new RangeError(`${operation}: ids must be below ${of.length}, the number of samples, got ${id}`);
    }
    return value;
  });
}
