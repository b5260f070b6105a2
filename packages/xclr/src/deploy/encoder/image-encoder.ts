// What turns images into vectors, whatever runs it: a run's checkpoint on LibTorch, or an ONNX file.
import type { ValueRange } from '../../data/decode/image-bytes.js';
import { encodedImage, type ImageBytes, type ImageRef, readImage } from '../../data/index.js';
import type { Preparation } from './preparation.js';
import type { PreparedImage } from './prepared-image.js';

export type { PreparedImage } from './prepared-image.js';

/** Names an encoder in everything that is made with it. Vectors of two fingerprints are never compared. */
export interface EncoderIdentity {
  /** For people: the path that it was opened from. */
  readonly name: string;
  /** sha256 of weights and preprocessing, in hexadecimal. */
  readonly fingerprint: string;
  readonly dimensions: number;
}

/** Only what names the encoder, for a file. */
export function identityOf({ name, fingerprint, dimensions }: EncoderIdentity): {
  name: string;
  fingerprint: string;
  dimensions: number;
} {
  return { name, fingerprint, dimensions };
}

/** Where an image's bytes lie, or the bytes of an image file. */
export type ImageInput = ImageRef | Uint8Array;

/** An image encoder for use: a run or an ONNX file behind one interface. */
export interface ImageEncoder extends EncoderIdentity, AsyncDisposable {
  /** What `prepare` does, as data. A server then prepares uploads in other processes, which it can end. */
  readonly preparation?: Preparation | undefined;
  /** The values that are black and white in images of more than 8 bits, where the encoder was trained so (`--image-range`). */
  readonly imageRange?: ValueRange | undefined;
  /** What must be said wherever its vectors go (`--notice`). */
  readonly notice?: string | undefined;
  /**
   * Reads, decodes and resizes one image, off this thread. Rejects with the reason where it is none, is damaged, or
   * has more pixels than `limitPixels`.
   */
  prepare(image: ImageInput, options?: PrepareOptions): Promise<PreparedImage>;
  /** (n, dimensions) row-major unit rows. One call at a time runs fastest: batches belong together. */
  embed(images: readonly PreparedImage[]): Promise<Float32Array>;
}

export interface PrepareOptions {
  /** The most pixels an image may have; 268 megapixels by default. */
  readonly limitPixels?: number | undefined;
}

/** The bytes behind either kind of input. `range` is that of the encoder's training, for images that come with none. */
export function bytesOfInput(image: ImageInput, limitPixels?: number, range?: ValueRange): ImageBytes {
  if (image instanceof Uint8Array) return encodedImage(image, limitPixels, range);
  return readImage(image.range === undefined && range !== undefined ? { ...image, range } : image);
}

/** What an encoder is called in messages: "runs/a (fingerprint 3f2a…)". */
export function describeEncoder({
  name,
  fingerprint,
}: Pick<EncoderIdentity, 'name' | 'fingerprint'>): string {
  return `${name} (fingerprint ${fingerprint.slice(0, 12)})`;
}
