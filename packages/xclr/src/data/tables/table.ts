// A table of rows and named columns, whatever its file format.

import type { ImageRef, Problem } from '../types.js';

/** A cell: a text, a list of texts where the format has lists, or nothing. */
export type Cell = string | readonly string[] | undefined;

/** Cells are read when they are asked for, so that a table of a million rows costs little more than its file. */
export interface Table {
  readonly columns: readonly string[];
  /** About how many rows there will be. */
  readonly expectedRows: number;
  /** Reads the table once, from top to bottom; the cells of the row being visited are at hand. */
  forEachRow(visit: (row: number) => void): void;
  /** A cell of a row that was visited. */
  cell(row: number, column: number): Cell;
  /** True where a cell plainly holds a text of more than four characters, known without decoding it; false says nothing. */
  hasText?(row: number, column: number): boolean;
  /** The value of a cell that is neither a text nor a list of texts: a number, an object, a list of objects; else undefined. */
  value?(row: number, column: number): unknown;
  /** For messages: 'shop.csv:17'. */
  where(row: number): string;
  /** Present where images lie inside the table's own file: where the bytes of a row's image are. */
  image?(row: number): ImageRef | undefined;
  /** The path of a row's image, where it lies beside a column of images: Hugging Face's { bytes: null, path }. */
  imagePath?(row: number): string | undefined;
  /** Rows that could not be read, and what else is wrong; complete once every row was visited. */
  readonly problems: readonly Problem[];
  /** sha256 of what the table was read from. */
  readonly digest: string;
}
