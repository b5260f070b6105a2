// The target distribution of a row, as training makes it of similarities.

/**
 * softmax(similarity / τ_s) over all images but the own one.
 * @param tau τ_s; as it nears 0 the most similar image takes everything
 */
export function targetRow(similarities: readonly number[], own: number, tau: number): number[] {
  const logits = similarities.map((value, i) => (i === own ? Number.NEGATIVE_INFINITY : value / tau));
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logits.map((value) => Math.exp(value - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((value) => value / sum);
}

/** In nats. */
export function entropyOf(distribution: readonly number[]): number {
  return distribution.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** Places of the largest values, largest first, without the own one. */
export function largest(values: readonly number[], own: number, count: number): number[] {
  return values
    .map((_, i) => i)
    .filter((i) => i !== own)
    .sort((a, b) => values[b]! - values[a]!)
    .slice(0, count);
}
