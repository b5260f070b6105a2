// What an audit finds, and what it looks at.

import type { Dataset } from '../data/index.js';
import type { CaptionRows } from '../graph/index.js';

/** One example of a finding. */
export interface Example {
  /** What is wrong here, in one line: '"crane" stands for bird and machine'. */
  readonly text: string;
  /** Indices into dataset.samples of the images to show, at most a few. */
  readonly samples: readonly number[];
  /** How sure or how bad, in the finding's own measure. */
  readonly score?: number;
}

/** One kind of fault with everything that was found of it. */
export interface Finding {
  /** Stable name: 'swapped-captions'. */
  readonly kind: string;
  readonly title: string;
  /** How many; `unit` says of what, in the singular. */
  readonly count: number;
  readonly unit: string;
  /** Why it matters to the graph or to the test, in a sentence. */
  readonly why: string;
  readonly remedy: string;
  /** The worst first. */
  readonly examples: readonly Example[];
  /** Samples that training is better off without; empty where the remedy is another. */
  readonly exclude: readonly number[];
}

/** What the checks look at. */
export interface Audited {
  readonly dataset: Dataset;
  /** Caption vectors: unit rows of distinct captions, and each sample's row. */
  readonly captions: CaptionRows;
  /** Decides which samples are looked at where all would be too many. */
  readonly seed: number;
}

/** Examples kept of each finding. */
export const examplesKept = 24;

/** Samples of each distinct caption row. */
export function samplesOfRows({ dataset, captions }: Audited): number[][] {
  const lists: number[][] = captions.captions.map(() => []);
  dataset.samples.forEach((_, i) => {
    lists[captions.rowOf[i]!]!.push(i);
  });
  return lists;
}

/** The commonest label of some samples and its fraction among those that have one; null where none has. */
export function commonestLabel(
  dataset: Dataset,
  samples: readonly number[],
): { label: string; fraction: number } | null {
  const counts = new Map<string, number>();
  let labeled = 0;
  for (const index of samples) {
    const { label } = dataset.samples[index]!;
    if (label === null) continue;
    labeled++;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  let best: { label: string; fraction: number } | null = null;
  for (const [label, count] of counts) {
    if (best === null || count / labeled > best.fraction) best = { label, fraction: count / labeled };
  }
  return best;
}
