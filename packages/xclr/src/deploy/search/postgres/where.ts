// Conditions as SQL, every value a parameter.
import type { Condition } from '../conditions.js';

/** Collects parameters and gives their places. */
export class Parameters {
  readonly values: unknown[] = [];

  /** $1, $2, … */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** 'TRUE' where there are none. A comparison holds for numbers only; the regular expression keeps others from the cast. */
export function whereOf(conditions: readonly Condition[], parameters: Parameters): string {
  const parts = conditions.map(({ column, operator, values }) => {
    const value = column === 'id' ? 'id' : `(columns ->> ${parameters.add(column)}::text)`;
    if (operator === '=') return `${value} = ANY(${parameters.add(values)}::text[])`;
    if (operator === '!=') return `(${value} <> '' AND ${value} <> ALL(${parameters.add(values)}::text[]))`;
    const limit = `${parameters.add(Number(values[0]))}::double precision`;
    return `CASE WHEN ${value} ~ '^\\s*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?\\s*$' THEN ${value}::double precision ${operator} ${limit} ELSE FALSE END`;
  });
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
}
