// The contrastive loss of a batch of any size, in memory that grows with the batch and not with its square.
//
// A strip holds some whole rows of the (n, n) matrix, so that both softmaxes of a row are known at once, and with them the strip's
// part of the gradient: with P the learned distributions, S the graph's and G = (P − S) / (nτ), ∂L/∂u = G u + Gᵀ u. One pass over the
// strips gives loss and gradient; no running softmax is needed, as it is where columns are cut too (Inf-CL, arXiv 2410.17243).
import { noGrad, scalarWithGradients, scoped, stack, type Tensor, zeros, zerosLike } from '@xclr/torch';
import { type ContrastiveOptions, normalizeRows } from './contrastive.js';

/** Rows `start` to `end` (exclusive) of a batch's matrix. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** The graph's similarities over τ_s of some rows with all n columns, (rows, n), −∞ for "never": new at every call, for it is changed. */
export type StripLogits = (rows: RowRange) => Tensor;

/** How the matrix is cut. */
export interface StripOptions extends ContrastiveOptions {
  /** Rows of a strip. By default as many as have 4 million entries (16 MiB), within 64 and 1,024. */
  tile?: number;
}

/** Rows of a strip of a batch of n views, by default. */
export function stripRows(n: number): number {
  return Math.min(n, Math.max(64, Math.min(1024, Math.floor(2 ** 22 / n))));
}

/**
 * `contrastiveLoss` by strips: the same value and gradient in O(n · tile) memory, and in about the same time where both fit.
 * Its backward pass has been done when it returns, but for the normalization of the rows. The loss is NaN where a row of the graph
 * has no positive.
 * @param z embeddings (n, d), of any length: rows are normalized here; call it outside of autocast
 * @returns a scalar, float32 (float64 for float64 input), in nats
 * @throws {Error} where z has one row, or the temperature or the tile is not positive
 */
export function stripContrastiveLoss(
  z: Tensor,
  logits: StripLogits,
  { temperature = 0.1, tile = stripRows(z.size(0)) }: StripOptions = {},
): Tensor {
  const n = z.size(0);
  if (n < 2) throw new Error(`stripContrastiveLoss: z must have at least 2 rows, got ${n}`);
  if (!(temperature > 0))
    throw new Error(`stripContrastiveLoss: temperature must be positive, got ${temperature}`);
  const unit = normalizeRows(z.to({ dtype: z.dtype === 'float64' ? 'float64' : 'float32' })); // (n, d)
  const { loss, gradient } = noGrad(() => sumOverStrips(unit.detach(), logits, temperature, tile));
  return scalarWithGradients(loss, [unit], [gradient]);
}

/** Loss () and gradient (n, d) with respect to the unit rows. */
function sumOverStrips(unit: Tensor, logits: StripLogits, temperature: number, tile: number) {
  const [n = 0, columns] = [unit.size(0), unit.t()]; // (d, n)
  return scoped(() => {
    const gradient = zerosLike(unit); // (n, d)
    const loss = zeros([], { dtype: unit.dtype, device: unit.device }); // ()
    for (const rows of strips(n, tile))
      scoped(() => {
        const mine = unit.narrow(0, rows.start, rows.end - rows.start); // (r, d)
        const targets = targetRows(logits, rows, n).to({ dtype: unit.dtype }); // (r, n), 0 at the row itself
        const learned = mine.matmul(columns).div_(temperature); // (r, n)
        learned.diagonal({ offset: rows.start }).fill_(Number.NEGATIVE_INFINITY);
        const logProbabilities = learned.logSoftmax(1); // (r, n)
        const slope = logProbabilities
          .exp()
          .sub_(targets)
          .div_(n * temperature); // (r, n) ∂L/∂(u_i · u_j)
        logProbabilities.diagonal({ offset: rows.start }).fill_(0); // −∞ · 0 is NaN
        loss.sub_(logProbabilities.mul_(targets).sum());
        gradient.narrow(0, rows.start, rows.end - rows.start).add_(slope.matmul(unit));
        gradient.add_(slope.t().matmul(mine));
      });
    return { loss: loss.div_(n), gradient };
  });
}

/** The graph's distributions of some rows over the other views, (r, n). */
function targetRows(logits: StripLogits, rows: RowRange, n: number): Tensor {
  const own = logits(rows); // (r, n)
  if (own.shape.join() !== `${rows.end - rows.start},${n}`)
    throw new Error(
      `stripContrastiveLoss: the graph must give (${rows.end - rows.start}, ${n}) for rows ${rows.start} to ${rows.end}, got (${own.shape.join(', ')})`,
    );
  own.diagonal({ offset: rows.start }).fill_(Number.NEGATIVE_INFINITY);
  return own.softmax(1);
}

function* strips(n: number, tile: number): Generator<RowRange> {
  if (!(Number.isInteger(tile) && tile >= 1))
    throw new Error(`strips: tile must be a whole number of at least 1, got ${tile}`);
  for (let start = 0; start < n; start += tile) yield { start, end: Math.min(n, start + tile) };
}

/**
 * What the targets of a batch look like, by strips: (2), the mean entropy of a row in nats and its mean mass on the other views of the
 * same sample; on the graph's device.
 * @param n views of the batch, view-major: row k·b + i is view k of sample i
 * @param options views: v, the views of each sample, 2 by default
 */
export function stripStatistics(
  logits: StripLogits,
  n: number,
  { views = 2, tile = stripRows(n) }: { readonly views?: number; readonly tile?: number } = {},
): Tensor {
  return scoped(() => {
    const parts = Array.from(strips(n, tile), (rows) =>
      scoped(() => {
        const targets = targetRows(logits, rows, n); // (r, n)
        const entropy = targets
          .mul(targets.log().maskedFill(targets.eq(0), 0))
          .sum()
          .neg(); // ()
        const others = []; // diagonals b, 2b, … to either side of the row itself
        for (let k = 1 - views; k < views; k++)
          if (k !== 0) others.push(targets.diagonal({ offset: rows.start + (k * n) / views }).sum());
        return stack([entropy, others.reduce((sum, one) => sum.add(one))]); // (2)
      }),
    );
    return stack(parts).sum(0).div(n); // (2)
  });
}
