// Opens every kind of data source: reads, checks what all sources share, splits and fingerprints.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sha256 } from '../util/checksum.js';
import { mapConcurrently } from '../util/concurrently.js';
import { UserError } from '../util/errors.js';
import { checkTemplate, defaultTemplate } from './caption.js';
import { withoutExcluded } from './exclude.js';
import { sampleValue } from './filter.js';
import { otherCaseFinder } from './find-file.js';
import { fingerprintOf, fingerprintOfTable } from './fingerprint.js';
import { narrowed } from './narrow.js';
import { passedOver } from './passed-over.js';
import { listProblems, refuseTooManyProblems } from './problems.js';
import { isRemote } from './remote/address.js';
import { readSource } from './sources.js';
import { checkFractions, defaultFractions, splitByHash } from './split.js';
import { tableHint } from './table-hint.js';
import { RowIndex } from './tables/row-index.js';
import type {
  Dataset,
  DatasetOptions,
  ImageRef,
  Problem,
  RawDataset,
  RawSample,
  Sample,
  Split,
} from './types.js';

/** Bytes of an image, or the reason why there are none. Parts of a file were seen by the source that named them. */
async function sizeOf(
  { path, part }: ImageRef,
  inOtherCase: ReturnType<typeof otherCaseFinder>,
): Promise<number | string> {
  if (part !== undefined) return part.length === 0 ? 'the image has no bytes' : part.length;
  try {
    const found = await stat(path);
    if (!found.isFile()) return 'the image is not a file';
    return found.size === 0 ? 'the image file is empty' : found.size;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const other = inOtherCase(path);
      return `no file ${path}${other === undefined ? '' : `; there is ${other}, with other capitals`}`;
    }
    return code === 'ELOOP' ? `${path} is a link that points to itself` : (error as Error).message;
  }
}

/**
 * Up to this many samples, every image file is looked up when the data are opened. Beyond, that would take minutes:
 * a missing file is then found when it is decoded, and counted and listed all the same.
 */
const mostLookedUp = 50_000;

/** Bytes of every image, or reasons; none at all where they are too many to look up. */
async function sizesOf(samples: readonly RawSample[]): Promise<(number | string)[]> {
  if (samples.length <= mostLookedUp) {
    const inOtherCase = otherCaseFinder();
    return mapConcurrently(samples, 16, (sample) => sizeOf(sample.image, inOtherCase));
  }
  return [];
}

/** Leaves out samples whose id was seen before or whose image file is missing or empty. */
async function usable(
  raw: RawDataset,
  problems: Problem[],
): Promise<{ samples: readonly RawSample[]; sizes: readonly number[] }> {
  const found = await sizesOf(raw.samples);
  if (found.length === 0 && raw.uniqueIds === true) return { samples: raw.samples, sizes: [] };
  const ids = new RowIndex((i) => raw.samples[i]!.id, raw.samples.length);
  const samples: RawSample[] = [];
  const sizes: number[] = [];
  raw.samples.forEach((sample, i) => {
    const earlier = ids.add(sample.id, i);
    if (earlier !== undefined) {
      const reason = `duplicate id "${sample.id}", first at ${raw.samples[earlier]!.where}`;
      problems.push({ where: sample.where, reason });
      return;
    }
    const size = found[i];
    if (typeof size === 'string') {
      problems.push({ where: sample.where, reason: size });
      return;
    }
    samples.push(sample);
    sizes.push(size ?? sample.image.part?.length ?? -1);
  });
  return { samples, sizes };
}

/** A sample as an object of its own. */
function plainSample({ id, image, captions, label, attributes }: RawSample, split: Split | null): Sample {
  return { id, image, captions, label, split, attributes };
}

/** Fills in the splits where the data names none at all; warns where it names only some. */
function withSplits(
  raw: readonly RawSample[],
  drawSplits: RawDataset['drawSplits'],
  options: DatasetOptions,
  problems: Problem[],
): readonly Sample[] {
  const small = raw.length <= mostLookedUp;
  let unnamed = 0;
  for (const sample of raw) if (sample.split === null) unnamed++;
  if (unnamed === raw.length) {
    const fractions = options.fractions ?? defaultFractions;
    const by = options.splitBy ?? 'id';
    const keyOf = (sample: Sample): string => {
      const key = sampleValue(sample, by);
      if (key === undefined) {
        throw new UserError(
          `openDataset: --data-split-by is "${by}", which sample "${sample.id}" does not have`,
          `Choose id, label or one of: ${Object.keys(sample.attributes).join(', ') || '(no attributes)'}.`,
        );
      }
      return key;
    };
    const draw = (sample: Sample) => splitByHash(keyOf(sample), fractions);
    if (small || drawSplits === undefined) return raw.map((sample) => plainSample(sample, draw(sample)));
    keyOf(raw[0]!); // an unknown splitBy is said now, not in the middle of something
    drawSplits(draw);
    return raw;
  }
  if (unnamed > 0) {
    problems.push({
      where: 'split',
      reason: `${unnamed} samples have no split and are in none`,
      warning: true,
    });
  }
  return small ? raw.map((sample) => plainSample(sample, sample.split)) : raw;
}

function warnOfLoneClasses(samples: readonly Sample[], problems: Problem[]): void {
  const counts = new Map<string, number>();
  for (const { label } of samples) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count === 1) {
      const reason = 'a class with only one image: no other sample has its label';
      problems.push({ where: `label "${label}"`, reason, warning: true });
    }
  }
}

/** The samples with the values that are black and white in their images; pixels that lie as they are have none. */
function withRange(raw: RawDataset, range: DatasetOptions['imageRange']): RawDataset {
  if (range === undefined) return raw;
  const { drawSplits: _, ...rest } = raw; // it belongs to the samples that are replaced here
  const samples = raw.samples.map((sample) => {
    const { id, captions, label, split, attributes, where, image } = sample;
    const scaled = image.raw === undefined ? { ...image, range } : image;
    return { id, image: scaled, captions, label, split, attributes, where };
  });
  return { ...rest, samples };
}

/**
 * Opens a data source; which kind it is follows from the path (see sources.ts). Unusable samples are left out and
 * listed in `problems`; too many of them, or none left, is an error. Images are only looked up here, and of more than
 * 50,000 samples not even that; a file that is no image is found when it is decoded.
 */
export async function openDataset(path: string, options: DatasetOptions = {}): Promise<Dataset> {
  const template = options.template ?? defaultTemplate;
  checkTemplate(template);
  checkFractions(options.fractions ?? defaultFractions);
  const {
    kind,
    place,
    raw: read,
  } = await readSource(isRemote(path) ? path : resolve(path), { ...options, template });
  const unread = await passedOver(place, kind, read);
  const raw = withRange(withoutExcluded(read, options.exclude), options.imageRange);
  const problems: Problem[] = [...raw.problems, ...unread];
  const { samples: kept, sizes } = await usable(raw, problems);
  const skipped = problems.filter((problem) => !problem.warning);
  if (kept.length === 0) {
    throw new UserError(
      `openDataset: ${path} has no usable sample${problems.length === 0 ? '' : `:\n${listProblems(problems)}`}`,
      `${place.kind === 'folder' && kind.format !== 'table' ? tableHint(place.path, place.names) : ''}Each sample needs an image file that exists and a caption or a class.`,
    );
  }
  refuseTooManyProblems('openDataset', problems, kept.length + skipped.length, options.maxFailureRate);
  const samples =
    raw.withoutSplits === true
      ? kept.map((sample) => plainSample(sample, null))
      : withSplits(kept, raw.drawSplits, options, problems);
  warnOfLoneClasses(samples, problems);
  const { name, root, packedSize, shards, columns } = raw;
  const contents =
    raw.digest !== undefined && (sizes.length === 0 || raw.digestCoversImages === true)
      ? fingerprintOfTable(raw.digest, { ...options, template })
      : fingerprintOf(samples, sizes);
  const { imageRange } = options;
  const fingerprint = imageRange === undefined ? contents : sha256(JSON.stringify([contents, imageRange]));
  const whole: Dataset = {
    name,
    source: kind.name,
    root,
    samples,
    problems,
    ...(packedSize !== undefined && { packedSize }),
    ...(shards !== undefined && { shards }),
    ...(columns !== undefined && { columns }),
    fingerprint,
  };
  return narrowed(whole, options);
}
