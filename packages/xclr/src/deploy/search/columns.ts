// The columns of an index's items, and what kind each is.
import type { Item } from '../embed/index.js';

/** What a column's values are, as far as all that are present agree. */
export type ColumnKind = 'text' | 'number';

/** Names of the columns that items have, with their kinds. */
export type Columns = Readonly<Record<string, ColumnKind>>;

/** Kinds of the items' columns, given those known before: a column is 'number' while every value that is present is one. */
export function columnsOf(items: readonly Item[], before: Columns = {}): Columns {
  const kinds: Record<string, ColumnKind> = { ...before };
  for (const { columns } of items) {
    for (const [name, value] of Object.entries(columns)) {
      if (value === '' || kinds[name] === 'text') continue;
      kinds[name] = Number.isFinite(Number(value)) && value.trim() !== '' ? 'number' : 'text';
    }
  }
  return kinds;
}
