// A data set's captions through the shared store: those it lacks are encoded batch by batch, in flat memory.

import { join } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { makeFolder } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import { type CaptionDocument, type CaptionedSample, describeDocument } from '../caption-template.js';
import { rowChoices } from '../drawn-rows.js';
import { captionMarks, type TextEncoder } from '../text-encoder.js';
import type { CaptionRows } from './caption-rows.js';
import { encodeDocuments } from './encode-documents.js';
import { KeyIndex, keyOfDocument } from './key-index.js';
import { MappedRows } from './mapped-rows.js';
import { CaptionStore, type StorePrecision } from './sharded-store.js';

/** Captions between two writes: what a kill can lose. */
const BATCH = 1024;

export interface EncodeIntoStoreOptions {
  /** What stands for a sample: one document, or one a caption. */
  documentsOf: (sample: CaptionedSample) => readonly CaptionDocument[];
  precision: StorePrecision;
  onProgress?: (done: number, total: number) => void;
}

/** The folder of an encoder's store: one for each identity and precision. */
function storeFolder(cacheDir: string, encoder: TextEncoder, precision: StorePrecision): string {
  const slug = encoder.name.replace(/[^\w.-]+/g, '-').slice(-60);
  const digest = sha256(`${encoder.identity}\n${precision}`);
  return join(cacheDir, `captions-${slug}-${digest.slice(0, 16)}`);
}

/** The distinct documents of a data set, by content; each is made again from its sample when it is needed. */
class DistinctDocuments {
  readonly keys = new KeyIndex();
  readonly #samples: readonly CaptionedSample[];
  readonly #documentsOf: EncodeIntoStoreOptions['documentsOf'];
  /** [sample, which of its documents] a key. */
  readonly #origins: number[] = [];

  constructor(samples: readonly CaptionedSample[], documentsOf: EncodeIntoStoreOptions['documentsOf']) {
    this.#samples = samples;
    this.#documentsOf = documentsOf;
  }

  /** Numbers of a sample's documents. */
  add(sample: number): number[] {
    return this.#documentsOf(this.#samples[sample]!).map((document, which) => {
      const before = this.keys.size;
      const number = this.keys.add(keyOfDocument(document));
      if (number === before) this.#origins.push(sample, which);
      return number;
    });
  }

  document(number: number): CaptionDocument {
    return this.#documentsOf(this.#samples[this.#origins[2 * number]!]!)[this.#origins[2 * number + 1]!]!;
  }
}

function notesOf(store: CaptionStore, places: Int32Array): string[] {
  const count = (mark: number) =>
    places.reduce((sum, row) => sum + Number((store.marksOf(row) & mark) > 0), 0);
  const [cut, unknown] = [count(captionMarks.cut), count(captionMarks.unknown)];
  const of = `of ${places.length} captions`;
  return [
    ...(cut > 0 ? [`${cut} ${of} were longer than the encoder's limit and were truncated`] : []),
    ...(unknown > 0
      ? [`${unknown} ${of} contain no word that the encoder knows and are similar to nothing else`]
      : []),
  ];
}

/** See encodeDataset, whose work this does for independent encoders. */
export async function encodeIntoStore(
  samples: readonly CaptionedSample[],
  encoder: TextEncoder,
  cacheDir: string,
  { documentsOf, precision, onProgress }: EncodeIntoStoreOptions,
): Promise<CaptionRows> {
  const distinct = new DistinctDocuments(samples, documentsOf);
  const rowOf = new Int32Array(samples.length);
  let lists: number[][] | null = null; // only where some sample has several documents
  for (let sample = 0; sample < samples.length; sample++) {
    const numbers = distinct.add(sample);
    rowOf[sample] = numbers[0]!;
    if (lists === null && numbers.length > 1) lists = Array.from(rowOf.subarray(0, sample), (row) => [row]);
    lists?.push(numbers);
  }
  const total = distinct.keys.size;
  const path = storeFolder(cacheDir, encoder, precision);
  makeFolder(path);
  const store = CaptionStore.open(path, encoder, { precision });
  const numbersMissing = () =>
    Array.from({ length: total }, (_, number) => number).filter(
      (number) => store.rowOf(distinct.keys.key(number)) < 0,
    );
  let encoded = 0;
  if (numbersMissing().length > 0) {
    using _lock = await lockFile(join(path, 'lock'), { what: `captions are being encoded into ${path}` });
    store.refresh(); // another process may have encoded some while this one waited
    const missing = numbersMissing();
    for (let start = 0; start < missing.length; start += BATCH) {
      const batch = missing.slice(start, start + BATCH);
      const documents = batch.map((number) => distinct.document(number));
      const { vectors, dimensions, marks } = await encodeDocuments(documents, encoder);
      const zero = firstUnsound(vectors, dimensions);
      if (zero >= 0) {
        throw new UserError(
          `${encoder.name}: the vector of '${describeDocument(documents[zero]!)}' is zero or not finite`,
          'Choose another encoder, or leave that caption out.',
        );
      }
      store.append(
        batch.map((number) => distinct.keys.key(number)),
        vectors,
        dimensions,
        marks,
      );
      encoded += batch.length;
      onProgress?.(total - missing.length + encoded, total);
    }
  }
  const places = Int32Array.from({ length: total }, (_, number) => store.rowOf(distinct.keys.key(number)));
  const mapped = new MappedRows(store, places);
  let vectors: Float32Array | undefined;
  let captions: readonly string[] | undefined;
  const rows: CaptionRows = {
    get vectors() {
      vectors ??= mapped.read();
      return vectors;
    },
    get captions() {
      captions ??= Array.from({ length: total }, (_, number) => describeDocument(distinct.document(number)));
      return captions;
    },
    dimensions: store.dimensions,
    rowOf,
    ...(lists !== null && { choices: rowChoices(lists) }),
    notes: notesOf(store, places),
    path,
    encoded,
  };
  // Not enumerable: a copy made with other vectors (centered, whitened) must not carry the old ones along.
  return Object.defineProperty(rows, 'mapped', { value: mapped, enumerable: false });
}

function firstUnsound(vectors: Float32Array, dimensions: number): number {
  for (let row = 0; row < vectors.length / dimensions; row++) {
    let squares = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) squares += vectors[i]! * vectors[i]!;
    if (!(Math.abs(squares - 1) < 1e-3)) return row;
  }
  return -1;
}
