// The encoder's worker as a function from images to vectors; only the newest image's answer counts.
import type { FromWorker, LoadedModel, ToWorker } from './messages.js';

/** What the worker makes of an image. */
export type Embedded = Extract<FromWorker, { kind: 'embedded' }>;

export class Encoder {
  readonly #worker = new Worker(new URL('./encoder-worker.js', import.meta.url), { type: 'module' });
  #newest = 0;
  #waiting = new Map<number, { done: (answer: Embedded) => void; failed: (error: Error) => void }>();

  /** Loads the model. @returns the number of threads that it runs on */
  load(config: LoadedModel, onBytes: (bytes: number) => void): Promise<number> {
    return new Promise((done, failed) => {
      this.#worker.addEventListener('error', (event) => failed(new Error(event.message)));
      this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'loading') onBytes(data.bytes);
        else if (data.kind === 'ready') done(data.threads);
        else if (data.kind === 'embedded') this.#settle(data.id)?.done(data);
        else if (data.id === undefined) failed(new Error(data.message));
        else this.#settle(data.id)?.failed(new Error(data.message));
      });
      const at = (path: string) => new URL(path, document.baseURI).href;
      this.#send({ kind: 'load', model: at('model/model.onnx'), runtime: at('ort/'), config });
    });
  }

  embed(image: ImageBitmap): Promise<Embedded> {
    const id = ++this.#newest;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#send({ kind: 'embed', id, image }, [image]);
    });
  }

  isNewest(id: number): boolean {
    return id === this.#newest;
  }

  #settle(id: number) {
    const one = this.#waiting.get(id);
    this.#waiting.delete(id);
    return one;
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** An image file as pixels, turned upright. @throws {Error} that says what to give instead */
export function bitmapOf(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
    throw new Error('The browser cannot read this image: try JPEG, PNG or WebP.');
  });
}
