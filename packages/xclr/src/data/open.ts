// One door to every data source: reads, checks what all sources share, splits and fingerprints.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { mapConcurrently } from '../util/concurrently.js';
import { UserError } from '../util/errors.js';
import { checkTemplate, defaultTemplate } from './caption.js';
import { withoutExcluded } from './exclude.js';
import { sampleValue } from './filter.js';
import { fingerprintOf } from './fingerprint.js';
import { listProblems, refuseTooManyProblems } from './problems.js';
import { sourceOf } from './sources.js';
import { checkFractions, defaultFractions, splitByHash } from './split.js';
import type { Dataset, DatasetOptions, PictureRef, Problem, RawDataset, RawSample, Sample } from './types.js';

/** Bytes of a picture, or the reason why there are none. Parts of a file were seen by the source that named them. */
async function sizeOf({ path, part }: PictureRef): Promise<number | string> {
  if (part !== undefined) return part.length === 0 ? 'the picture has no bytes' : part.length;
  try {
    const found = await stat(path);
    if (!found.isFile()) return 'the picture is not a file';
    return found.size === 0 ? 'the picture file is empty' : found.size;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `no file ${path}`;
    return code === 'ELOOP' ? `${path} is a link that leads to itself` : (error as Error).message;
  }
}

/** Leaves out samples whose id was seen before or whose picture file is missing or empty. */
async function usable(
  raw: RawDataset,
  problems: Problem[],
): Promise<{ samples: RawSample[]; sizes: number[] }> {
  const found = await mapConcurrently(raw.samples, 16, (sample) => sizeOf(sample.picture));
  const first = new Map<string, string>();
  const samples: RawSample[] = [];
  const sizes: number[] = [];
  raw.samples.forEach((sample, i) => {
    const size = found[i]!;
    const earlier = first.get(sample.id);
    if (earlier !== undefined) {
      problems.push({ where: sample.where, reason: `duplicate id "${sample.id}", first at ${earlier}` });
      return;
    }
    first.set(sample.id, sample.where);
    if (typeof size === 'string') {
      problems.push({ where: sample.where, reason: size });
      return;
    }
    samples.push(sample);
    sizes.push(size);
  });
  return { samples, sizes };
}

/** Fills in the splits where the data names none at all; warns where it names only some. */
function withSplits(raw: readonly RawSample[], options: DatasetOptions, problems: Problem[]): Sample[] {
  const samples = raw.map(({ where: _, ...sample }): Sample => sample);
  const unnamed = samples.filter((sample) => sample.split === null).length;
  if (unnamed === samples.length) {
    const fractions = options.fractions ?? defaultFractions;
    const by = options.splitBy ?? 'id';
    return samples.map((sample) => {
      const key = sampleValue(sample, by);
      if (key === undefined) {
        throw new UserError(
          `openDataset: splitBy is "${by}", which sample "${sample.id}" does not have`,
          `Choose id, label or one of: ${Object.keys(sample.attributes).join(', ') || '(no attributes)'}.`,
        );
      }
      return { ...sample, split: splitByHash(key, fractions) };
    });
  }
  if (unnamed > 0) {
    problems.push({
      where: 'split',
      reason: `${unnamed} samples name no split and are in none`,
      warning: true,
    });
  }
  return samples;
}

function warnOfLoneClasses(samples: readonly Sample[], problems: Problem[]): void {
  const counts = new Map<string, number>();
  for (const { label } of samples) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count === 1) {
      const reason = 'a class with only one picture: no other sample shares its label';
      problems.push({ where: `label "${label}"`, reason, warning: true });
    }
  }
}

/**
 * Opens a data source; which kind it is follows from the path (see sources.ts). Unusable samples are left out and listed in `problems`; too many of them, or none left, is an error.
 * Pictures are only looked up here; a file that is no picture is found when it is decoded.
 */
export async function openDataset(path: string, options: DatasetOptions = {}): Promise<Dataset> {
  const template = options.template ?? defaultTemplate;
  checkTemplate(template);
  checkFractions(options.fractions ?? defaultFractions);
  const { kind, place } = await sourceOf(resolve(path));
  const raw = withoutExcluded(await kind.read(place, { ...options, template }), options.exclude);
  const problems: Problem[] = [...raw.problems];
  const { samples: kept, sizes } = await usable(raw, problems);
  const skipped = problems.filter((problem) => !problem.warning);
  if (kept.length === 0) {
    throw new UserError(
      `openDataset: ${path} gives no usable sample${skipped.length === 0 ? '' : `:\n${listProblems(skipped)}`}`,
      'Each sample needs a picture file that exists and a caption or a class.',
    );
  }
  refuseTooManyProblems('openDataset', problems, kept.length + skipped.length, options.maxProblemShare);
  const samples = withSplits(kept, options, problems);
  warnOfLoneClasses(samples, problems);
  const { name, root } = raw;
  return { name, source: kind.name, root, samples, problems, fingerprint: fingerprintOf(samples, sizes) };
}
