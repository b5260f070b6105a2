// The first rows of a table, looked at before it is read: which of its columns are what, and where its images lie.
import type { Cell, Table } from './table.js';

/** Some rows from the top of a table. */
export interface Head {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** So many rows tell how a table is meant. */
const rowsOfHead = 50;

/** @param table one of which nothing else is asked: its rows are visited */
export function headOf(table: Table): Head {
  const rows: Cell[][] = [];
  table.forEachRow((row) => {
    if (rows.length < rowsOfHead) rows.push(table.columns.map((_, column) => table.cell(row, column)));
  });
  return { columns: table.columns, rows };
}

/** A column's texts in the head, without empty ones. */
export function textsOfColumn({ columns, rows }: Head, name: string): string[] {
  const place = columns.indexOf(name);
  return rows
    .map((row) => row[place])
    .flatMap((cell) => (typeof cell === 'string' && cell.trim() !== '' ? [cell.trim()] : []));
}
