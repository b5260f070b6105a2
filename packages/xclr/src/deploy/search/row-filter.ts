// Conditions on the rows of a segment, column by column: a filter that few items pass must look at all of them.
import type { Item } from '../embed/index.js';
import { numberIn } from './columns.js';
import type { Condition } from './conditions.js';

type Test = (position: number) => boolean;

export class RowFilter {
  readonly #items: readonly Item[];
  /** Values of columns that were asked for; '' where an item has none. */
  readonly #texts = new Map<string, readonly string[]>();
  readonly #numbers = new Map<string, Float64Array>();

  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  /** Says of a row's position whether its item passes all conditions, as `passes` does. */
  test(conditions: readonly Condition[]): Test {
    const tests = conditions.map((condition) => this.#testOf(condition));
    return (position) => {
      for (const test of tests) if (!test(position)) return false;
      return true;
    };
  }

  #testOf({ column, operator, values }: Condition): Test {
    if (operator === '=' || operator === '!=') {
      const texts = this.#textsOf(column);
      const named = new Set(values);
      const wanted = operator === '=';
      return (position) => {
        const text = texts[position]!;
        return text !== '' && named.has(text) === wanted;
      };
    }
    const numbers = this.#numbersOf(column); // NaN compares as false with everything
    const limit = Number(values[0]);
    if (operator === '<') return (position) => numbers[position]! < limit;
    if (operator === '<=') return (position) => numbers[position]! <= limit;
    if (operator === '>') return (position) => numbers[position]! > limit;
    return (position) => numbers[position]! >= limit;
  }

  #textsOf(column: string): readonly string[] {
    let texts = this.#texts.get(column);
    if (texts === undefined) {
      texts = this.#items.map(({ id, columns }) => {
        if (column === 'id') return id;
        return Object.hasOwn(columns, column) ? columns[column]! : '';
      });
      this.#texts.set(column, texts);
    }
    return texts;
  }

  #numbersOf(column: string): Float64Array {
    let numbers = this.#numbers.get(column);
    if (numbers === undefined) {
      numbers = Float64Array.from(this.#textsOf(column), numberIn);
      this.#numbers.set(column, numbers);
    }
    return numbers;
  }
}
