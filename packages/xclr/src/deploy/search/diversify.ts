// Recommendations that mix similarity and variety.
import { dot } from './nearest-rows.js';

/**
 * Maximal marginal relevance (Carbonell & Goldstein 1998): one by one, the candidate with the most of
 * (1 − diversity) · similarity to the query − diversity · similarity to the nearest that was chosen already.
 * @param similarities to the query, of each candidate
 * @param vectors (n, d) the candidates' unit rows
 * @param diversity 0 for the nearest as they are, 1 for variety alone
 * @returns places in the list of candidates, best first
 */
export function diversified(
  similarities: readonly number[],
  vectors: Float32Array,
  k: number,
  diversity: number,
): number[] {
  const n = similarities.length;
  const d = n === 0 ? 0 : vectors.length / n;
  const nearestChosen = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const left = new Set(similarities.keys());
  const chosen: number[] = [];
  while (chosen.length < k && left.size > 0) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const i of left) {
      const similarity = chosen.length === 0 ? 0 : nearestChosen[i]!;
      const score = (1 - diversity) * similarities[i]! - diversity * similarity;
      if (score > most) [best, most] = [i, score];
    }
    if (best < 0) best = left.values().next().value!;
    left.delete(best);
    chosen.push(best);
    for (const i of left) {
      const similarity = dot(vectors, i * d, vectors, best * d, d);
      if (similarity > nearestChosen[i]!) nearestChosen[i] = similarity;
    }
  }
  return chosen;
}
