// Vectors of single tokens or words, and how a text becomes tokens.

export interface StaticTable {
  readonly dimensions: number;
  /** (rows, dimensions) row-major, of any length */
  readonly vectors: Float32Array;
  /** What each token counts for; left out: 1. (tokens) */
  readonly weights?: Float32Array;
  /** The row of each token; left out: its own number. (tokens) */
  readonly mapping?: Int32Array;
  /** Tokens of a text beyond these are left out. */
  readonly maxTokens: number;
  /** What the checksum covers. */
  readonly files: readonly string[];
  /** Known tokens of a text, piece by piece. */
  tokensOf(text: string): readonly Int32Array[];
}
