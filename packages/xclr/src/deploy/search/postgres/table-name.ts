// Names of tables: the only thing that goes into SQL as text, so they are kept plain.
import { UserError } from '../../../util/errors.js';

/** The tables of one index: items, and what is known of the index as a whole. */
export interface Tables {
  readonly items: string;
  readonly facts: string;
  readonly graph: string;
}

/** @throws {UserError} for anything but lower-case letters, digits and underscores */
export function tablesOf(name: string): Tables {
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(name)) {
    throw new UserError(
      `postgres: expected a table's name of lower-case letters, digits and _, at most 48, got '${name}'`,
      'For example: products',
    );
  }
  return { items: `"${name}"`, facts: `"${name}_facts"`, graph: `"${name}_hnsw"` };
}
