// Small images for the page, made once and kept in bounded memory.
import sharp from 'sharp';
import { to8Bits } from '../data/decode/value-range.js';
import { type ImageRef, readImage } from '../data/index.js';

/** Bytes of thumbnails that are kept. */
const mostBytes = 48 * 2 ** 20;
/** Images decoded at a time; one of many megapixels takes a hundred megabytes. */
const atOnce = 2;

export class Thumbnails {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  #bytes = 0;
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  /** A WebP of the whole image within a square. @throws {Error} where it cannot be read */
  async of(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${size} ${image.part?.offset ?? ''} ${image.path}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const bytes = await this.#inTurn(() => made(image, size));
    this.#keep(key, bytes);
    return bytes;
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

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#working++;
    try {
      return await work();
    } finally {
      this.#working--;
      this.#waiting.shift()?.();
    }
  }
}

async function made(image: ImageRef, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, raw } = await to8Bits(readImage(image));
  const webp = await sharp(bytes, { failOn: 'none', ...(raw && { raw }) })
    .rotate()
    .resize(size, size, { fit: 'inside', withoutEnlargement: size > 256 })
    .webp({ quality: 80 })
    .toBuffer();
  return Uint8Array.from(webp);
}
