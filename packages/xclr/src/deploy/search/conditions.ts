// Filters on items' columns: "color=red|blue, price<20".
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import type { Item } from '../embed/index.js';
import type { ColumnKind, Columns } from './columns.js';

/** How a condition compares a column with its value. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** `=`: one of the values; `!=`: none of them, and the column is there; the others compare numbers. */
export interface Condition {
  readonly column: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** Columns that every item has, besides its own. */
const always: Columns = { id: 'text' };

/**
 * Reads conditions, each of which must hold, separated by commas; a backslash before a comma or bar keeps it.
 * @throws {UserError} for an unknown column or one that cannot be compared
 */
export function parseConditions(text: string, columns: Columns): Condition[] {
  return split(text, ',').map((part) => {
    const match = /^\s*(.+?)\s*(!=|<=|>=|=|<|>)(.*)$/s.exec(part);
    if (match === null) {
      throw new UserError(
        `filter: expected column=value, column!=value, column<number …, got '${part.trim()}'`,
        "For example: --filter 'color=red|blue, price<20'",
      );
    }
    const [, column = '', operator = '', values = ''] = match;
    return checked(
      {
        column,
        operator: operator as Operator,
        values: split(values, '|').map((value) => value.trim().replace(/\\([,|])/g, '$1')),
      },
      columns,
    );
  });
}

/** @throws {UserError} for a column that no item has, or a comparison with something that is no number */
function checked(condition: Condition, columns: Columns): Condition {
  const { column, operator, values } = condition;
  const known = { ...always, ...columns };
  const kind: ColumnKind | undefined = Object.hasOwn(known, column) ? known[column] : undefined;
  if (kind === undefined) {
    const near = nearestName(column, Object.keys(known));
    throw new UserError(
      `filter: no item has a column '${column}'; there are: ${Object.keys(known).join(', ')}`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  }
  if (operator !== '=' && operator !== '!=') {
    const [value = ''] = values;
    if (values.length !== 1 || value === '' || !Number.isFinite(Number(value))) {
      throw new UserError(`filter: ${column}${operator} needs one number, got '${values.join('|')}'`);
    }
    if (kind !== 'number') {
      throw new UserError(
        `filter: column '${column}' holds text, which ${operator} cannot compare`,
        'Use = or !=, or clean the column so that it holds numbers only.',
      );
    }
  }
  return condition;
}

function split(text: string, separator: ',' | '|'): string[] {
  return text.split(separator === ',' ? /(?<!\\),/ : /(?<!\\)\|/);
}

/** Whether an item passes all of them. */
export function passes(item: Item, conditions: readonly Condition[]): boolean {
  return conditions.every(({ column, operator, values }) => {
    const value = column === 'id' ? item.id : item.columns[column];
    if (value === undefined || value === '') return false;
    if (operator === '=') return values.includes(value);
    if (operator === '!=') return !values.includes(value);
    const [number, limit] = [Number(value), Number(values[0])];
    if (operator === '<') return number < limit;
    if (operator === '<=') return number <= limit;
    return operator === '>' ? number > limit : number >= limit;
  });
}
