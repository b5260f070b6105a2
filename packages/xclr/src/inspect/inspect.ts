// Looks at a data set: counts everything its table says, and the headers of some of its images.
import {
  type Dataset,
  type DatasetOptions,
  defaultFractions,
  sampleValue,
  splitByHash,
} from '../data/index.js';
import { chooseTextEncoder, sentenceTransformerPlace } from '../train/choose-text-encoder.js';
import { someSamples } from './choose.js';
import { imageReport } from './images.js';
import type { Inspection } from './inspection.js';
import { remarksOn } from './remarks.js';
import { attributeReports, captionReport, classReport } from './text.js';

/** How much of a data set is inspected, and by which seed. */
export interface InspectOptions {
  readonly seed?: number;
  /** Images whose headers are read; 1,000 by default, about a second. */
  readonly look?: number;
  /** Crop size that training would use, in pixels; for the remarks. 224 by default. */
  readonly viewSize?: number;
  /** How splits are drawn where the data names none. */
  readonly splits?: Pick<DatasetOptions, 'fractions' | 'splitBy'>;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Samples looked at to tell whether splits were drawn: a thousand agree by chance in no data set. */
const splitsLookedAt = 1000;

/** True where each sample's split is the one that the hash of its id gives. */
function splitsAreDrawn(
  { samples }: Dataset,
  { fractions = defaultFractions, splitBy = 'id' }: Pick<DatasetOptions, 'fractions' | 'splitBy'>,
): boolean {
  return samples.slice(0, splitsLookedAt).every((sample) => {
    const key = sampleValue(sample, splitBy);
    return key !== undefined && sample.split === splitByHash(key, fractions);
  });
}

/** What a data set holds. Costs a pass over the table and the reading of `look` images, however many there are. */
export async function inspectDataset(
  dataset: Dataset,
  path: string,
  { seed = 0, look = 1000, viewSize = 224, splits = {}, onProgress }: InspectOptions = {},
): Promise<{ inspection: Inspection; words: readonly number[] }> {
  const { name, source, fingerprint, samples, problems } = dataset;
  const counts = { train: 0, validation: 0, test: 0, none: 0 };
  for (const { split } of samples) counts[split ?? 'none']++;
  const { report: captions, words } = captionReport(samples);
  const found = {
    name,
    source,
    path,
    fingerprint,
    samples: samples.length,
    splits: counts,
    splitsDrawn: splitsAreDrawn(dataset, splits),
    classes: classReport(samples),
    captions,
    textEncoder: chooseTextEncoder(samples, await sentenceTransformerPlace()),
    attributes: attributeReports(samples),
    images: await imageReport(dataset, someSamples(dataset, look, seed), onProgress),
    problems,
  };
  return { inspection: { ...found, remarks: remarksOn(found, viewSize) }, words };
}
