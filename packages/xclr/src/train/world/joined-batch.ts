// The batches of all ranks as one: which sample lies where, and rows gathered in that order.
import { cat, type distributed, noGrad, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import { maxOf } from '../../util/arrays.js';
import type { RowRange } from '../../util/row-range.js';
import type { JoinedBatch } from './world.js';

/**
 * Gathers which samples each rank has. Their number may differ: the message has a fixed size, as Gloo ends a process where sizes
 * do not match, and rows are padded to the longest.
 * @param most samples that any rank may have, the same number on all ranks
 */
export function joinBatch(group: distributed.Group, ids: Int32Array, most: number): JoinedBatch {
  if (ids.length > most)
    throw new RangeError(`joinBatch: expected at most ${most} samples on a rank, got ${ids.length}`);
  const message = new Int32Array(1 + most);
  message[0] = ids.length;
  message.set(ids, 1);
  const all = scoped(() =>
    noGrad(() => group.allGather(tensor(message, { shape: [1, 1 + most] })).toArray()),
  ) as Int32Array; // (ranks · (1 + most))
  const partOf = (rank: number) => all.subarray(rank * (1 + most), (rank + 1) * (1 + most));
  const counts = Array.from({ length: group.size }, (_, rank) => partOf(rank)[0]!);
  const joined = counts.flatMap((count, rank) => Array.from(partOf(rank).subarray(1, 1 + count)));
  return {
    ids: Int32Array.from(joined),
    rows: (own) => gatherRows(group, own, counts),
    ownRows: (views) => ownRanges(counts, group.rank, views),
  };
}

/** Where a rank's rows lie among those of all, view by view. */
function ownRanges(counts: readonly number[], rank: number, views: number): RowRange[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const before = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
  return Array.from({ length: views }, (_, view) => {
    const start = view * all + before;
    return { start, end: start + counts[rank]! };
  });
}

/** (v·b, d) of each rank, view-major → (v·B, d), view-major over all samples. */
function gatherRows(group: distributed.Group, own: Tensor, counts: readonly number[]): Tensor {
  const mine = counts[group.rank]!;
  const views = own.size(0) / mine;
  if (!Number.isInteger(views))
    throw new Error(`joinBatch: expected rows for each of ${mine} samples, got (${own.shape.join(', ')})`);
  const longest = views * maxOf(counts);
  const missing = longest - own.size(0);
  const { dtype, device } = own;
  const padded =
    missing === 0 ? own : cat([own, zeros([missing, ...own.shape.slice(1)], { dtype, device })], { dim: 0 });
  // Gloo knows no bfloat16, and losses compute in float32 anyway.
  const half = dtype === 'bfloat16' || dtype === 'float16';
  const all = group.allGather(half ? padded.to({ dtype: 'float32' }) : padded); // (ranks · v·b, d), rank-major
  const places: number[] = [];
  for (let view = 0; view < views; view++) {
    for (const [rank, count] of counts.entries()) {
      for (let i = 0; i < count; i++) places.push(rank * longest + view * count + i);
    }
  }
  return all.indexSelect(0, tensor(Int32Array.from(places), { device })); // (v·B, d)
}
