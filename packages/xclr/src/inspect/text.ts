// What can be said of a data set from its table alone: classes, captions, attributes. Reads no image.

import { isSpoilt } from '../data/caption.js';
import type { Sample } from '../data/index.js';
import { duplicateCaptions } from '../graph/index.js';
import { spreadOf, Tally } from './counts.js';
import type { AttributeReport, CaptionReport, ClassReport } from './inspection.js';

export function classReport(samples: readonly Sample[]): ClassReport {
  const tally = new Tally();
  let unlabeled = 0;
  for (const { label } of samples) {
    if (label === null) unlabeled++;
    else tally.add(label);
  }
  const counts = tally.sorted();
  const spread = spreadOf(counts.map(({ count }) => count));
  const imbalance = spread.min === 0 ? 1 : spread.max / spread.min;
  return { classes: counts.length, unlabeled, samples: spread, imbalance, counts };
}

/** True where every sample has a label and equal labels always come with equal captions. */
function followLabels(samples: readonly Sample[]): boolean {
  const captionOf = new Map<string, string>();
  for (const { label, captions } of samples) {
    if (label === null) return false;
    const said = captions.join('\n');
    const before = captionOf.get(label);
    if (before === undefined) captionOf.set(label, said);
    else if (before !== said) return false;
  }
  return captionOf.size < samples.length;
}

/** Lengths in words come back beside the report, for the histogram. */
export function captionReport(samples: readonly Sample[]): { report: CaptionReport; words: number[] } {
  const tally = new Tally();
  const words: number[] = [];
  let spoilt = 0;
  for (const { captions } of samples) {
    for (const caption of captions) {
      if (isSpoilt(caption)) spoilt++;
      tally.add(caption);
      words.push(caption.split(/\s+/u).length);
    }
  }
  const shared = duplicateCaptions(samples);
  const report = {
    captions: words.length,
    distinct: tally.size,
    perSample: spreadOf(samples.map(({ captions }) => captions.length)),
    words: spreadOf(words),
    spoilt,
    followLabels: followLabels(samples),
    commonest: tally.commonest(10),
    sharedCount: shared.length,
    shared: shared.slice(0, 50),
  };
  return { report, words };
}

/** Counting on would fill the memory with ids and file names. */
const mostValues = 10_000;

export function attributeReports(samples: readonly Sample[]): AttributeReport[] {
  const columns = new Map<string, { samples: number; values: Tally }>();
  for (const { attributes } of samples) {
    for (const [name, value] of Object.entries(attributes)) {
      const column = columns.get(name) ?? { samples: 0, values: new Tally() };
      columns.set(name, column);
      column.samples++;
      if (column.values.size <= mostValues || column.values.has(value)) column.values.add(value);
    }
  }
  return Array.from(columns, ([name, column]) => ({
    name,
    samples: column.samples,
    distinct: column.values.size,
    commonest: column.values.commonest(8),
  }));
}
