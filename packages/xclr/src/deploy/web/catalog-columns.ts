// The columns that customers filter a catalog by: those with few values, and numbers.
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import type { Item } from '../embed/index.js';
import { type Columns, numberIn } from '../search/columns.js';

/** A column as the page has it. */
export type CatalogColumn =
  | { readonly name: string; readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly name: string; readonly kind: 'number' };

/** The columns that are shown, and what they say of the items. */
export interface ShownColumns {
  readonly columns: readonly CatalogColumn[];
  /** For each column, the items' values: a number, or a place among the column's values; null where an item has none. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Values of an item that are texts. */
  readonly textsOf: (row: number) => string[];
}

/** More values than this are no list to choose from; one that customers have to scroll is not asked for by default. */
const most = { asked: 500, unasked: 60 };

/**
 * @param wanted names, in the order of the page; by default every column but `split`, which says nothing to customers
 * @throws {UserError} for a name that no item has, and for a column of too many texts
 */
export function catalogColumns(
  items: readonly Item[],
  kinds: Columns,
  wanted?: readonly string[],
): ShownColumns {
  for (const name of wanted ?? []) {
    if (Object.hasOwn(kinds, name)) continue;
    const near = nearestName(name, Object.keys(kinds));
    throw new UserError(
      `catalog: no item has a column '${name}'; there are: ${Object.keys(kinds).join(', ') || '(none)'}`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  }
  const textOf = ({ columns }: Item, name: string) =>
    Object.hasOwn(columns, name) ? columns[name]!.trim() : '';
  const columns: CatalogColumn[] = [];
  const values: (number | null)[][] = [];
  for (const name of wanted ?? Object.keys(kinds).filter((one) => one !== 'split')) {
    if (kinds[name] === 'number') {
      const numbers = items.map((item) => numberIn(textOf(item, name)));
      columns.push({ name, kind: 'number' });
      values.push(numbers.map((value) => (Number.isNaN(value) ? null : value)));
      continue;
    }
    const texts = items.map((item) => textOf(item, name));
    const distinct = [...new Set(texts)]
      .filter((text) => text !== '')
      .sort((a, b) => a.localeCompare(b, 'en'));
    if (wanted !== undefined && distinct.length > most.asked) {
      throw new UserError(
        `catalog: column '${name}' has ${distinct.length} different values; customers choose from at most ${most.asked}`,
        'Leave it out of --columns.',
      );
    }
    if (wanted === undefined && (distinct.length < 2 || distinct.length > most.unasked)) continue;
    const places = new Map(distinct.map((text, place) => [text, place]));
    columns.push({ name, kind: 'choice', values: distinct });
    values.push(texts.map((text) => places.get(text) ?? null));
  }
  return {
    columns,
    values,
    textsOf: (row) =>
      columns.flatMap((column, place) => {
        const value = values[place]![row] ?? null;
        return column.kind === 'choice' && value !== null ? [column.values[value]!] : [];
      }),
  };
}
