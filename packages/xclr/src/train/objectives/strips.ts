// Whether a batch's loss is computed from its whole matrix or by strips of rows.
import { stripRows } from '../../losses/index.js';
import type { TrainConfig } from '../config.js';

/**
 * Columns from which strips pay: a matrix of 2,048 × 2,048 in float32 is 16 MiB, of which the loss at once holds about ten; from there
 * on strips took less time as well (bench/large-loss.mjs).
 * @internal
 */
export const stripsFrom = 2048;

/**
 * Rows of a strip, or null where the matrix is made whole.
 * @param columns views (or captions) that each row is compared with
 * @param part whether this process has only some of the rows: it then never makes the others
 */
export function tileOf(
  { strips }: Pick<TrainConfig['loss'], 'strips'>,
  { columns, part }: { readonly columns: number; readonly part: boolean },
): number | null {
  if (strips === 'on' || (strips === 'auto' && columns >= stripsFrom)) return stripRows(columns);
  return part ? columns : null;
}
