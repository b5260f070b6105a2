// Decodes every image of a data set and lists the ones that cannot be.
import { relative, sep } from 'node:path';
import { type Dataset, DecodePool, type Problem, type Sample } from '../data/index.js';
import { writeFileAtomic } from '../util/files.js';
import { type Broken, VerifyJournal } from './verify-journal.js';

/** A line of the quarantine list. */
export interface Quarantined {
  /** The sample's id; null for what never became a sample (a row without an image). */
  readonly id: string | null;
  /** File, relative to the data's root, or the row. */
  readonly where: string;
  readonly reason: string;
  /** Where the image begins in its file, in bytes, and its length: for tar members and records. */
  readonly offset?: number;
  readonly length?: number;
}

/** Where the list of broken images goes, and how many threads decode. */
export interface VerifyOptions {
  /** The quarantine list to write (JSON lines); the journal lies beside it until the end. */
  readonly out: string;
  /** Decoding threads; 2 by default. */
  readonly workers?: number;
  /** Stops after the images in hand; what was done is kept. */
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** Where a verification stands. */
export interface VerifyProgress {
  /** Images done, those of an earlier, interrupted verification included. */
  readonly done: number;
  readonly total: number;
  readonly broken: number;
}

/** What a verification found, and whether it finished. */
export interface Verification extends VerifyProgress {
  /** False where it was stopped; calling again resumes. */
  readonly finished: boolean;
  readonly quarantined: readonly Quarantined[];
}

/** Images a line of the journal: a kill loses the decoding of at most so many. */
const pace = 256;

/** Size that images are decoded to. Every compressed byte is read at any size; a small one is cheap. */
const size = 32;

function placeOf({ image }: Sample, root: string): string {
  if (image.url !== undefined) return image.url;
  return relative(root, image.path).split(sep).join('/');
}

async function brokenOf(dataset: Dataset, pool: DecodePool, from: number, to: number): Promise<Broken[]> {
  const results = await Promise.all(
    dataset.samples.slice(from, to).map(({ image }) => pool.decode(image, size)),
  );
  return results.flatMap((result, i) =>
    'reason' in result ? [{ index: from + i, reason: result.reason }] : [],
  );
}

function listed(dataset: Dataset, broken: readonly Broken[]): Quarantined[] {
  const unread = dataset.problems
    .filter((problem: Problem) => !problem.warning)
    .map(({ where, reason }) => ({ id: null, where, reason }));
  const undecoded = broken.map(({ index, reason }) => {
    const sample = dataset.samples[index]!;
    const { part } = sample.image;
    return { id: sample.id, where: placeOf(sample, dataset.root), reason, ...part };
  });
  return [...unread, ...undecoded];
}

/**
 * Decodes every image on worker threads and writes the list of the broken ones to `out`. An interrupted or killed
 * verification of the same data resumes where it was. Costs what one epoch of decoding costs.
 */
export async function verifyDataset(
  dataset: Dataset,
  { out, workers, stop, onProgress }: VerifyOptions,
): Promise<Verification> {
  const total = dataset.samples.length;
  const journal = new VerifyJournal(`${out}.journal`, dataset);
  await using pool = new DecodePool(workers === undefined ? {} : { workers });
  const progress = () => ({ done: journal.done, total, broken: journal.broken.length });
  onProgress?.(progress());
  while (journal.done < total && !stop?.aborted) {
    const to = Math.min(total, journal.done + pace);
    journal.add(to, await brokenOf(dataset, pool, journal.done, to));
    onProgress?.(progress());
  }
  const quarantined = listed(dataset, journal.broken);
  const finished = journal.done === total;
  if (finished) {
    writeFileAtomic(out, quarantined.map((line) => `${JSON.stringify(line)}\n`).join(''));
    journal.remove();
  }
  return { ...progress(), finished, quarantined };
}
