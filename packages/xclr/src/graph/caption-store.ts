// Caption vectors on disk: every distinct caption is encoded once, and never again with the same encoder. Encoders
// whose captions are independent share one store among data sets (caption-store/); others keep a file a data set.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { floatsOf, parseSafetensors, safetensorsBytes } from './array-files.js';
import type { CaptionRows } from './caption-store/caption-rows.js';
import { encodeDocuments, normalizeRows } from './caption-store/encode-documents.js';
import { encodeIntoStore } from './caption-store/encode-into-store.js';
import {
  type CaptionDocument,
  type CaptionedSample,
  describeDocument,
  documentOf,
  parseCaptionTemplate,
} from './caption-template.js';
import { rowChoices } from './drawn-rows.js';
import { toHalves } from './float16.js';
import type { TextEncoder } from './text-encoder.js';

/** How the captions of a data set are encoded into a store. */
export interface EncodeDatasetOptions {
  /** Which texts stand for a sample; see parseCaptionTemplate. */
  template?: string;
  /**
   * Several captions of one sample: 'mean' (default) gives the sample one row, their common vector; 'drawn' gives each
   * caption a row, of which the graph draws one an epoch.
   */
  captions?: 'mean' | 'drawn';
  /** On disk. float16 halves the size and moves cosines by less than 0.0005. */
  precision?: 'float16' | 'float32';
  onProgress?: (done: number, total: number) => void;
}

interface Store {
  vectors: Float32Array;
  dimensions: number;
  notes: readonly string[];
}

const KIND = 'xclr caption vectors 1';

/** Reads a store. One made by another encoder, or for other captions, is refused. */
export function readCaptionStore(
  path: string,
  encoder: TextEncoder,
  captionsHash: string,
  rows: number,
): Store {
  const { tensors, metadata } = parseSafetensors(readFileSync(path), path);
  const tensor = tensors.get('vectors');
  if (metadata.kind !== KIND || tensor === undefined) {
    throw new UserError(
      `readCaptionStore: ${path} is not a caption store`,
      'Delete it or choose another folder.',
    );
  }
  if (metadata.identity !== encoder.identity) {
    throw new UserError(
      `readCaptionStore: ${path} was made by encoder '${metadata.identity}', this run uses '${encoder.identity}'`,
      'Use the same encoder, or another cache folder.',
    );
  }
  if (metadata.captions !== captionsHash || tensor.shape[0] !== rows) {
    throw new UserError(
      `readCaptionStore: ${path} holds ${tensor.shape[0]} other captions than this data set's ${rows}`,
      'Use another cache folder.',
    );
  }
  const vectors = floatsOf(tensor, path);
  const dimensions = tensor.shape[1] ?? 0;
  normalizeRows(vectors, dimensions);
  const notes: unknown = JSON.parse(metadata.notes ?? '[]');
  return { vectors, dimensions, notes: Array.isArray(notes) ? notes.map(String) : [] };
}

function writeCaptionStore(
  path: string,
  { vectors, dimensions, notes }: Store,
  encoder: TextEncoder,
  captionsHash: string,
  precision: 'float16' | 'float32',
): void {
  const data = precision === 'float16' ? toHalves(vectors) : vectors;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const dtype = precision === 'float16' ? 'F16' : 'F32';
  const shape = [vectors.length / dimensions, dimensions];
  const metadata = {
    kind: KIND,
    encoder: encoder.name,
    identity: encoder.identity,
    captions: captionsHash,
    notes: JSON.stringify(notes),
  };
  writeFileAtomic(path, safetensorsBytes('vectors', { dtype, shape, bytes }, metadata));
}

/**
 * Rows for every sample, from the store in `cacheDir` if one was made with this encoder for these captions, else
 * encoded and stored; a killed run leaves no half store. The order of the samples does not matter. Values are those read from the disk in both cases, so that runs repeat exactly.
 */
export async function encodeDataset(
  samples: readonly CaptionedSample[],
  encoder: TextEncoder,
  cacheDir: string,
  {
    template = '{caption}',
    captions: several = 'mean',
    precision = 'float16',
    onProgress,
  }: EncodeDatasetOptions = {},
): Promise<CaptionRows> {
  if (samples.length === 0) throw new UserError('encodeDataset: samples must not be empty');
  const parsed = parseCaptionTemplate(template);
  if (encoder.independent === true) {
    const mean = several === 'mean';
    return encodeIntoStore(samples, encoder, cacheDir, {
      documentsOf: (sample) => (mean ? [sample] : oneByOne(sample)).map((one) => documentOf(one, parsed)),
      precision,
      ...(onProgress ? { onProgress } : {}),
    });
  }
  const documents = new Map<string, CaptionDocument>();
  const keyOf = (sample: CaptionedSample): string => {
    const document = documentOf(sample, parsed);
    const key = describeDocument(document);
    if (!documents.has(key)) documents.set(key, document);
    return key;
  };
  const keys = samples.map((sample) => (several === 'drawn' ? oneByOne(sample) : [sample]).map(keyOf));
  const captions = [...documents.keys()].sort();
  const place = new Map(captions.map((caption, row) => [caption, row]));
  const lists = keys.map((list) => list.map((key) => place.get(key)!));
  const rowOf = Int32Array.from(lists, ([first]) => first!);
  const drawn = lists.some((list) => list.length > 1);
  const captionsHash = sha256(captions.join('\n'));
  const slug = encoder.name.replace(/[^\w.-]+/g, '-').slice(-60);
  const digest = sha256(`${encoder.identity}\n${captionsHash}\n${precision}`).slice(0, 16);
  const path = join(cacheDir, `captions-${slug}-${digest}.safetensors`);
  const encoded = existsSync(path) ? 0 : captions.length;
  if (encoded > 0) {
    const ordered = captions.map((caption) => documents.get(caption)!);
    writeCaptionStore(
      path,
      await encodeDocuments(ordered, encoder, onProgress),
      encoder,
      captionsHash,
      precision,
    );
  }
  const stored = readCaptionStore(path, encoder, captionsHash, captions.length);
  return { ...stored, rowOf, ...(drawn && { choices: rowChoices(lists) }), captions, path, encoded };
}

/** The sample as it would be with each of its captions alone. */
function oneByOne({ id, captions, label, attributes }: CaptionedSample): CaptionedSample[] {
  return captions.map((caption) => ({ id, captions: [caption], label, attributes }));
}
