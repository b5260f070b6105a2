// Equal captions under different labels: 'crane' the bird and 'crane' the machine would count as the same.
import type { CaptionedSample } from './caption-template.js';

export interface DuplicateCaption {
  readonly caption: string;
  /** The labels that share it, sorted. */
  readonly labels: readonly string[];
  /** How many samples have it. */
  readonly samples: number;
}

function folded(caption: string): string {
  return caption
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_]+/gu, ' ')
    .replace(/[\s.!]+$/u, '')
    .trim();
}

/**
 * Captions (equal but for case, spacing and a final full stop) that samples of two or more labels have: to the
 * graph those labels are one. Most frequent first. ImageNet's crane, maillot, missile and sunglasses are such.
 * Captions of samples without a label are not looked at.
 */
export function duplicateCaptions(samples: readonly CaptionedSample[]): DuplicateCaption[] {
  const found = new Map<string, { caption: string; labels: Set<string>; samples: number }>();
  for (const { captions, label } of samples) {
    if (label === null) continue;
    for (const key of new Set(captions.map(folded))) {
      const entry = found.get(key) ?? {
        caption: captions.find((caption) => folded(caption) === key) ?? key,
        labels: new Set(),
        samples: 0,
      };
      entry.labels.add(label);
      entry.samples++;
      found.set(key, entry);
    }
  }
  return Array.from(found.values())
    .filter(({ labels }) => labels.size > 1)
    .sort((a, b) => b.samples - a.samples || (a.caption < b.caption ? -1 : 1))
    .map(({ caption, labels, samples: count }) => ({ caption, labels: [...labels].sort(), samples: count }));
}
