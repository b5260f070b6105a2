// Filters on items' columns: "color=red|blue, price<20".
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import { shorten } from '../../util/shorten.js';
import type { Item } from '../embed/index.js';
import { type ColumnKind, type Columns, numberIn } from './columns.js';

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

/** Conditions of one filter, and values of all of them: each is tried on every item. */
const most = { conditions: 50, values: 500 };

/**
 * Reads conditions, each of which must hold, separated by commas; a backslash before a comma or bar keeps it.
 * @throws {UserError} for an unknown column or one that cannot be compared
 */
export function parseConditions(text: string, columns: Columns): Condition[] {
  const conditions = split(text, ',').map((part) => {
    const found = comparisonIn(part.trim());
    if (found === undefined) {
      throw new UserError(
        `filter: expected column=value, column!=value, column<number …, got '${shorten(part.trim(), 100)}'`,
        "For example: --filter 'color=red|blue, price<20'",
      );
    }
    const values = split(found.rest, '|').map((value) => value.trim().replace(/\\([,|])/g, '$1'));
    return checked({ column: found.column, operator: found.operator, values }, columns);
  });
  const values = conditions.reduce((sum, one) => sum + one.values.length, 0);
  if (conditions.length > most.conditions || values > most.values) {
    throw new UserError(
      `filter: expected at most ${most.conditions} conditions with ${most.values} values in all, got ${conditions.length} with ${values}`,
      'Filter for less at once.',
    );
  }
  return conditions;
}

/** A name, the first operator after it, and the rest; one look at each character. */
function comparisonIn(part: string): { column: string; operator: Operator; rest: string } | undefined {
  for (let at = 1; at < part.length; at++) {
    const two = part.slice(at, at + 2);
    const one = part[at]!;
    const operator = ['!=', '<=', '>='].includes(two) ? two : ['=', '<', '>'].includes(one) ? one : undefined;
    if (operator === undefined) continue;
    const column = part.slice(0, at).trimEnd();
    return { column, operator: operator as Operator, rest: part.slice(at + operator.length) };
  }
  return undefined;
}

/** @throws {UserError} for a column that no item has, or a comparison with something that is no number */
function checked(condition: Condition, columns: Columns): Condition {
  const { column, operator, values } = condition;
  const known = { ...always, ...columns };
  const kind: ColumnKind | undefined = Object.hasOwn(known, column) ? known[column] : undefined;
  if (kind === undefined) {
    const near = nearestName(column, Object.keys(known));
    throw new UserError(
      `filter: no item has a column '${shorten(column, 100)}'; there are: ${Object.keys(known).join(', ')}`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  }
  if (operator !== '=' && operator !== '!=') {
    const [value = ''] = values;
    if (values.length !== 1 || Number.isNaN(numberIn(value))) {
      throw new UserError(
        `filter: ${column}${operator} needs one number, got '${shorten(values.join('|'), 100)}'`,
      );
    }
    if (kind === 'text') {
      throw new UserError(
        `filter: no value of column '${column}' is a number, so ${operator} cannot compare it`,
        'Use = or !=.',
      );
    }
  }
  return condition;
}

function split(text: string, separator: ',' | '|'): string[] {
  return text.split(separator === ',' ? /(?<!\\),/ : /(?<!\\)\|/);
}

/** Whether an item passes all of them; RowFilter, which is faster, is tested against it. @internal */
export function passes(item: Item, conditions: readonly Condition[]): boolean {
  return conditions.every(({ column, operator, values }) => {
    if (column !== 'id' && !Object.hasOwn(item.columns, column)) return false;
    const value =
      column === 'id' ? item.id : Object.hasOwn(item.columns, column) ? item.columns[column]! : '';
    if (value === '') return false;
    if (operator === '=') return values.includes(value);
    if (operator === '!=') return !values.includes(value);
    const [number, limit] = [numberIn(value), Number(values[0])];
    if (operator === '<') return number < limit;
    if (operator === '<=') return number <= limit;
    return operator === '>' ? number > limit : number >= limit;
  });
}
