// Each image's bytes stand in the page once; every appearance refers to them.
import { html, type Markup } from './html.js';
import type { Image } from './report-data.js';

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
    return html`<svg class="${className}" role="img" aria-label="${label}" viewBox="0 0 1 1"><title>${label}</title><use href="#${this.id(image)}"/></svg>`;
  }

  /** The definitions; render it last, when every section has asked for its images. */
  definitions(): Markup {
    const symbols = [...this.#ids].map(
      ([uri, id]) =>
        html`<symbol id="${id}" viewBox="0 0 1 1"><rect class="plate" width="1" height="1" rx="0.12"/><image width="1" height="1" href="${uri}"/></symbol>`,
    );
    return html`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">${symbols}</svg>`;
  }
}
