// Which samples to look at and to show: drawn by the seed, spread over the classes.
import type { Dataset, Split } from '../data/index.js';
import { permutation, purpose } from '../util/random.js';

/** Up to `most` samples in random order: the same for one seed, and for one data set. */
export function someSamples(dataset: Dataset, most: number, seed: number): Int32Array {
  return permutation(dataset.samples.length, seed, purpose.inspection).slice(0, most);
}

/**
 * Up to `most` examples: one of each class in turn, classes in random order, until there are enough.
 * @param split only of this split; left out, or where it is empty: of all
 */
export function exampleSamples(
  { samples }: Dataset,
  most: number,
  { seed, split }: { readonly seed: number; readonly split?: Split },
): number[] {
  const some = split !== undefined && samples.some((sample) => sample.split === split);
  const byClass = new Map<string, number[]>();
  for (const index of permutation(samples.length, seed, purpose.inspection)) {
    if (some && samples[index]!.split !== split) continue;
    const label = samples[index]!.label ?? '';
    const list = byClass.get(label);
    if (list === undefined) byClass.set(label, [index]);
    else if (list.length < most) list.push(index);
  }
  const chosen: number[] = [];
  for (let round = 0; round < most && chosen.length < most; round++) {
    for (const list of byClass.values()) {
      const index = list[round];
      if (index !== undefined && chosen.length < most) chosen.push(index);
    }
  }
  return chosen;
}
