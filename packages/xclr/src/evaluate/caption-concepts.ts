// Which images count as one concept for alignment: those with the same captions.

import type { Dataset } from '../data/types.js';

/** Case, width and spacing do not make another concept. */
function key(captions: readonly string[]): string {
  return captions
    .map((caption) => caption.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim())
    .join('\n');
}

/** (n) a number 0 … concepts−1 for each of the samples, in order of first appearance. */
export function captionConcepts(data: Dataset, samples: Int32Array): Int32Array {
  const concepts = new Map<string, number>();
  return samples.map((sample) => {
    const name = key(data.samples[sample]!.captions);
    if (!concepts.has(name)) concepts.set(name, concepts.size);
    return concepts.get(name)!;
  });
}
