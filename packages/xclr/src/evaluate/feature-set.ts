// Feature rows: making them unit, checking them, and finding the row of a sample.

import { scoped, type Tensor, tensor } from '@xclr/torch';
import type { Dataset } from '../data/types.js';
import { UserError } from '../util/errors.js';
import type { FeatureSet } from './types.js';

const TINY = 1e-12;
const CHUNK_ELEMENTS = 2 ** 24;
const UNIT_TOLERANCE = 1e-3;

/** Rows (n, d) divided by their lengths; a zero row stays zero. */
export function unitRows(x: Tensor): Tensor {
  return scoped(() => {
    const wide = x.to({ dtype: 'float32' }); // (n, d)
    return wide.div(wide.linalgVectorNorm({ dim: 1, keepdim: true }).clampMin(TINY)); // (n, d)
  });
}

/**
 * Takes the mean row of some samples off every row, and makes the rows unit again, in place. After a ReLU all
 * features point into one corner, and pixels into one brightness: without this all cosines are near 1, and follow
 * the distance to the mean more than similarity.
 * @param meanOver samples whose mean is subtracted, some of which must be in the set
 * @returns how many of them there are
 */
export function centerRows_({ rows, indices }: FeatureSet, meanOver: Int32Array): number {
  const wanted = new Set(meanOver);
  const places = Int32Array.from(indices.keys()).filter((row) => wanted.has(indices[row]!));
  if (places.length === 0)
    throw new UserError('evaluate: none of the images whose mean is subtracted has features');
  takeOff_(
    rows,
    scoped(() => Float32Array.from(rows.indexSelect(0, tensor(places)).mean(0).toArray() as Float32Array)), // (d)
  );
  return places.length;
}

/** Takes a mean (d) off every row and makes the rows unit again, in place. */
export function takeOff_(rows: Tensor, mean: Float32Array): void {
  scoped(() => {
    rows.sub_(tensor(mean)); // (n, d)
    rows.div_(rows.linalgVectorNorm({ dim: 1, keepdim: true }).clampMin(TINY)); // (n, d) unit rows
  });
}

/** Lengths of the rows, NaN or infinite where an element is; in chunks, so that no copy of all rows is made. */
function rowLengths(rows: Tensor): Float32Array {
  const [n = 0, d = 1] = rows.shape;
  const lengths = new Float32Array(n);
  const chunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / Math.max(1, d)));
  for (let start = 0; start < n; start += chunk) {
    const size = Math.min(chunk, n - start);
    scoped(() => {
      rows
        .narrow(0, start, size)
        .linalgVectorNorm({ dim: 1 })
        .copyTo(lengths.subarray(start, start + size)); // (size)
    });
  }
  return lengths;
}

function checkIndices(features: FeatureSet, data: Dataset): void {
  const seen = new Set<number>();
  for (const index of features.indices) {
    if (index < 0 || index >= data.samples.length) {
      throw new UserError(
        `evaluate: features.indices must be samples of '${data.name}' (0 … ${data.samples.length - 1}), got ${index}`,
        'The features were made from another data set: extract them again.',
      );
    }
    if (seen.has(index))
      throw new UserError(`evaluate: features.indices must not repeat a sample, got ${index} twice`);
    seen.add(index);
  }
}

/**
 * Throws unless the features are float32 unit rows (or zero rows) of the data's samples.
 * @throws UserError that counts rows with NaN or infinite values and names the first image
 */
export function checkFeatures(features: FeatureSet, data: Dataset): void {
  const { rows, indices } = features;
  if (rows.ndim !== 2 || rows.dtype !== 'float32' || rows.shape[0] !== indices.length) {
    throw new UserError(
      `evaluate: features.rows must be float32 (${indices.length}, d) to match features.indices, got ${rows.dtype} (${rows.shape.join(', ')})`,
    );
  }
  checkIndices(features, data);
  const lengths = rowLengths(rows);
  const broken = [...indices.keys()].filter((row) => !Number.isFinite(lengths[row]));
  if (broken.length > 0) {
    throw new UserError(
      `evaluate: ${broken.length} of ${indices.length} feature rows have NaN or infinite values, the first for '${data.samples[indices[broken[0]!]!]!.id}'`,
      'The encoder diverged or its weights are damaged: evaluate an earlier checkpoint, or train with a lower learning rate.',
    );
  }
  const off = lengths.findIndex((length) => length !== 0 && Math.abs(length - 1) > UNIT_TOLERANCE);
  if (off >= 0) {
    throw new UserError(
      `evaluate: feature rows must have length 1, row ${off} has ${lengths[off]}`,
      'Pass the rows through unitRows first.',
    );
  }
}

/** Which of the chosen samples have features: their rows and indices, in the order of the samples. */
export interface ChosenRows {
  readonly rows: Int32Array;
  readonly samples: Int32Array;
  /** Chosen samples without features, such as images that could not be read. */
  readonly missing: number;
}

/** Looks up rows by sample index. */
export class RowIndex {
  readonly #rowOf = new Map<number, number>();

  constructor(features: FeatureSet) {
    for (const [row, sample] of features.indices.entries()) this.#rowOf.set(sample, row);
  }

  choose(samples: Int32Array): ChosenRows {
    const present = samples.filter((sample) => this.#rowOf.has(sample));
    const rows = present.map((sample) => this.#rowOf.get(sample)!);
    return { rows, samples: present, missing: samples.length - present.length };
  }
}
