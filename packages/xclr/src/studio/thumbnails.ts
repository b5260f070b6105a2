// Small images for the page: made once, by a process beside the studio's, and kept in bounded memory.
import type { ImageRef } from '../data/index.js';
import { Aside } from './aside.js';

/** Bytes of thumbnails that are kept; browsers keep theirs for an hour. */
const mostBytes = 16 * 2 ** 20;
/** A disk that has not answered for so long is said not to. */
const patienceMs = 20_000;
/** Images that a process may wait for beyond that: then another one takes its place. */
const mostLate = 10;

export class Thumbnails implements Disposable {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #making = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  #bytes = 0;
  #aside: Aside | null = null;
  #late = 0;
  #disposed = false;

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#aside?.end('the studio ends');
  }

  /** A WebP of the whole image within a square. @throws {Error} where it cannot be read */
  of(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${size} ${image.part?.offset ?? ''} ${image.path}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const making = this.#making.get(key) ?? this.#make(image, size).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making.then((bytes) => {
      this.#keep(key, bytes);
      return bytes;
    });
  }

  #keep(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= mostBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= old.length;
    }
  }

  async #make(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#disposed) throw new Error('the studio ends');
    this.#aside ??= this.#start();
    const aside = this.#aside;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`its disk has not answered for ${patienceMs / 1000} s`));
        this.#late++;
        if (this.#late >= mostLate) aside.end('its disk does not answer');
      }, patienceMs);
      timer.unref();
    });
    try {
      return await Promise.race([aside.ask({ kind: 'thumbnail', image, size }), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #start(): Aside {
    const aside = new Aside('makes thumbnails', () => {
      if (this.#aside !== aside) return;
      this.#aside = null;
      this.#late = 0;
    });
    return aside;
  }
}
