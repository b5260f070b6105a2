// A whole data set, or one machine's shard of it, into a file of embeddings; a killed run resumes where it was.

import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { type Dataset, type Problem, refuseTooManyProblems } from '../../data/index.js';
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { readJsonLines, writeFileAtomic } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import type { ImageEncoder } from '../encoder/index.js';
import { checkRanges, embedSamples } from './embed-samples.js';
import { type EmbeddingHeader, type EmbeddingWriter, formatOf, shardPath } from './embedding-file.js';
import { writeNpy } from './npy-format.js';
import { openEmbeddings } from './open-embeddings.js';
import { writeParquet } from './parquet-format.js';
import { PartFolder } from './parts.js';

/** Batch, shard and failure rate of an embedding job. */
export interface EmbedOptions {
  /** Images encoded together; 32 by default. */
  readonly batchSize?: number | undefined;
  /** This machine's shard, from 1; all by default. */
  readonly shard?: EmbeddingHeader['shard'] | undefined;
  /** Stop when more than this fraction of the images (and at least 10) cannot be read; 0.1 by default. */
  readonly maxFailureRate?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What an embedding job wrote and skipped. */
export interface EmbedOutcome {
  /** The file that was written, named for its shard. */
  readonly path: string;
  readonly rows: number;
  readonly skipped: readonly Problem[];
  /** Where the skipped images are listed; null where there are none. */
  readonly skippedPath: string | null;
}

/** Rows that are kept together: what a kill costs, and what is in memory at once. */
const partSize = 1024;

/**
 * Encodes the images of a data set into a Parquet or .npy file; resumes where it was stopped.
 * @param out ends in .parquet or .npy
 * @throws {UserError} where something else is at `out`, or too many images are broken
 */
export async function embedDataset(
  encoder: ImageEncoder,
  dataset: Dataset,
  out: string,
  { batchSize = 32, shard = { index: 1, of: 1 }, maxFailureRate, onProgress }: EmbedOptions = {},
): Promise<EmbedOutcome> {
  checkRanges(encoder, dataset.samples);
  const path = shardPath(out, shard);
  const { name, fingerprint, dimensions } = encoder;
  const header: EmbeddingHeader = {
    kind: 'xclr embeddings 1',
    encoder: { name, fingerprint, dimensions },
    data: { name: dataset.name, fingerprint: dataset.fingerprint },
    shard,
  };
  const { from, to } = rangeOf(shard, dataset.samples.length);
  const total = to - from;
  using _lock = await lockFile(`${path}.lock`, { what: `${path} is being written` });
  if (existsSync(path) && !existsSync(`${path}.parts`)) return finished(path, header);

  sharp.cache(false);
  sharp.concurrency(1); // several images at a time, each on one thread
  const job = JSON.stringify({ ...header, encoder: { fingerprint, dimensions }, partSize });
  const parts = new PartFolder(`${path}.parts`, job);
  const count = Math.ceil(total / partSize);
  const skipped: Problem[] = [];
  let rows = 0;
  for (let part = 0; part < count; part++) {
    const start = from + part * partSize;
    const samples = dataset.samples.slice(start, Math.min(to, start + partSize));
    if (!parts.has(part)) {
      const onBatch = (done: number) => onProgress?.(start - from + done, total);
      parts.write(part, await embedSamples(encoder, samples, { batchSize, onBatch }));
    }
    const { items, skipped: broken } = parts.list(part);
    rows += items.length;
    append(skipped, broken);
    refuseTooManyProblems('embed', skipped, start - from + samples.length, maxFailureRate);
    onProgress?.(start - from + samples.length, total);
  }
  const write = (writer: EmbeddingWriter) => {
    for (let part = 0; part < count; part++) {
      const read = parts.read(part);
      if (read.items.length > 0) writer.write(read);
    }
    writer.finish();
  };
  const skippedPath = writeSkipped(path, skipped);
  if (formatOf(path) === '.npy') writeNpy(path, header, rows, write);
  else writeParquet(path, header, columnsOf(dataset), write);
  parts.remove();
  return { path, rows, skipped, skippedPath };
}

function rangeOf({ index, of }: EmbeddingHeader['shard'], n: number): { from: number; to: number } {
  if (!(Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of)) {
    throw new UserError(`embed: shard must be i/n with i from 1 to n, got ${index}/${of}`);
  }
  return { from: Math.floor(((index - 1) * n) / of), to: Math.floor((index * n) / of) };
}

/** What was finished before is left as it is; what something else made is not overwritten. */
async function finished(path: string, header: EmbeddingHeader): Promise<EmbedOutcome> {
  const { encoder, rows, data } = await openEmbeddings([path]);
  const same = encoder.fingerprint === header.encoder.fingerprint && data.includes(header.data.fingerprint);
  if (same) {
    const file = skippedFile(path);
    if (!existsSync(file)) return { path, rows, skipped: [], skippedPath: null };
    return { path, rows, skipped: readJsonLines(file).values as Problem[], skippedPath: file };
  }
  throw new UserError(
    `embed: ${path} exists, made from other images or by another encoder (${encoder.name})`,
    'Name another output, or delete it.',
  );
}

function skippedFile(path: string): string {
  return `${path}.skipped.jsonl`;
}

function writeSkipped(path: string, skipped: readonly Problem[]): string | null {
  if (skipped.length === 0) return null;
  const file = skippedFile(path);
  writeFileAtomic(file, skipped.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
  return file;
}

/** Every column that some sample has, in the order of their first appearance. */
function columnsOf({ samples }: Dataset): string[] {
  const columns = new Set<string>(['label', 'split']);
  for (const { attributes } of samples) for (const column of Object.keys(attributes)) columns.add(column);
  return [...columns];
}
