// The pairs of a batch of images and captions: of this process's images with all captions, and of its captions with all images.
import { scoped, stack, type Tensor } from '@xclr/torch';
import type { SimilarityGraph } from '../../graph/index.js';
import {
  clipLoss,
  type StripTargets,
  softClipLoss,
  softClipTargets,
  stripClipLoss,
  stripsOf,
} from '../../losses/index.js';
import type { RowRange } from '../../util/row-range.js';
import type { TrainConfig } from '../config.js';
import type { ComparedBatch, Measured, PendingStatistics } from './objective.js';
import { tileOf } from './strips.js';

/** The embeddings of the batch of all processes. */
export interface CaptionPairs {
  /** (B, d) for each view of an image, which are compared with the captions separately. */
  readonly images: readonly Tensor[];
  readonly captions: Tensor; // (B, d)
  readonly scale: Tensor; // ()
  /** (B) equal numbers for captions of the same words, which are then no negatives; null where they are. */
  readonly codes: Tensor | null;
}

interface CaptionSettings {
  readonly loss: Pick<TrainConfig['loss'], 'softTargets' | 'strips'>;
  /** What softens the targets; null where nothing does. */
  readonly graph: SimilarityGraph | null;
}

export function measureCaptions(
  pairs: CaptionPairs,
  batch: ComparedBatch,
  settings: CaptionSettings,
): Measured {
  const { ids, own } = batch;
  const tile = tileOf(settings.loss, { columns: ids.length, part: own.length < ids.length });
  return tile === null ? atOnce(pairs, batch, settings) : byStrips(pairs, batch, settings, tile);
}

/** The whole matrix. */
function atOnce(
  { images, captions, scale, codes }: CaptionPairs,
  { ids, epoch }: ComparedBatch,
  { loss: { softTargets }, graph }: CaptionSettings,
): Measured {
  const options = codes === null ? {} : { same: sameOf(codes, { start: 0, end: ids.length }) };
  const targets = graph === null ? null : softClipTargets(graph.logits(ids, { epoch }), softTargets, options); // (B, B)
  const loss = meanOf(images, (view) =>
    targets === null
      ? clipLoss(view, captions, scale, options)
      : softClipLoss(view, captions, scale, targets, options),
  );
  return { loss, statistics: () => statisticsOf(targets === null ? null : [sumsOf(targets, 0)], ids.length) };
}

/** This process's rows, some at a time. */
function byStrips(
  { images, captions, scale, codes }: CaptionPairs,
  { ids, epoch, ownRows }: ComparedBatch,
  { loss: { softTargets }, graph }: CaptionSettings,
  tile: number,
): Measured {
  const rows = ownRows(1);
  const same = codes === null ? null : (range: RowRange) => sameOf(codes, range); // (r, B)
  const graphRows = graph?.rows(ids, { epoch });
  const targets: StripTargets | null =
    graphRows === undefined
      ? null
      : (range) =>
          softClipTargets(graphRows.logits(range), softTargets, {
            start: range.start,
            ...(same !== null && { same: same(range) }),
          }); // (r, B)
  const options = { rows, tile, ...(same !== null && { same }), ...(targets !== null && { targets }) };
  return {
    loss: meanOf(images, (view) => stripClipLoss(view, captions, scale, options)),
    statistics: () =>
      statisticsOf(
        targets === null
          ? null
          : rows
              .flatMap((range) => [...stripsOf(range, tile)])
              .map((range) => scoped(() => sumsOf(targets(range), range.start))),
        ids.length,
      ),
  };
}

function meanOf(views: readonly Tensor[], lossOf: (view: Tensor) => Tensor): Tensor {
  return views
    .map(lossOf)
    .reduce((sum, loss) => sum.add(loss))
    .div(views.length);
}

/** (r, B) true where an image of the rows and one of the batch have the same caption. */
function sameOf(codes: Tensor, { start, end }: RowRange): Tensor {
  return codes
    .narrow(0, start, end - start)
    .unsqueeze(1)
    .eq(codes.unsqueeze(0));
}

/** Σ p ln p, and the mass on the own captions, of rows from `start` on: (2). */
function sumsOf(targets: Tensor, start: number): Tensor {
  const terms = targets.mul(targets.log().maskedFill(targets.eq(0), 0)); // (r, B)
  return stack([terms.sum(), targets.diagonal({ offset: start }).sum()]); // (2)
}

/** Of the parts' sums, or of the own caption alone; b images in all. */
function statisticsOf(parts: readonly Tensor[] | null, b: number): PendingStatistics {
  if (parts === null) return { sums: null, read: () => ({ targetEntropy: 0, positiveMass: 1 }) };
  return {
    sums: parts.reduce((sum, part) => sum.add(part)), // (2)
    read: ([sum = 0, own = 0]) => ({ targetEntropy: -sum / b, positiveMass: own / b }),
  };
}
