// Packs a data set: every image once, in order, in files that only grow, so that a killed pack resumes.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { sha256 } from '../../util/checksum.js';
import { mapConcurrently } from '../../util/concurrently.js';
import { UserError } from '../../util/errors.js';
import { clearAsides, makeFolder, writeFileAtomic } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import type { Dataset, Sample } from '../types.js';
import { type PackedImage, packImage } from './encode.js';
import {
  headerFile,
  indexFile,
  type PackHeader,
  type PackSettings,
  packKind,
  progressFile,
  recordBytes,
  samplesFile,
  shardFile,
  skippedFile,
  writeRecord,
} from './format.js';
import { explainFullDisk, Growing } from './growing.js';

/** How images are stored, and what a program hears of the packing. */
export interface PackOptions extends Partial<PackSettings> {
  /** Images encoded at a time; the number of cores by default. */
  readonly jobs?: number;
  readonly stop?: AbortSignal;
  readonly onProgress?: (done: number, total: number, skipped: number) => void;
}

/** What a packing wrote, and whether it finished. */
export interface PackOutcome {
  readonly finished: boolean;
  readonly done: number;
  readonly total: number;
  readonly skipped: number;
  readonly bytes: number;
}

/** 448: twice a view of 224, so that crops keep detail. */
const defaults: PackSettings = { images: 'raw', size: 448, quality: 90, shardBytes: 256 * 2 ** 20 };

/** Images between two points that a killed pack can resume from. */
const pace = 64;

/** What is safe on the disk. Everything beyond these lengths was written after, and is cut off. */
interface Progress {
  /** Of the format; absent in those of the first. */
  readonly kind?: string;
  readonly settings: PackSettings;
  readonly source: PackHeader['source'];
  readonly done: number;
  readonly count: number;
  readonly skipped: number;
  readonly shard: number;
  readonly shardBytes: number;
  readonly allBytes: number;
  readonly samplesBytes: number;
  readonly skippedBytes: number;
}

/** The table's line of a sample; its image is the record of the same number in the index. */
function sampleLine({ id, captions, label, split, attributes }: Sample): string {
  const known = { id, captions, ...(label !== null && { label }), ...(split !== null && { split }) };
  return `${JSON.stringify({ ...attributes, ...known })}\n`;
}

function readProgress(folder: string, settings: PackSettings, source: PackHeader['source']): Progress {
  const path = join(folder, progressFile);
  const fresh = {
    done: 0,
    count: 0,
    skipped: 0,
    shard: 0,
    shardBytes: 0,
    allBytes: 0,
    samplesBytes: 0,
    skippedBytes: 0,
  };
  if (!existsSync(path)) return { kind: packKind, settings, source, ...fresh };
  const saved = JSON.parse(readFileSync(path, 'utf8')) as Progress;
  if (saved.kind !== packKind) {
    throw new UserError(
      `pack: ${folder} was begun by another version, in a format that this one does not write`,
      'Delete the folder, or name another one, and pack from the beginning.',
    );
  }
  for (const [what, before, now] of [
    ['settings', saved.settings, settings],
    ['data', saved.source, source],
  ] as const) {
    if (JSON.stringify(before) === JSON.stringify(now)) continue;
    throw new UserError(
      `pack: ${folder} was begun with other ${what}: ${JSON.stringify(before)}, now ${JSON.stringify(now)}`,
      'Use the same again, or another folder.',
    );
  }
  return saved;
}

/** One writer a folder. @throws {UserError} where another process holds it */
const lockPack = (folder: string) =>
  lockFile(join(folder, 'pack.lock'), { patienceMs: 0, what: `pack: ${folder} is being packed` });

const identity = ({ name, fingerprint }: Dataset): PackHeader['source'] => ({ name, fingerprint });

/** What a pack leaves that was killed between its last two steps: whole, but for files that are to go. */
async function tidied(folder: string, { done, skipped, allBytes }: Progress): Promise<PackOutcome> {
  using _lock = await lockPack(folder);
  clearAsides(folder);
  rmSync(join(folder, progressFile), { force: true });
  return { finished: true, done, total: done, skipped, bytes: allBytes };
}

type Tried = PackedImage | { readonly reason: string };

async function tryImage({ image }: Sample, settings: PackSettings): Promise<Tried> {
  try {
    return await packImage(image, settings);
  } catch (error) {
    return { reason: (error as Error).message.replace(/\s+/g, ' ').trim() };
  }
}

/** What a pack writes before its progress file, by which an earlier one is known; names of one that was killed then. */
const ownNames = new Set([indexFile, samplesFile, skippedFile, shardFile(0)]);

/** A store among other files would be mixed up with them: they may be the data themselves. */
function refuseOtherFiles(folder: string): void {
  if (existsSync(join(folder, headerFile)) || existsSync(join(folder, progressFile))) return;
  const others = readdirSync(folder).filter(
    (name) => !ownNames.has(name) && !name.startsWith('pack.lock') && !name.startsWith('.'),
  );
  if (others.length === 0) return;
  throw new UserError(
    `pack: ${folder} is not empty: it holds ${others.length === 1 ? others[0] : `${others[0]} and ${others.length - 1} more`}, and no packed store`,
    'Name a folder that is new or empty.',
  );
}

/** Rows that never became samples are listed too; gives their number. */
function listUnread({ problems }: Dataset, skipped: Growing): number {
  const unread = problems.filter((problem) => !problem.warning);
  for (const { where, reason } of unread)
    skipped.append(Buffer.from(`${JSON.stringify({ id: null, where, reason })}\n`));
  return unread.length;
}

/**
 * Packs `dataset` into `folder`, or resumes an earlier pack: the result is the same to the bit, however often it was killed.
 * Images that cannot be decoded are left out, with their reasons in skipped.jsonl.
 */
export async function packDataset(
  dataset: Dataset,
  folder: string,
  options: PackOptions = {},
): Promise<PackOutcome> {
  const { jobs = availableParallelism(), stop, onProgress, ...given } = options;
  const settings: PackSettings = { ...defaults, ...given };
  makeFolder(folder);
  refuseOtherFiles(folder);
  const total = dataset.samples.length;
  if (existsSync(join(folder, headerFile))) {
    const left = join(folder, progressFile);
    if (existsSync(left)) return tidied(folder, readProgress(folder, settings, identity(dataset)));
    throw new UserError(`pack: ${folder} holds a packed store already`, 'Name another folder, or delete it.');
  }
  using _lock = await lockPack(folder);
  clearAsides(folder);
  const source = identity(dataset);
  let at = readProgress(folder, settings, source);
  let shard = new Growing(join(folder, shardFile(at.shard)), at.shardBytes);
  using index = new Growing(join(folder, indexFile), at.count * recordBytes);
  using samples = new Growing(join(folder, samplesFile), at.samplesBytes);
  using skipped = new Growing(join(folder, skippedFile), at.skippedBytes);
  try {
    if (!existsSync(join(folder, progressFile))) {
      at = { ...at, skipped: listUnread(dataset, skipped), skippedBytes: skipped.length };
      skipped.sync();
      writeFileAtomic(join(folder, progressFile), JSON.stringify(at)); // from now on it is known what lies here
    }
    while (at.done < total && !stop?.aborted) {
      const part = dataset.samples.slice(at.done, at.done + pace);
      const tried = await mapConcurrently(part, jobs, (sample) => tryImage(sample, settings));
      let { count, shard: number, allBytes, skipped: left } = at;
      for (const [i, one] of tried.entries()) {
        const sample = part[i]!;
        if ('reason' in one) {
          left++;
          skipped.append(
            Buffer.from(
              `${JSON.stringify({ id: sample.id, where: sample.image.path, reason: one.reason })}\n`,
            ),
          );
          continue;
        }
        if (shard.length >= settings.shardBytes) {
          shard.sync();
          shard[Symbol.dispose]();
          shard = new Growing(join(folder, shardFile(++number)), 0);
        }
        const { bytes, ...shape } = one;
        const record = {
          ...shape,
          shard: number,
          length: bytes.length,
          offset: shard.length,
          crc32: crc32(bytes),
        };
        shard.append(bytes);
        index.append(writeRecord(record));
        samples.append(Buffer.from(sampleLine(sample)));
        allBytes += bytes.length;
        count++;
      }
      for (const file of [shard, index, samples, skipped]) file.sync();
      const done = at.done + part.length;
      at = {
        kind: packKind,
        settings,
        source,
        done,
        count,
        skipped: left,
        shard: number,
        shardBytes: shard.length,
        allBytes,
        samplesBytes: samples.length,
        skippedBytes: skipped.length,
      };
      writeFileAtomic(join(folder, progressFile), JSON.stringify(at));
      onProgress?.(done, total, at.skipped);
    }
  } catch (error) {
    throw explainFullDisk(error, folder, `${at.done} of ${total}`);
  } finally {
    shard[Symbol.dispose]();
  }
  const outcome = { done: at.done, total, skipped: at.skipped, bytes: at.allBytes };
  if (at.done < total) return { ...outcome, finished: false };
  const indexBytes = readFileSync(join(folder, indexFile));
  const texts = readFileSync(join(folder, samplesFile));
  const header: PackHeader = {
    kind: packKind,
    ...settings,
    source,
    count: at.count,
    skipped: at.skipped,
    shards: at.shard + 1,
    indexCrc32: crc32(indexBytes),
    samplesCrc32: crc32(texts),
    digest: sha256(indexBytes, texts),
  };
  try {
    writeFileAtomic(join(folder, headerFile), `${JSON.stringify(header, null, 2)}\n`);
  } catch (error) {
    throw explainFullDisk(error, folder, `${at.done} of ${total}`);
  }
  rmSync(join(folder, progressFile));
  return { ...outcome, finished: true };
}
