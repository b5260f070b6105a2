// Images that wait for the encoder go through it together: as many as came while it was busy.
import type { ImageEncoder, PreparedImage } from '../encoder/index.js';
import { abortable, removeFrom } from './abortable.js';

const never = new AbortController().signal;

interface Waiting {
  readonly image: PreparedImage;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

export class Batcher {
  readonly #encoder: ImageEncoder;
  readonly #largest: number;
  readonly #onBatch: (size: number, seconds: number) => void;
  readonly #waiting: Waiting[] = [];
  #running = false;

  constructor(
    encoder: ImageEncoder,
    {
      largest,
      onBatch = () => undefined,
    }: { largest: number; onBatch?: (size: number, seconds: number) => void },
  ) {
    this.#encoder = encoder;
    this.#largest = largest;
    this.#onBatch = onBatch;
  }

  /** Images that are not in the encoder yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** (dimensions) unit row. An image that still waits when `signal` is aborted is not encoded. */
  embed(image: PreparedImage, signal: AbortSignal = never): Promise<Float32Array> {
    return abortable<Float32Array>(signal, (resolve, reject) => {
      const waiting: Waiting = { image, resolve, reject };
      this.#waiting.push(waiting);
      if (!this.#running) void this.#run();
      return () => removeFrom(this.#waiting, waiting);
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    await Promise.resolve(); // what comes in the same turn belongs to the first batch
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#largest);
      const began = performance.now();
      try {
        const rows = await this.#encoder.embed(batch.map(({ image }) => image)); // (b, d)
        const d = this.#encoder.dimensions;
        batch.forEach(({ resolve }, i) => {
          resolve(rows.slice(i * d, (i + 1) * d));
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      this.#onBatch(batch.length, (performance.now() - began) / 1000);
    }
    this.#running = false;
  }
}
