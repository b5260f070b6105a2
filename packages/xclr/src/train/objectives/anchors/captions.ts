// One anchor for each distinct caption of the training part, as similar to each other as the captions' vectors are.
import { type Device, keep, scoped, type Tensor, tensor } from '@xclr/torch';
import { drawRow, type RowsOfSamples } from '../../../graph/index.js';
import { prototypeTargets } from '../../../losses/index.js';
import type { AnchorSet, DrawnAnchors } from './anchor-set.js';
import { sparseRows } from './one-hot.js';

export interface CaptionAnchorOptions {
  readonly device: Device;
  /** Decides which of several captions stands for a sample in an epoch: as in the graph. */
  readonly seed: number;
  /** τ_a; 0 for the own caption alone. */
  readonly temperature: number;
  /** Whether negative similarities count as 0. */
  readonly clip: boolean;
}

/** Rows that occur among the captions of some samples, ascending. */
export function rowsOfSamples({ rowOf, choices }: RowsOfSamples, samples: Int32Array): Int32Array {
  const found = new Set<number>();
  for (const sample of samples) {
    if (choices === undefined) found.add(rowOf[sample]!);
    else
      for (let i = choices.starts[sample]!; i < choices.starts[sample + 1]!; i++) found.add(choices.rows[i]!);
  }
  return Int32Array.from(found).sort();
}

export function captionAnchors(
  rows: RowsOfSamples,
  training: Int32Array,
  { device, seed, temperature, clip }: CaptionAnchorOptions,
): AnchorSet & { readonly vectors: Tensor } {
  const { vectors: all, dimensions: e, rowOf, choices } = rows;
  const anchorRows = rowsOfSamples(rows, training);
  const count = anchorRows.length;
  const anchorOfRow = new Map(Array.from(anchorRows, (row, anchor) => [row, anchor]));
  const values = new Float32Array(count * e);
  anchorRows.forEach((row, anchor) => {
    values.set(all.subarray(row * e, (row + 1) * e), anchor * e);
  });
  const vectors = keep(tensor(values, { shape: [count, e], device })); // (k, e)

  /** The anchor of a row; for a caption that only validation has, the most similar one, which waits for the device once. */
  const anchorOf = (row: number): number => {
    const known = anchorOfRow.get(row);
    if (known !== undefined) return known;
    const nearest = scoped(() => {
      const own = tensor(all.slice(row * e, (row + 1) * e), { shape: [1, e], device }); // (1, e)
      return own.matmul(vectors.t()).argmax({ dim: 1 }).item();
    });
    anchorOfRow.set(row, nearest);
    return nearest;
  };
  return {
    count,
    description: `${count.toLocaleString('en')} captions`,
    notes: [],
    vectors,
    ownOf: (ids, epoch) =>
      Array.from(ids, (id) => [
        anchorOf(choices === undefined ? rowOf[id]! : drawRow(choices, id, epoch, seed)),
      ]),
    targets(own, drawn) {
      const anchors = Int32Array.from(own, ([first]) => first!);
      if (temperature === 0) {
        const columns = Array.from(anchors, (anchor) => [
          drawn === null ? anchor : drawn.columnOf.get(anchor)!,
        ]);
        return sparseRows(columns, drawn?.anchors.length ?? count, device);
      }
      return scoped(() => {
        const mine = vectors.indexSelect(0, tensor(anchors, { device })); // (b, e)
        const others = drawn === null ? vectors : vectors.indexSelect(0, tensor(drawn.anchors, { device })); // (m, e)
        return gradedTargets(mine.matmul(others.t()), { temperature, clip, drawn, device });
      });
    },
    [Symbol.dispose]: () => vectors.dispose(),
  };
}

/** (b, m) similarities → targets; an anchor that was drawn stands for those that were not. */
export function gradedTargets(
  similarities: Tensor,
  {
    temperature,
    clip,
    drawn,
    device,
  }: Pick<CaptionAnchorOptions, 'temperature' | 'clip' | 'device'> & { readonly drawn: DrawnAnchors | null },
): Tensor {
  const clipped = clip ? similarities.clampMin(0) : similarities;
  if (drawn === null) return prototypeTargets(clipped, temperature);
  // softmax(s / τ_a − ln expected), as in the loss.
  const correction = tensor(drawn.logExpected, { device }).mul(temperature); // (m)
  return prototypeTargets(clipped.sub(correction), temperature); // (b, m)
}
