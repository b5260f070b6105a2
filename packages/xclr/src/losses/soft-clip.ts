// CLIP's loss with soft targets: an image is matched with similar captions too, not with its own alone.
import { type Tensor, zeros } from '@xclr/torch';
import { captionLogits } from './clip.js';
import type { TargetRowsOptions } from './smooth-targets.js';

/**
 * (1−β) · one-hot + β · softmax_j(s_ij / τ_s): the targets of image i over the batch's captions, and by the graph's symmetry of caption i
 * over its images. SoftCLIP (Gao et al. 2023, arXiv 2303.17561) softens CLIP's targets by similarities within each modality; here the
 * captions' graph alone does.
 *
 * @param graphLogits the graph's similarities over τ_s (n, n), or some of its rows (r, n), with the diagonal: s_ii is how similar a
 * caption is to itself
 * @param beta β: 0 gives CLIP's one-hot targets
 * @param options same: bool like `graphLogits`, pairs that are left out of the softmax off the diagonal: the same words
 * @returns rows that sum to 1, without gradient
 */
export function softClipTargets(
  graphLogits: Tensor,
  beta: number,
  { same, start = 0 }: TargetRowsOptions & { readonly same?: Tensor } = {},
): Tensor {
  if (!(beta >= 0 && beta <= 1)) throw new Error(`softClipTargets: beta must be from 0 to 1, got ${beta}`);
  const [r = 0, n = 0] = graphLogits.shape;
  if (start + r > n) {
    throw new Error(
      `softClipTargets: graph must be (n, n), got (${graphLogits.shape.join(', ')}). Give the similarities of the batch's captions, or rows of it.`,
    );
  }
  const { dtype, device } = graphLogits;
  const logits = graphLogits.detach();
  const own = zeros([r, n], { dtype, device }); // (r, n)
  own.diagonal({ offset: start }).fill_(1 - beta);
  return own.add_(kept(logits, same, start).softmax(1).mul(beta));
}

/** −∞ for the pairs that are marked, but for each row's own. */
function kept(logits: Tensor, same: Tensor | undefined, start: number): Tensor {
  if (same === undefined) return logits;
  const others = same.clone(); // (r, n)
  others.diagonal({ offset: start }).fill_(0);
  return logits.maskedFill(others, Number.NEGATIVE_INFINITY);
}

/**
 * L = ½ mean_i [H(t_i, softmax_j(L_ij)) + H(t_i, softmax_j(L_ji))] with L = s · cos(image, caption): CLIP's loss (Radford et al. 2021,
 * arXiv 2103.00020, figure 3) where the targets are one-hot.
 *
 * @param images (n, d), of any length: rows are normalized here; call it outside of autocast
 * @param captions (n, d); row i is image i's caption
 * @param scale s = 1/τ, a scalar tensor (learned) or a number
 * @param targets (n, n) rows that sum to 1, of `softClipTargets`
 * @param options same: pairs that count neither as right nor as wrong, as in `clipLoss`; their targets must be 0
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function softClipLoss(
  images: Tensor,
  captions: Tensor,
  scale: Tensor | number,
  targets: Tensor,
  { same }: { readonly same?: Tensor } = {},
): Tensor {
  const logits = captionLogits('softClipLoss', images, captions, scale, same); // (n, n)
  if (targets.shape.join() !== logits.shape.join()) {
    throw new Error(
      `softClipLoss: targets must be (${logits.shape.join(', ')}) to match the images, got (${targets.shape.join(', ')})`,
    );
  }
  const wanted = targets.detach().to({ dtype: logits.dtype }); // (n, n)
  return crossEntropy(wanted, logits).add(crossEntropy(wanted, logits.t())).div(2);
}

/** Mean over rows of H(target, softmax(logits)). −∞ · 0 is NaN: what has no weight is taken out before the product. */
function crossEntropy(targets: Tensor, logits: Tensor): Tensor {
  const logProbabilities = logits.logSoftmax(1).maskedFill(targets.eq(0), 0); // (n, n)
  return targets.mul(logProbabilities).sum().div(-targets.size(0));
}
