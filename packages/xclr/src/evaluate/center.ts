// What is subtracted from all features: the mean of a fixed sample of the training part, whatever the tasks look at.
import { existsSync, readFileSync } from 'node:fs';
import { scoped, type Tensor } from '@xclr/torch';
import type { RunFolder } from '../train/run-folder.js';
import { sha256 } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { makeFolder, writeFileAtomic } from '../util/files.js';
import { permutation, purpose } from '../util/random.js';

/** Images whose mean is taken: with so many, each number of it is within 1/45 of that number's deviation among images. */
const most = 2048;

/** Means (d) of unit rows before and after the projector. */
export interface Center {
  readonly features: Float32Array;
  /** Null where there is no projector. */
  readonly projected: Float32Array | null;
  /** Images that they are the mean of. */
  readonly images: number;
}

/**
 * The images whose mean is taken, in ascending order: the same for every task, method and seed of training.
 * @throws {UserError} where there is no training part
 */
export function centerSample(training: Int32Array): Int32Array {
  if (training.length === 0) {
    throw new UserError(
      'evaluate: the training part, whose mean is subtracted from all features, has no image',
      'Check data.train and the split column.',
    );
  }
  const drawn = permutation(training.length, 0, purpose.center).subarray(0, most);
  return drawn.map((place) => training[place]!).sort();
}

/** For definitions. */
export function describeCenter(images: number): string {
  return `Features less the mean of ${images.toLocaleString('en-GB')} training images (a fixed sample), then made unit.`;
}

/** Adds up rows (b, d) in float64, batch by batch. */
export class RowMean {
  #sums: Float64Array | undefined;
  #count = 0;

  /** @param rows (b, d) */
  add(rows: Tensor): void {
    const sums = scoped(() => rows.to({ dtype: 'float64', device: 'cpu' }).sum(0).toArray() as Float64Array); // (d)
    this.#sums ??= new Float64Array(sums.length);
    for (let i = 0; i < sums.length; i++) this.#sums[i]! += sums[i]!;
    this.#count += rows.size(0);
  }

  get count(): number {
    return this.#count;
  }

  /** (d); undefined where no row was added. */
  mean(): Float32Array | undefined {
    return this.#sums && Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }
}

/** What a run's center depends on beside the sample: weights, views, data, precision and the version of the definitions. */
export type CenterKey = Readonly<Record<string, unknown>>;

const folder = 'features';
const fileOf = (run: RunFolder, key: CenterKey) =>
  run.file(folder, `center-${sha256(JSON.stringify(key)).slice(0, 16)}.json`);

const toBase64 = (values: Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const fromBase64 = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);

/** The center that an earlier evaluation of the run kept; undefined where there is none for this key, or it is damaged. */
export function readCenter(run: RunFolder, key: CenterKey): Center | undefined {
  const path = fileOf(run, key);
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as {
      key: unknown;
      features: string;
      projected: string | null;
      images: number;
    };
    if (JSON.stringify(kept.key) !== JSON.stringify(key)) return undefined;
    const { features, projected, images } = kept;
    return {
      features: fromBase64(features),
      projected: projected === null ? null : fromBase64(projected),
      images,
    };
  } catch {
    return undefined; // it can be measured again
  }
}

/** Keeps a center in the run folder. */
export function keepCenter(run: RunFolder, key: CenterKey, { features, projected, images }: Center): void {
  makeFolder(run.file(folder));
  const kept = {
    key,
    features: toBase64(features),
    projected: projected === null ? null : toBase64(projected),
    images,
  };
  writeFileAtomic(fileOf(run, key), `${JSON.stringify(kept)}\n`);
}
