// What a server can be told, and what holds otherwise.

/** Access and limits of the server. */
export interface ServeOptions {
  /** Asked for as `Authorization: Bearer …`; none: everybody may ask. */
  readonly token?: string | undefined;
  /** Origins whose pages may ask, such as https://shop.example; '*' for all. */
  readonly cors?: readonly string[] | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly maxPixels?: number | undefined;
  /** Requests worked on together. */
  readonly concurrency?: number | undefined;
  /** Requests that may wait beyond those; more get 429. */
  readonly queue?: number | undefined;
  /** Until a request is given up with 503. */
  readonly timeoutSeconds?: number | undefined;
  /** Images that go through the encoder together. */
  readonly maxBatch?: number | undefined;
  /** Until a stopping server cuts what is still open. */
  readonly graceSeconds?: number | undefined;
}

export const defaults = {
  maxBodyBytes: 20 * 2 ** 20,
  maxPixels: 50e6,
  concurrency: 64,
  queue: 256,
  timeoutSeconds: 30,
  maxBatch: 32,
  graceSeconds: 30,
} as const;
