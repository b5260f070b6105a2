// The columns of an index's items, and what kind each is.
import type { Item } from '../embed/index.js';

/** What a column's values are: all that are present are numbers, some are, or none is. */
export type ColumnKind = 'text' | 'number' | 'mixed';

/** Names of the columns that items have, with their kinds. */
export type Columns = Readonly<Record<string, ColumnKind>>;

/** The number that a value is written as; NaN for everything else, blanks too. */
export function numberIn(value: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : Number.NaN;
}

/** Kinds of the items' columns, given those known before. Blank values say nothing. */
export function columnsOf(items: readonly Item[], before: Columns = {}): Columns {
  const kinds = new Map<string, ColumnKind>(Object.entries(before));
  for (const { columns } of items) {
    for (const [name, value] of Object.entries(columns)) {
      if (value.trim() === '') continue;
      const kind: ColumnKind = Number.isNaN(numberIn(value)) ? 'text' : 'number';
      const known = kinds.get(name) ?? kind;
      kinds.set(name, known === kind ? kind : 'mixed');
    }
  }
  return Object.fromEntries(kinds);
}
