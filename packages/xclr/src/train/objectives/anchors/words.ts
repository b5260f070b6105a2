// One anchor for each word of the training captions: for images that each have a caption of their own.
import type { Device } from '@xclr/torch';
import type { Sample } from '../../../data/index.js';
import { UserError } from '../../../util/errors.js';
import type { AnchorSet } from './anchor-set.js';
import { sparseRows } from './one-hot.js';

/** A word that only one training image has teaches nothing about others. */
const leastImages = 2;

/** 'A dog, running' → a, dog, running: runs of letters, marks and digits in lower case. */
function wordsOf(caption: string): string[] {
  return caption.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/**
 * Targets are the words of all captions of an image, each weighted by ln((1 + n) / (1 + images with it)), so that a word which every
 * image has counts nothing; they sum to 1. SuperClass (Huang et al. 2024, arXiv 2411.03313) classifies images by the IDF-weighted
 * tokens of their captions; there tokens are of a subword vocabulary.
 * @throws {UserError} where fewer than two words are shared
 */
export function wordAnchors(
  samples: readonly Pick<Sample, 'captions'>[],
  training: Int32Array,
  device: Device,
): AnchorSet {
  const images = new Map<string, number>();
  for (const index of training) {
    for (const word of new Set(samples[index]!.captions.flatMap(wordsOf))) {
      images.set(word, (images.get(word) ?? 0) + 1);
    }
  }
  const weighted = [...images]
    .filter(([, seen]) => seen >= leastImages && seen < training.length)
    .map(([word, seen]) => [word, Math.log((1 + training.length) / (1 + seen))] as const);
  const names = weighted.map(([word]) => word).sort();
  if (names.length < 2) {
    throw new UserError(
      `loss.prototypes: expected at least 2 words that several, but not all, training captions have, got ${names.length} of ${images.size} words`,
      'Use --loss-prototypes-anchors text or free.',
    );
  }
  const placeOf = new Map(names.map((word, place) => [word, place]));
  const idf = new Map(weighted);
  const ownLists = (id: number): { places: number[]; weights: number[] } => {
    const counts = new Map<number, number>();
    for (const word of samples[id]!.captions.flatMap(wordsOf)) {
      const place = placeOf.get(word);
      if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + idf.get(word)!);
    }
    const total = [...counts.values()].reduce((sum, weight) => sum + weight, 0);
    return { places: [...counts.keys()], weights: [...counts.values()].map((weight) => weight / total) };
  };
  const bare = training.reduce((sum, id) => sum + Number(ownLists(id).places.length === 0), 0);
  const count = names.length;
  return {
    count,
    description: `${count.toLocaleString('en')} words of the captions`,
    notes: bare === 0 ? [] : [`${bare} training images have no word that another has, and so no anchor`],
    ownOf: (ids) => Array.from(ids, (id) => ownLists(id).places),
    targets(own, drawn, ids) {
      const columns = own.map((list) =>
        list.map((anchor) => (drawn === null ? anchor : drawn.columnOf.get(anchor)!)),
      );
      const weights = Array.from(ids, (id) => ownLists(id).weights);
      return sparseRows(columns, drawn?.anchors.length ?? count, device, weights);
    },
    [Symbol.dispose]: () => undefined,
  };
}
