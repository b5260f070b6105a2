// What a server can be told, and what holds otherwise.
import { availableParallelism } from 'node:os';

/** Access and limits of the server. */
export interface ServeOptions {
  /** Asked for as `Authorization: Bearer …`; none: everybody may ask. */
  readonly token?: string | undefined;
  /** Origins whose pages may ask, such as https://shop.example; '*' for all. */
  readonly cors?: readonly string[] | undefined;
  /** Names under which the server is reached, besides localhost, this machine's name and plain addresses. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Bytes of an image. */
  readonly maxBodyBytes?: number | undefined;
  /** Bytes of a JSON body. */
  readonly maxJsonBytes?: number | undefined;
  readonly maxPixels?: number | undefined;
  /** Requests worked on together. */
  readonly concurrency?: number | undefined;
  /** Requests that may wait beyond those; more get 429. */
  readonly queue?: number | undefined;
  /** Until a body must have arrived (else 408), and from then until a request is given up (503). */
  readonly timeoutSeconds?: number | undefined;
  /** Bytes a second that a sender must bring, over any five seconds; a slower one gets 408. */
  readonly leastRate?: number | undefined;
  /** Processes that decode images, one at a time each. */
  readonly decoders?: number | undefined;
  /** Until the decoding of one image is ended. */
  readonly decodeSeconds?: number | undefined;
  /** Open connections; further ones are closed at once. */
  readonly connections?: number | undefined;
  /** Images that go through the encoder together. */
  readonly maxBatch?: number | undefined;
  /** Until a stopping server cuts what is still open. */
  readonly graceSeconds?: number | undefined;
}

export const defaults = {
  maxBodyBytes: 20 * 2 ** 20,
  maxJsonBytes: 64 * 2 ** 10,
  maxPixels: 50e6,
  concurrency: 64,
  queue: 256,
  timeoutSeconds: 30,
  leastRate: 1024,
  decoders: Math.min(8, availableParallelism()),
  decodeSeconds: 10,
  connections: 2000,
  maxBatch: 32,
  graceSeconds: 30,
} as const;

/** All settings: those that were given, and the defaults of the others. */
export function settled(options: ServeOptions): ServeOptions & typeof defaults {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
