// Whether the cells of a comparison were measured by one version of the metrics' definitions, and by which.
import { definitionsVersion } from '../evaluate/definitions-version.js';
import { UserError } from '../util/errors.js';
import type { Cell } from './cell.js';

/** The version that a cell was measured by; cells kept none before the second. */
function definitionsOf({ definitions = 1 }: Pick<Cell, 'definitions'>): number {
  return definitions;
}

/** @throws {UserError} for cells of a newer version, and for cells of different versions */
export function checkDefinitions(cells: readonly Pick<Cell, 'key' | 'definitions'>[]): void {
  const newer = cells.find((cell) => definitionsOf(cell) > definitionsVersion);
  if (newer !== undefined) {
    throw new UserError(
      `compare: the cell ${newer.key} was measured by version ${definitionsOf(newer)} of the metrics' definitions, and this xclr knows versions up to ${definitionsVersion}`,
      'Use the xclr that made it, or another --out folder.',
    );
  }
  const [first] = cells;
  const other = cells.find((cell) => definitionsOf(cell) !== definitionsOf(first!));
  if (first === undefined || other === undefined) return;
  throw new UserError(
    `compare: ${first.key} was measured by version ${definitionsOf(first)} of the metrics' definitions and ${other.key} by version ${definitionsOf(other)}: their numbers cannot be compared`,
    'Delete the cells of the older version, which are then made again, or use another --out folder.',
  );
}

/** @throws {UserError} where cells would be added to those of an older version */
export function checkMayAdd(cells: readonly Pick<Cell, 'key' | 'definitions'>[], toDo: number): void {
  const older = cells.filter((cell) => definitionsOf(cell) < definitionsVersion);
  if (older.length === 0 || toDo === 0) return;
  throw new UserError(
    `compare: ${older.length} cells were measured by version ${definitionsOf(older[0]!)} of the metrics' definitions, and the ${toDo} that are left would be by version ${definitionsVersion}`,
    'Delete the older cells, which are then made again, or use another --out folder.',
  );
}

/** What a page says of numbers by an older version; null where there is nothing to say. */
export function olderDefinitionsNotice(cells: readonly Pick<Cell, 'definitions'>[]): string | null {
  const older = cells.find((cell) => definitionsOf(cell) < definitionsVersion);
  if (older === undefined) return null;
  return `These numbers were measured by version ${definitionsOf(older)} of the metrics' definitions; xclr now measures by version ${definitionsVersion}. They can be compared with each other, not with newer ones.`;
}
