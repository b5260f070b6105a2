// CLIP's loss by strips of rows: of a batch of any size, and of one process's part of a batch that several have.
import { noGrad, scalarWithGradients, scoped, Tensor, tensor, zeros, zerosLike } from '@xclr/torch';
import type { RowRange } from '../util/row-range.js';
import { normalizeRows } from './contrastive.js';
import { type StripTargets, stripRows, stripsOf } from './strips.js';

/** Which pairs are measured, and how the matrix is cut. */
export interface StripClipOptions {
  /** Targets of some images over all captions, which are those of their captions over all images too; the own caption alone by default. */
  targets?: StripTargets;
  /** (rows, n) bool, true where caption j is image i's own as well: such pairs count neither as right nor as wrong. */
  same?: (rows: RowRange) => Tensor;
  /** The pairs that are measured, all by default: the loss is their mean. In several processes each takes its own. */
  rows?: readonly RowRange[];
  /** Rows of a strip; as many as have 4 million entries by default, within 64 and 1,024. */
  tile?: number;
}

/**
 * `softClipLoss`, or `clipLoss` where no targets are given, by strips: the same value and gradients in O(n · tile) memory. The measured
 * images are compared with all captions, and their captions with all images; the gradients are those of all n images and captions.
 * @param images (n, d), of any length: rows are normalized here; call it outside of autocast
 * @param captions (n, d); row i is image i's caption
 * @param scale s = 1/τ, a scalar tensor (learned) or a number
 * @returns a scalar, float32 (float64 for float64 input), in nats
 */
export function stripClipLoss(
  images: Tensor,
  captions: Tensor,
  scale: Tensor | number,
  options: StripClipOptions = {},
): Tensor {
  const n = images.size(0);
  if (images.shape.join() !== captions.shape.join()) {
    throw new Error(
      `stripClipLoss: images and captions must have one shape, got (${images.shape.join(', ')}) and ` +
        `(${captions.shape.join(', ')}). Give one caption for each image of the batch.`,
    );
  }
  if (n < 2) throw new Error(`stripClipLoss: expected at least 2 pairs, got ${n}`);
  const { tile = stripRows(n), rows = [{ start: 0, end: n }] } = options;
  const dtype = images.dtype === 'float64' ? 'float64' : 'float32';
  const x = normalizeRows(images.to({ dtype })); // (n, d)
  const t = normalizeRows(captions.to({ dtype })); // (n, d)
  const s = scale instanceof Tensor ? scale : tensor(scale, { dtype, device: x.device }); // ()
  const strips = rows.flatMap((range) => [...stripsOf(range, tile)]);
  const { loss, gradients } = noGrad(() =>
    sumOverStrips(x.detach(), t.detach(), s.detach().to({ dtype }), strips, options),
  );
  const learned = scale instanceof Tensor && scale.requiresGrad;
  const inputs = learned ? [x, t, scale] : [x, t];
  return scalarWithGradients(loss, inputs, learned ? gradients : gradients.slice(0, 2));
}

/** Loss () and gradients (n, d), (n, d), () with respect to unit rows and scale. */
function sumOverStrips(
  x: Tensor,
  t: Tensor,
  scale: Tensor,
  strips: readonly RowRange[],
  { targets, same }: StripClipOptions,
) {
  const n = x.size(0);
  const { dtype, device } = x;
  const measured = strips.reduce((sum, { start, end }) => sum + end - start, 0);
  return scoped(() => {
    const [ofX, ofT] = [zerosLike(x), zerosLike(t)]; // (n, d)
    const ofScale = zeros([...scale.shape], { dtype, device });
    const loss = zeros([], { dtype, device }); // ()
    for (const rows of strips)
      scoped(() => {
        const { start, end } = rows;
        const wanted = targets?.(rows).to({ dtype }) ?? ownOnly(rows, x, n); // (r, n)
        const never = same === undefined ? null : same(rows); // (r, n) bool
        never?.diagonal({ offset: start }).fill_(0); // the own caption always counts
        const directions = [
          { mine: x, all: t, ofMine: ofX, ofAll: ofT },
          { mine: t, all: x, ofMine: ofT, ofAll: ofX },
        ];
        for (const { mine, all, ofMine, ofAll } of directions)
          scoped(() => {
            const own = mine.narrow(0, start, end - start); // (r, d)
            const cosines = own.matmul(all.t()); // (r, n)
            const logits = cosines.mul(scale); // (r, n)
            if (never !== null) logits.maskedFill_(never, Number.NEGATIVE_INFINITY);
            const logProbabilities = logits.logSoftmax(1); // (r, n)
            const slope = logProbabilities
              .exp()
              .sub_(wanted)
              .div_(2 * measured); // (r, n) ∂L/∂logits
            // −∞ · 0 is NaN: what has no weight is taken out before the product.
            loss.sub_(logProbabilities.maskedFill_(wanted.eq(0), 0).mul_(wanted).sum());
            ofScale.add_(cosines.mul_(slope).sum());
            slope.mul_(scale); // ∂L/∂cosines
            ofMine.narrow(0, start, end - start).addmm_(slope, all);
            ofAll.addmm_(slope.t(), own);
          });
      });
    return { loss: loss.div_(2 * measured), gradients: [ofX, ofT, ofScale] };
  });
}

/** CLIP's targets: one on the own caption. */
function ownOnly({ start, end }: RowRange, { dtype, device }: Tensor, n: number): Tensor {
  const targets = zeros([end - start, n], { dtype, device }); // (r, n)
  targets.diagonal({ offset: start }).fill_(1);
  return targets;
}
