// Pairs of images with what is said of them, as the pages show them.

import { html, type Markup } from './html.js';
import type { ImageStore } from './image-store.js';
import { longText } from './long-text.js';
import type { Thumbnails } from './sample-thumbnails.js';

/** Looks of pages with pairs, beyond the contact sheet's. */
export const pairsCss = `
.pairs { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem 1.5rem; margin: 0.6rem 0 1.6rem; }
.pairs li { display: flex; gap: 0.75rem; align-items: center; break-inside: avoid; min-width: 0; }
.pairs .images { display: flex; gap: 0.4rem; flex: none; }
.pairs .image { width: 4.2rem; height: 4.2rem; }
.pairs .text { flex: 1; min-width: 0; font-size: 0.875rem; line-height: 1.4; overflow-wrap: anywhere; }
.at { font-weight: 650; font-variant-numeric: tabular-nums; }
.hoods { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); align-items: start; }
.hood .own { display: flex; gap: 0.9rem; align-items: center; margin-bottom: 0.75rem; }
.hood .own > :last-child { min-width: 0; }
.hood .own .image { width: 4.2rem; height: 4.2rem; flex: none; }
.hood h3 { margin: 0; font-size: 1rem; }
.hood .lists { display: grid; gap: 0.9rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
.hood ol { list-style: none; display: grid; gap: 0.45rem; }
.hood ol li { display: flex; gap: 0.6rem; align-items: center; font-size: 0.875rem; line-height: 1.35; overflow-wrap: anywhere; }
.hood ol li > :last-child { min-width: 0; }
.hood ol .image { width: 2.6rem; height: 2.6rem; flex: none; }
.hood h4 { margin: 0 0 0.45rem; font-size: 0.85rem; color: var(--soft); }`;

/** Images side by side, and a text beside them. */
export function imagesAndText(
  samples: readonly number[],
  said: Markup,
  thumbnails: Thumbnails,
  images: ImageStore,
): Markup {
  return html`<li><div class="images">${samples.map((sample) => images.plain(thumbnails.of(sample)))}</div><div class="text">${said}</div></li>`;
}

/** Two images side by side, and a text beside them. */
export function pairList(
  pairs: readonly { readonly a: number; readonly b: number; readonly said: Markup }[],
  thumbnails: Thumbnails,
  images: ImageStore,
): Markup {
  return html`<ul class="pairs">${pairs.map(({ a, b, said }) => imagesAndText([a, b], said, thumbnails, images))}</ul>`;
}

/** What two samples are called, each on a line of its own. */
export function pairNames(a: number, b: number, thumbnails: Thumbnails): Markup {
  const [one, other] = [thumbnails.title(a), thumbnails.title(b)];
  if (one.length + other.length < 40) return html`${one} and ${other}`;
  return html`<div>${longText(one, 60)}</div><div>${longText(other, 60)}</div>`;
}
