// One caption under several labels: the graph treats these labels as one.

import { duplicateCaptions } from '../../graph/index.js';
import { type Audited, commonestLabel, examplesKept, type Finding, samplesOfRows } from '../finding.js';

/** A label with less than this fraction of a caption's samples looks like a mistake, not like a second meaning. */
const stray = 0.2;

/**
 * Exact duplicates (but for case, spacing and a final full stop) across labels. Where nearly all samples of a caption
 * have one label, the few others are listed to be left out; where the labels share it evenly (crane the bird, crane
 * the machine) only better words help.
 */
export function sharedCaptions(audited: Audited): Finding {
  const { dataset } = audited;
  const shared = duplicateCaptions(dataset.samples);
  const names = new Set(
    shared.flatMap(({ labels, caption }) => labels.map((label) => `${label}\u0000${caption}`)),
  );
  const exclude: number[] = [];
  const shown = new Map<string, number[]>();
  for (const samples of samplesOfRows(audited)) {
    const common = commonestLabel(dataset, samples);
    if (common === null || common.fraction === 1) continue;
    for (const index of samples) {
      const { label, captions } = dataset.samples[index]!;
      if (label !== null && label !== common.label && common.fraction > 1 - stray) exclude.push(index);
      const key = `${label}\u0000${captions[0]}`;
      if (names.has(key)) shown.set(key, [...(shown.get(key) ?? []), index].slice(0, 1));
    }
  }
  return {
    kind: 'shared-captions',
    title: 'One caption for several labels',
    count: shared.length,
    unit: 'caption',
    why: 'The graph treats images with the same caption as the same, even if their labels differ.',
    remedy:
      'Write more specific captions ("crane, the bird"), use a description of each class, or leave the few mislabeled images out.',
    examples: shared.slice(0, examplesKept).map(({ caption, labels, samples }) => ({
      text: `"${caption}" stands for ${labels.slice(0, 6).join(', ')} (${samples} images)`,
      samples: labels.flatMap((label) => shown.get(`${label}\u0000${caption}`) ?? []).slice(0, 4),
      score: samples,
    })),
    exclude,
  };
}
