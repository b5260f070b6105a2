// The most similar gallery items of one query, in a fixed order, from its row of similarities.

/** Positions in the gallery and their similarities, nearest first. */
export interface Neighbors {
  readonly positions: Int32Array;
  readonly similarities: Float64Array;
}

/**
 * The k nearest by similarity; equal similarities are ordered by position. One pass with a sorted short list:
 * nearly all items fail the first comparison.
 * @param row (g) similarities without NaN
 * @param own the query's own position in the gallery, which is passed over; −1 for none
 */
export function nearest(row: Float32Array, k: number, own = -1): Neighbors {
  const size = Math.min(k, row.length - (own >= 0 ? 1 : 0));
  const positions = new Int32Array(size);
  const similarities = new Float64Array(size);
  let filled = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i]!;
    if (i === own || size === 0 || (filled === size && value <= similarities[size - 1]!)) continue;
    let at = filled < size ? filled++ : size - 1;
    for (; at > 0 && similarities[at - 1]! < value; at--) {
      similarities[at] = similarities[at - 1]!;
      positions[at] = positions[at - 1]!;
    }
    similarities[at] = value;
    positions[at] = i;
  }
  return { positions, similarities };
}

/**
 * The class with the most votes, a neighbor's vote being exp(similarity / temperature) as in Wu et al. 2018
 * (arXiv 1805.01978, section 3.4); equal votes go to the class whose nearest member comes first.
 * @param classes (g) class of each gallery item
 */
export function vote(neighbors: Neighbors, classes: Int32Array, temperature: number): number {
  return countVotes(neighbors, classes, temperature).winner;
}

/** The winner of `vote`, and the fraction of all votes that it has. */
export function countVotes(
  { positions, similarities }: Neighbors,
  classes: Int32Array,
  temperature: number,
): { readonly winner: number; readonly fraction: number } {
  const votes = new Map<number, number>();
  const highest = similarities[0] ?? 0;
  for (let i = 0; i < positions.length; i++) {
    const label = classes[positions[i]!]!;
    const weight = Math.exp((similarities[i]! - highest) / temperature); // shifted: exp(1 / 0.001) overflows
    votes.set(label, (votes.get(label) ?? 0) + weight);
  }
  let winner = -1;
  let most = Number.NEGATIVE_INFINITY;
  let all = 0;
  for (const [label, weight] of votes) {
    all += weight;
    if (weight > most) [winner, most] = [label, weight]; // a Map keeps the order of first votes
  }
  return { winner, fraction: all === 0 ? 0 : most / all };
}
