// What the server asks of whatever decodes, and a decoder for encoders whose preparation is a function of this process.
import type { ImageRef } from '../../../data/index.js';
import type { ImageEncoder, PreparedImage } from '../../encoder/index.js';
import { abortable } from '../abortable.js';
import { DecodeProcesses } from './pool.js';
import { safeBytes } from './work.js';

/** Prepares uploads and makes thumbnails. */
export interface Decoder extends AsyncDisposable {
  /** @throws an Error with the reason where the bytes cannot be decoded within the limits */
  prepare(bytes: Uint8Array, signal: AbortSignal): Promise<PreparedImage>;
  /** A WebP file; null where the image cannot be read. */
  thumbnail(image: ImageRef, signal: AbortSignal): Promise<Uint8Array | null>;
}

export interface DecoderOptions {
  readonly limitPixels: number;
  readonly timeoutSeconds: number;
  readonly processes: number;
  readonly onEnded: (reason: string) => void;
}

/**
 * Processes that can be ended. An encoder of another program's making, whose preparation is not known as data, prepares
 * its images itself: what it does not finish in time is answered, but goes on.
 */
export function openDecoder(encoder: ImageEncoder, options: DecoderOptions): Decoder {
  const { limitPixels, timeoutSeconds } = options;
  const processes = new DecodeProcesses({ ...options, preparation: encoder.preparation ?? null });
  processes.start();
  if (encoder.preparation !== undefined) return processes;
  return {
    prepare: (bytes, signal) =>
      abortable(signal, (resolve, reject) => {
        const late = () => reject(new Error(`decoding took more than ${timeoutSeconds} s`));
        const timer = setTimeout(late, 1000 * timeoutSeconds);
        encoder
          .prepare(safeBytes(bytes), { limitPixels })
          .then(resolve, reject)
          .finally(() => clearTimeout(timer));
        return () => clearTimeout(timer);
      }),
    thumbnail: (image, signal) => processes.thumbnail(image, signal),
    [Symbol.asyncDispose]: () => processes[Symbol.asyncDispose](),
  };
}
