// What turns captions into vectors whose cosine is their similarity.

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

export interface EncodedCaptions {
  /** (n, dimensions) row-major; every row has length 1. */
  vectors: Float32Array;
  dimensions: number;
  /** What the user should know: captions cut short, words unknown. */
  notes: readonly string[];
}

export interface TextEncoder {
  /** For people, e.g. `Xenova/all-MiniLM-L6-v2` or `wordnet`. */
  readonly name: string;
  /** Name, settings and checksum: two encoders with one identity give the same vectors. */
  readonly identity: string;
  /** Whether `contexts` changes the vectors. */
  readonly usesContext: boolean;
  /**
   * Encodes captions, each a non-empty string in any script. Equal captions (with equal contexts) get equal
   * rows; rows of two separate calls may be compared only where the encoder says so.
   */
  encode(captions: readonly string[], options?: EncodeOptions): Promise<EncodedCaptions>;
}
