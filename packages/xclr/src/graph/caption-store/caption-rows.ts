// What stands for the captions of a data set: unit rows, and which of them each sample has.
import type { RowChoices } from '../drawn-rows.js';
import type { MappedRows } from './mapped-rows.js';

/** Unit rows of u distinct captions, and which row each sample has. */
export interface CaptionRows {
  /** (u, dimensions) row-major, unit rows. Where `mapped` is present they are read from the disk when first asked for. */
  readonly vectors: Float32Array;
  /** The same rows by memory map: for millions of captions. */
  readonly mapped?: MappedRows;
  readonly dimensions: number;
  /** (number of samples): the row of a sample's caption; of its first, where each of several has a row of its own. */
  readonly rowOf: Int32Array;
  /** Present where some sample has several captions, each with a row of its own. */
  readonly choices?: RowChoices;
  /** (u) the captions as people read them, weights shown. */
  readonly captions: readonly string[];
  /** What the encoder wants the user to know. */
  readonly notes: readonly string[];
  /** The store's file or folder, and how many captions it lacked and this call encoded. */
  readonly path: string;
  readonly encoded: number;
}
