// Some whole rows of a batch's matrix: a strip of it.

/** Rows `start` to `end` (exclusive) of a batch's matrix. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Cuts rows where a multiple of `period` lies within them, so that each part is of one view. */
export function cutAt(period: number, { start, end }: RowRange): RowRange[] {
  const parts: RowRange[] = [];
  for (let from = start; from < end; ) {
    const to = Math.min(end, (Math.floor(from / period) + 1) * period);
    parts.push({ start: from, end: to });
    from = to;
  }
  return parts;
}
