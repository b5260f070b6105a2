// The contrastive loss of a batch of any size, in memory that grows with the batch and not with its square.
//
// A strip holds some whole rows of the (n, n) matrix, so that both softmaxes of a row are known at once, and with them the strip's
// part of the gradient: with P the learned distributions, S the graph's and G = (P − S) / (nτ), ∂L/∂u = G u + Gᵀ u. One pass over the
// strips gives loss and gradient; no running softmax is needed, as it is where columns are cut too (Inf-CL, arXiv 2410.17243).
import { cat, noGrad, scalarWithGradients, scoped, stack, type Tensor, zeros, zerosLike } from '@xclr/torch';
import type { RowRange } from '../util/row-range.js';
import { type ContrastiveOptions, normalizeRows } from './contrastive.js';

export type { RowRange } from '../util/row-range.js';

/** The graph's similarities over τ_s of some rows with all n columns, (rows, n), −∞ for "never": new at every call, for it is changed. */
export type StripLogits = (rows: RowRange) => Tensor;

/** Distributions of some rows over all columns, (rows, c), 0 where a row meets itself; without gradient. */
export type StripTargets = (rows: RowRange) => Tensor;

/** How the matrix is cut. */
export interface StripOptions extends ContrastiveOptions {
  /** Rows of a strip. By default as many as have 4 million entries (16 MiB), within 64 and 1,024. */
  tile?: number;
}

/** Which part of the matrix is this process's, and what else its rows are compared with. */
export interface StripPartOptions extends StripOptions {
  /** The rows that are measured, all by default: the loss is their mean. In several processes each takes its own. */
  rows?: readonly RowRange[];
  /** (m, d) embeddings of earlier steps, as m more columns; they carry no gradient. */
  memory?: Tensor;
}

/** Rows of a strip of a matrix of n columns, by default. */
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
export function stripContrastiveLoss(z: Tensor, logits: StripLogits, options: StripOptions = {}): Tensor {
  const n = z.size(0);
  return stripTargetLoss(z, (rows) => targetRows(logits, rows, n), options).loss;
}

/**
 * The same for targets that are distributions already, and for a part of the rows: 1/r Σ_i H(s_i, p_i) over the r rows that are
 * measured, each compared with all n columns (and a memory). The gradient is that of all n embeddings.
 * @param z embeddings (n, d), of any length: rows are normalized here; call it outside of autocast
 * @returns the loss, a scalar, and a flag (), 1 where a row has no positive: its targets are NaN
 */
export function stripTargetLoss(
  z: Tensor,
  targets: StripTargets,
  { temperature = 0.1, rows = [{ start: 0, end: z.size(0) }], memory, tile }: StripPartOptions = {},
): { loss: Tensor; invalid: Tensor } {
  const n = z.size(0);
  if (n < 2) throw new Error(`stripContrastiveLoss: z must have at least 2 rows, got ${n}`);
  if (!(temperature > 0))
    throw new Error(`stripContrastiveLoss: temperature must be positive, got ${temperature}`);
  const dtype = z.dtype === 'float64' ? 'float64' : 'float32';
  const unit = normalizeRows(z.to({ dtype })); // (n, d)
  const past = memory === undefined ? null : normalizeRows(memory.detach().to({ dtype })); // (m, d)
  const columns = n + (past === null ? 0 : past.size(0));
  const strips = rows.flatMap((range) => [...stripsOf(range, tile ?? stripRows(columns))]);
  const { loss, gradient, invalid } = noGrad(() =>
    sumOverStrips(unit.detach(), past, targets, strips, temperature),
  );
  return { loss: scalarWithGradients(loss, [unit], [gradient]), invalid };
}

/** Loss () and gradient (n, d) with respect to the unit rows, and a flag () of targets that are NaN. */
function sumOverStrips(
  unit: Tensor,
  past: Tensor | null,
  targetsOf: StripTargets,
  strips: readonly RowRange[],
  temperature: number,
) {
  const n = unit.size(0);
  const { dtype, device } = unit;
  const measured = strips.reduce((sum, { start, end }) => sum + end - start, 0);
  return scoped(() => {
    const all = past === null ? unit : cat([unit, past], { dim: 0 }); // (c, d)
    const gradient = zerosLike(unit); // (n, d)
    const loss = zeros([], { dtype, device }); // ()
    const invalid = zeros([], { dtype, device }); // ()
    for (const { start, end } of strips)
      scoped(() => {
        const mine = unit.narrow(0, start, end - start); // (r, d)
        const targets = targetsOf({ start, end }).to({ dtype }); // (r, c), 0 at the row itself
        checkShape(targets, { start, end }, all.size(0));
        // A row without a positive is NaN as a whole, so that its first entry tells.
        invalid.copy_(invalid.maximum(targets.select(1, 0).isnan().any().to({ dtype })));
        const logProbabilities = scoped(() => {
          const learned = mine.matmul(all.t()).div_(temperature); // (r, c)
          learned.diagonal({ offset: start }).fill_(Number.NEGATIVE_INFINITY);
          return learned.logSoftmax(1); // (r, c)
        });
        const slope = logProbabilities
          .exp()
          .sub_(targets)
          .div_(measured * temperature); // (r, c) ∂L/∂(u_i · u_j)
        logProbabilities.diagonal({ offset: start }).fill_(0); // −∞ · 0 is NaN
        loss.sub_(logProbabilities.mul_(targets).sum());
        gradient.narrow(0, start, end - start).addmm_(slope, all);
        gradient.addmm_(slope.narrow(1, 0, n).t(), mine); // nothing to the memory
      });
    return { loss: loss.div_(measured), gradient, invalid };
  });
}

/** The graph's distributions of some rows over the other views (and a memory), (r, c), NaN where a row has no positive. */
export function targetRows(logits: StripLogits, rows: RowRange, columns: number): Tensor {
  return scoped(() => {
    const own = logits(rows); // (r, c)
    checkShape(own, rows, columns);
    own.diagonal({ offset: rows.start }).fill_(Number.NEGATIVE_INFINITY);
    return own.softmax(1);
  });
}

function checkShape({ shape }: Tensor, { start, end }: RowRange, columns: number): void {
  if (shape.join() === `${end - start},${columns}`) return;
  throw new Error(
    `stripContrastiveLoss: the graph must give (${end - start}, ${columns}) for rows ${start} to ${end}, got (${shape.join(', ')})`,
  );
}

/** Ranges of at most `tile` rows. */
export function* stripsOf({ start: first, end: last }: RowRange, tile: number): Generator<RowRange> {
  if (!(Number.isInteger(tile) && tile >= 1))
    throw new Error(`strips: tile must be a whole number of at least 1, got ${tile}`);
  for (let start = first; start < last; start += tile) yield { start, end: Math.min(last, start + tile) };
}

/** Which rows of which views. */
export interface StripStatisticsOptions {
  /** v, the views of each sample, 2 by default. */
  readonly views?: number;
  readonly tile?: number;
  /** All by default. */
  readonly rows?: readonly RowRange[];
}

/**
 * What the targets of a batch look like, by strips: (2), the mean entropy of a row in nats and its mean mass on the other views of the
 * same sample; on the graph's device.
 * @param n views of the batch, view-major: row k·b + i is view k of sample i
 */
export function stripStatistics(
  logits: StripLogits,
  n: number,
  options: StripStatisticsOptions = {},
): Tensor {
  return scoped(() => {
    const sums = stripSums((rows) => targetRows(logits, rows, n), n, options); // (2)
    const rows = options.rows?.reduce((sum, { start, end }) => sum + end - start, 0) ?? n;
    return stack([sums.select(0, 0).div(-rows), sums.select(0, 1).div(rows)]); // (2)
  });
}

/**
 * Σ p ln p, and the mass on other views of the same sample, of some rows' targets: (2), as the statistics are made from.
 * @param n views of the batch; targets may have columns of a memory after these
 */
export function stripSums(
  targetsOf: StripTargets,
  n: number,
  { views = 2, tile = stripRows(n), rows = [{ start: 0, end: n }] }: StripStatisticsOptions = {},
): Tensor {
  return scoped(() => {
    const parts = rows
      .flatMap((range) => [...stripsOf(range, tile)])
      .map((strip) =>
        scoped(() => {
          const targets = targetsOf(strip); // (r, c)
          const entropy = targets.mul(targets.log().maskedFill(targets.eq(0), 0)).sum(); // ()
          const others = []; // diagonals b, 2b, … to either side of the row itself
          for (let k = 1 - views; k < views; k++) {
            const offset = strip.start + (k * n) / views;
            if (k !== 0) others.push(targets.narrow(1, 0, n).diagonal({ offset }).sum()); // ()
          }
          return stack([entropy, others.reduce((sum, one) => sum.add(one), entropy.mul(0))]); // (2)
        }),
      );
    return stack(parts).sum(0); // (2)
  });
}
