// Which of its captions stands for a sample in an epoch, where it has several.
import { purpose, Random } from '../util/random.js';

/** Rows that a sample may have: those of sample i are rows[starts[i]] … rows[starts[i + 1] − 1], at least one. */
export interface RowChoices {
  /** (number of samples + 1) ascending. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Packs lists of rows, one list a sample. */
export function rowChoices(lists: readonly (readonly number[])[]): RowChoices {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    starts[i + 1] = starts[i]! + list.length;
  });
  return { starts, rows: Int32Array.from(lists.flat()) };
}

/** The row of a sample in an epoch: each caption is equally likely, and the draw follows from (seed, epoch, sample) alone. */
export function drawRow({ starts, rows }: RowChoices, sample: number, epoch: number, seed: number): number {
  const [from, to] = [starts[sample]!, starts[sample + 1]!];
  if (to - from === 1) return rows[from]!;
  return rows[from + new Random(seed, epoch, sample, purpose.caption).below(to - from)]!;
}
