// CLIP's loss: each image finds its caption among the batch's, each caption its image.
import { arange, eye, type Tensor } from '@xclr/torch';
import { normalizeRows } from './contrastive.js';

/** Settings of CLIP's loss. */
export interface ClipLossOptions {
  /**
   * (n, n) bool, true where caption j is image i's own as well: the same words. Such pairs count neither as right nor as
   * wrong. CLIP has no such mask.
   */
  same?: Tensor;
}

/**
 * Symmetric cross-entropy, L = ½ (CE over captions + CE over images), of logits s · cos(image, caption).
 * Radford et al. 2021 (arXiv 2103.00020), figure 3.
 *
 * @param images (n, d), of any length: rows are normalized here; call it outside of autocast
 * @param captions (n, d); row i is image i's caption
 * @param scale s = 1/τ, a scalar tensor (learned) or a number
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function clipLoss(
  images: Tensor,
  captions: Tensor,
  scale: Tensor | number,
  { same }: ClipLossOptions = {},
): Tensor {
  const logits = captionLogits('clipLoss', images, captions, scale, same); // (n, n)
  const own = arange(logits.size(0), { dtype: 'int64', device: logits.device }); // (n)
  return logits.crossEntropyLoss(own).add(logits.t().crossEntropyLoss(own)).div(2);
}

/** s · cos(image, caption), (n, n), −∞ for pairs of the same caption that are no image's own. */
export function captionLogits(
  operation: string,
  images: Tensor,
  captions: Tensor,
  scale: Tensor | number,
  same: Tensor | undefined,
): Tensor {
  const n = images.size(0);
  if (images.shape.join() !== captions.shape.join()) {
    throw new Error(
      `${operation}: images and captions must have one shape, got (${images.shape.join(', ')}) and ` +
        `(${captions.shape.join(', ')}). Give one caption for each image of the batch.`,
    );
  }
  if (n < 2) throw new Error(`${operation}: expected at least 2 pairs, got ${n}`);
  const dtype = images.dtype === 'float64' ? 'float64' : 'float32';
  const x = normalizeRows(images.to({ dtype })); // (n, d)
  const t = normalizeRows(captions.to({ dtype })); // (n, d)
  const scaled = x.matmul(t.t()).mul(scale); // (n, n)
  return same === undefined ? scaled : scaled.maskedFill(offDiagonal(same), Number.NEGATIVE_INFINITY);
}

/** The pairs that are no image's own, of those marked. */
function offDiagonal(same: Tensor): Tensor {
  return same.logicalAnd(eye(same.size(0), { dtype: 'bool', device: same.device }).logicalNot());
}
