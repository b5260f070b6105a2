// How sharp a batch's targets are: worth logging at every step, for τ_s belongs to the text encoder.
import { scoped, stack, type Tensor } from '@xclr/torch';

/** What the targets of a batch look like: entropy, and the mass on the other view. */
export interface TargetStatistics {
  /** Mean entropy of a row of targets in nats: 0 for one positive, ln(v·b − 1) for all equal. */
  targetEntropy: number;
  /** Mean fraction of the target that lies on the other views of the same sample. */
  positiveMass: number;
}

/**
 * What a graph's targets look like in a batch: entropy, and the mass on the other view.
 * @param logits (v·b, v·b) of a graph, view-major: row k·b + i is view k of sample i; the diagonal is left out
 * @param options views: v, the views of each sample, 2 by default
 * Waits for the device once.
 */
export function targetStatistics(
  logits: Tensor,
  { views = 2 }: { readonly views?: number } = {},
): TargetStatistics {
  return scoped(() => {
    const own = logits.to({ dtype: 'float32' }).clone(); // (v·b, v·b)
    own.diagonal().fill_(Number.NEGATIVE_INFINITY);
    const sums = sumsOf(own.softmax(1), views, 'targetStatistics: logits').toNumbers();
    return statisticsOfSums(sums, logits.size(0));
  });
}

/**
 * The sums that the statistics are made from, for targets that are distributions already, as the loss takes them; on their
 * device: nothing waits.
 * @param targets (v·b, v·b) rows that sum to 1, 0 on the diagonal
 * @returns (2)
 */
export function distributionSums(targets: Tensor, { views = 2 }: { readonly views?: number } = {}): Tensor {
  return scoped(() => sumsOf(targets, views, 'distributionSums: targets'));
}

/** Statistics of targets of n rows from their sums. */
export function statisticsOfSums([sum = 0, mass = 0]: readonly number[], n: number): TargetStatistics {
  return { targetEntropy: -sum / n, positiveMass: mass / n };
}

/** Σ p ln p, and the mass on other views of the same sample: (2). */
function sumsOf(targets: Tensor, views: number, what: string): Tensor {
  const [n = 0, columns = 0] = targets.shape;
  if (n !== columns || n % views !== 0 || n === 0) {
    const side = `${views}b`;
    throw new RangeError(`${what} must be (${side}, ${side}), got (${targets.shape.join(', ')})`);
  }
  // 0 · −∞ is not a number: impossible entries count 0.
  const terms = targets.mul(targets.log().maskedFill(targets.eq(0), 0)); // (v·b, v·b)
  // Other views of a sample lie a multiple of b to either side of the diagonal: (v, b, v, b) → its (v, v) blocks.
  const b = n / views;
  const onOthers = targets.reshape([views, b, views, b]).diagonal({ dim1: 1, dim2: 3 }).sum(); // the diagonal itself is 0
  return stack([terms.sum(), onOthers]); // (2)
}
