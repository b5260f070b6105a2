// A batch of captions through a text tower, without computing paddings and repetitions.
import { cat, type nn, type Tensor, tensor } from '@xclr/torch';

/** Distinct captions as tokens. */
export interface TokenTable {
  /** (u, l) integers, padded behind each text's end marker. */
  readonly pieces: Tensor;
  /** Tokens of each text, markers included: (u). */
  readonly lengths: Int32Array;
}

/** On a CPU: texts of a group are computed to the length of its longest. */
const groups = 4;

/**
 * Rows of the table (b) → their vectors (b, output), as one pass over whole rows gives them but for rounding: the tower is causal, so
 * that what stands behind the end marker plays no part. On a CPU each distinct text is computed once, beside others of similar length;
 * a GPU takes one pass at the length of the longest, as there many small ones would cost more.
 */
export function encodeCaptions(tower: nn.Module, { pieces, lengths }: TokenTable, rows: Int32Array): Tensor {
  const { device } = pieces;
  const encode = (some: Int32Array): Tensor => {
    const longest = some.reduce((most, row) => Math.max(most, lengths[row]!), 0);
    const own = pieces.narrow(1, 0, longest).indexSelect(0, tensor(some, { device })); // (g, longest)
    return tower.call(own.to({ dtype: 'int64' })); // (g, output)
  };
  if (device !== 'cpu') return encode(rows);
  const distinct = Int32Array.from(new Set(rows)).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const size = Math.ceil(distinct.length / groups);
  const parts = Array.from({ length: Math.ceil(distinct.length / size) }, (_, i) =>
    encode(distinct.subarray(i * size, (i + 1) * size)),
  );
  const placeOf = new Map(Array.from(distinct, (row, place) => [row, place]));
  const places = rows.map((row) => placeOf.get(row)!);
  return cat(parts, { dim: 0 }).indexSelect(0, tensor(places)); // (b, output)
}
