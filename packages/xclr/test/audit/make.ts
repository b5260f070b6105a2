// A small shop with known faults: product names an image, categories as labels.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset, Sample } from '../../src/data/types.js';
import { encodeDataset } from '../../src/graph/caption-store.js';
import { WordNetEncoder } from '../../src/graph/wordnet/encoder.js';
import { Random } from '../../src/util/random.js';

const goods: Readonly<Record<string, readonly string[]>> = {
  dog: ['beagle', 'poodle', 'dalmatian', 'collie', 'spaniel', 'terrier', 'bulldog', 'husky'],
  fruit: ['apple', 'banana', 'pear', 'cherry', 'mango', 'grape', 'lemon', 'orange'],
  vehicle: ['truck', 'bus', 'van', 'bicycle', 'motorcycle', 'taxi', 'ambulance', 'tractor'],
  furniture: ['chair', 'table', 'sofa', 'bed', 'desk', 'wardrobe', 'bench', 'cupboard'],
};
const colors = ['red', 'green', 'brown', 'small', 'large', 'old', 'new', 'fine'];

/** Samples with sensible captions, `each` of every class; images are given by `image`. */
export function shop(each: number, image: (index: number) => string, seed = 1): Sample[] {
  const random = new Random(seed);
  return Object.entries(goods).flatMap(([label, names], c) =>
    Array.from({ length: each }, (_, i) => ({
      id: `${label}-${i}`,
      image: { path: image(c * each + i) },
      captions: [`${colors[random.below(8)]} ${names[random.below(8)]}`],
      label,
      split: 'train' as const,
      attributes: {},
    })),
  );
}

export function datasetOf(samples: readonly Sample[]): Dataset {
  return { name: 'shop', source: 'list', root: '/', samples, problems: [], fingerprint: '' };
}

/** The data as the audit sees them, with WordNet's vectors. */
export async function audited(dataset: Dataset) {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-audit-'));
  return { dataset, captions: await encodeDataset(dataset.samples, new WordNetEncoder(), folder), seed: 0 };
}

/** Precision and recall of what was found against what was planted. */
export function scores(found: Iterable<number>, planted: ReadonlySet<number>) {
  const list = new Set(found);
  const right = [...list].filter((index) => planted.has(index)).length;
  return { precision: list.size === 0 ? 1 : right / list.size, recall: right / planted.size };
}
