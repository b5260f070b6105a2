// Each image's bytes stand in the page once; every appearance refers to them.
import { shorten } from '../util/shorten.js';
import { html, type Markup } from './html.js';
import type { Image } from './report-data.js';

/** Characters of a caption that a screen reader reads as alternative text. */
const longestLabel = 150;

const webp = 'data:image/webp;base64,';
/** Bytes 12 to 14 of a lossy WebP file without transparency, 'VP8 ', as base64; others hold 'VP8X' or 'VP8L'. */
const opaqueWebp = /^.{16}VlA4I/;

/** A photograph stands on the page's own tint; a drawing with transparent parts needs a light plate in dark mode. */
function isOpaque(dataUri: string): boolean {
  return dataUri.startsWith(webp) && opaqueWebp.test(dataUri.slice(webp.length));
}

/** Collects the images a page uses and hands out references to them. */
export class ImageStore {
  readonly #ids = new Map<string, string>();

  /** The element id of an image's shared definition. */
  id(image: Image): string {
    const { dataUri, title } = image;
    const known = this.#ids.get(dataUri);
    if (known !== undefined) return known;
    if (!dataUri.startsWith('data:image/')) {
      throw new Error(
        `ImageStore: the image "${title}" must be a data:image/ URI, got "${dataUri.slice(0, 40)}". A report loads nothing: make it with thumbnail().`,
      );
    }
    const id = `image-${this.#ids.size}`;
    this.#ids.set(dataUri, id);
    return id;
  }

  /** The image as an image of its own, with its title as alternative text and tooltip. */
  image(image: Image, options: { className?: string; label?: string } = {}): Markup {
    const { className = 'image', label = image.title } = options;
    const short = shorten(label, longestLabel);
    return html`<svg class="${className}" role="img" aria-label="${short}" viewBox="0 0 1 1"><title>${label}</title><use href="#${this.id(image)}"/></svg>`;
  }

  /** The image where its title stands beside it as text: a screen reader hears it once. */
  plain(image: Image, { className = 'image' }: { className?: string } = {}): Markup {
    return html`<svg class="${className}" aria-hidden="true" focusable="false" viewBox="0 0 1 1"><title>${image.title}</title><use href="#${this.id(image)}"/></svg>`;
  }

  /** The definitions; render it last, when every section has asked for its images. */
  definitions(): Markup {
    const symbols = [...this.#ids].map(
      ([uri, id]) =>
        html`<symbol id="${id}" viewBox="0 0 1 1"><rect class="${isOpaque(uri) ? 'mat' : 'plate'}" width="1" height="1" rx="0.06"/><image width="1" height="1" href="${uri}"/></symbol>`,
    );
    return html`<svg class="shared-images" width="0" height="0" aria-hidden="true" focusable="false">${symbols}</svg>`;
  }
}
