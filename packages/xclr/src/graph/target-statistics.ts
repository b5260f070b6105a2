// How sharp a batch's targets are: worth logging at every step, for τ_s belongs to the text encoder.
import { scoped, type Tensor } from '@xclr/torch';

export interface TargetStatistics {
  /** Mean entropy of a row of targets in nats: 0 for one positive, ln(2b − 1) for all alike. */
  targetEntropy: number;
  /** Mean share of the target that lies on the other view of the same sample. */
  positiveMass: number;
}

/**
 * @param logits (2b, 2b) of a graph, rows 0 … b−1 the first views and b … 2b−1 the second; the diagonal is left out
 *
 * Waits for the device.
 */
export function targetStatistics(logits: Tensor): TargetStatistics {
  const [n = 0, columns = 0] = logits.shape;
  if (n !== columns || n % 2 !== 0 || n === 0) {
    throw new RangeError(`targetStatistics: logits must be (2b, 2b), got (${logits.shape.join(', ')})`);
  }
  return scoped(() => {
    const logTargets = logits.clone(); // (2b, 2b)
    logTargets.diagonal().fill_(Number.NEGATIVE_INFINITY);
    const log = logTargets.to({ dtype: 'float32' }).logSoftmax(1); // (2b, 2b)
    const targets = log.exp(); // (2b, 2b)
    // 0 · −∞ is not a number: impossible entries count 0.
    const terms = targets.mul(log.maskedFill(targets.eq(0), 0)); // (2b, 2b)
    const onOther = targets
      .diagonal({ offset: n / 2 })
      .sum()
      .add(targets.diagonal({ offset: -n / 2 }).sum());
    return {
      targetEntropy: -Number(terms.sum().item()) / n,
      positiveMass: Number(onOther.item()) / n,
    };
  });
}
