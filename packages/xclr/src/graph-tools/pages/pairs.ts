// Pairs of images with what is said of them, as the pages show them.

import { html, type Markup } from '../../report/html.js';
import type { ImageStore } from '../../report/image-store.js';
import type { Thumbnails } from '../thumbnails.js';

/** Looks of the graph pages beyond the contact sheet's. */
export const pairsCss = `
.pairs { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); gap: 0.7rem 1.25rem; margin: 0.6rem 0 1.4rem; }
.pairs li { display: grid; grid-template-columns: auto auto 1fr; gap: 0.5rem; align-items: center; break-inside: avoid; min-width: 0; }
.pairs .image { width: 3.4rem; height: 3.4rem; }
.pairs p { margin: 0; font-size: 0.875rem; line-height: 1.4; overflow-wrap: anywhere; }
.pairs .at { font-weight: 650; font-variant-numeric: tabular-nums; }
.finding h3 { margin-top: 0.5rem; }
.hoods { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
.hood h3 { display: flex; gap: 0.8rem; align-items: center; margin: 0 0 0.5rem; }
.hood ol { list-style: none; display: grid; gap: 0.35rem; }
.hood ol li { display: flex; gap: 0.6rem; align-items: center; font-size: 0.9rem; overflow-wrap: anywhere; }
.hood ol .image { width: 2.2rem; height: 2.2rem; flex: none; }
.hood h4 { margin: 0.7rem 0 0.35rem; font-size: 0.85rem; color: var(--soft); }
.hood .at { font-weight: 650; font-variant-numeric: tabular-nums; }`;

/** Two images side by side, and a text beside them. */
export function pairList(
  pairs: readonly { readonly a: number; readonly b: number; readonly said: Markup }[],
  thumbnails: Thumbnails,
  images: ImageStore,
): Markup {
  return html`<ul class="pairs">${pairs.map(
    ({ a, b, said }) =>
      html`<li>${images.image(thumbnails.of(a))}${images.image(thumbnails.of(b))}<p>${said}</p></li>`,
  )}</ul>`;
}
