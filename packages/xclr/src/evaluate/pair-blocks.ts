// Which pairs of samples alignment looks at: all of them, or a balanced random part in blocks.

import { permutation, purpose } from '../util/random.js';

/** Triplets need three samples together. */
const SMALLEST = 3;

/**
 * Splits 0 … n−1 into blocks; the pairs to look at are those within a block. One block where all n(n−1)/2 pairs
 * fit the limit; else a seeded shuffle cut into equal blocks, so that every pair is as likely as any other, every
 * sample meets about equally many others, and only small squares of similarities are ever needed.
 * Where there are more samples than `maxPairs`, a random part of them is used.
 */
export function pairBlocks(n: number, maxPairs: number, seed: number): Int32Array[] {
  if ((n * (n - 1)) / 2 <= maxPairs) return [Int32Array.from({ length: n }, (_, i) => i)];
  const used = Math.min(n, Math.floor((2 * maxPairs) / (SMALLEST - 1)));
  const size = Math.floor((2 * maxPairs) / used) + 1; // used(size − 1)/2 pairs in all
  const count = Math.ceil(used / size);
  const order = permutation(n, seed, purpose.evaluation);
  const cut = (block: number) => Math.floor((block * used) / count);
  return Array.from({ length: count }, (_, block) => order.slice(cut(block), cut(block + 1)).sort());
}
