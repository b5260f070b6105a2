// What turns captions into vectors whose cosine is their similarity.

/** What a program hears of captions being encoded. */
export interface EncodeOptions {
  /** Called with the number of captions done so far and the number in all. */
  onProgress?: (done: number, total: number) => void;
  /**
   * One text a caption, or nothing: what else is known about the sample (its keywords, its other captions).
   * Encoders that choose between a word's meanings look at it; it adds nothing to the vector. Encoders with
   * `usesContext: false` ignore it.
   */
  contexts?: readonly string[];
}

/** The vectors of captions. */
export interface EncodedCaptions {
  /** (n, dimensions) row-major; every row has length 1. */
  vectors: Float32Array;
  dimensions: number;
  /** What the user should know: captions cut short, words unknown. */
  notes: readonly string[];
  /** (n) what happened to each caption: a sum of `captionMarks`. Left out: nothing. */
  marks?: Uint8Array;
}

/** What a store of captions remembers of each, so that a data set's counts are right on reuse too. */
export const captionMarks = { cut: 1, unknown: 2 } as const;

/** Turns captions into vectors; `encode` returns one unit row for each caption. */
export interface TextEncoder {
  /** For people, e.g. `Xenova/all-MiniLM-L6-v2` or `wordnet`. */
  readonly name: string;
  /** Name, settings and checksum: two encoders with one identity give the same vectors. */
  readonly identity: string;
  /** Whether `contexts` changes the vectors. */
  readonly usesContext: boolean;
  /**
   * Whether a caption's vector depends on nothing but the caption (and its context), so that rows of separate calls
   * may be compared and a caption once encoded serves every data set. Left out: no.
   */
  readonly independent?: boolean;
  /**
   * Encodes captions, each a non-empty string in any script. Equal captions (with equal contexts) get equal
   * rows; rows of two separate calls may be compared only where the encoder is `independent`.
   */
  encode(captions: readonly string[], options?: EncodeOptions): Promise<EncodedCaptions>;
}
