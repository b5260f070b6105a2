// Draws some of many anchors for a step: all that the batch needs, and others at random.
import type { Random } from '../../../util/random.js';
import type { DrawnAnchors } from './anchor-set.js';

/**
 * The anchors of the batch, and so many others that `most` are there in all: each of the others with the same probability, without
 * replacement.
 * @param own anchors that must be there, in any order, repeats allowed
 * @param count anchors in all
 */
export function drawAnchors(
  own: Iterable<number>,
  count: number,
  most: number,
  random: Random,
): DrawnAnchors {
  const needed = new Set(own);
  const chosen = new Set(needed);
  const wanted = Math.min(count, Math.max(most, needed.size));
  while (chosen.size < wanted) chosen.add(random.below(count));
  const anchors = Int32Array.from(chosen).sort();
  const logChance = Math.log((wanted - needed.size) / (count - needed.size)); // of each that is not needed
  return {
    anchors,
    logExpected: Float32Array.from(anchors, (anchor) => (needed.has(anchor) ? 0 : logChance)),
    columnOf: new Map(Array.from(anchors, (anchor, column) => [anchor, column])),
  };
}
