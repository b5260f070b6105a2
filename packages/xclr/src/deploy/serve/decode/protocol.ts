// What a server and its decoding processes say to each other.
import type { ImageRef } from '../../../data/types.js';
import type { Preparation } from '../../encoder/preparation.js';
import type { PreparedImage } from '../../encoder/prepared-image.js';

/** Said once, first. */
export interface DecoderStart {
  readonly preparation: Preparation | null;
  readonly limitPixels: number;
}

/** One image to prepare, or to make small. */
export type DecodeJob =
  | { readonly kind: 'prepare'; readonly bytes: Uint8Array }
  | { readonly kind: 'thumbnail'; readonly image: ImageRef };

/** What became of it. */
export type DecodeAnswer =
  | { readonly kind: 'prepared'; readonly image: PreparedImage }
  | { readonly kind: 'thumbnail'; readonly webp: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string };
