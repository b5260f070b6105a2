// Results as one self-contained page of images, with the query that found them.
import { readImage } from '../../data/index.js';
import { imageGrid, renderContactSheet } from '../../report/contact-sheet.js';
import { decimal, plural } from '../../report/format.js';
import { html, type Markup } from '../../report/html.js';
import type { ImageStore } from '../../report/image-store.js';
import { graySquare, type Image, thumbnail } from '../../report/index.js';
import { longText } from '../../report/long-text.js';
import { shorten } from '../../util/shorten.js';
import type { Item } from '../embed/index.js';
import type { DuplicateGroup } from './duplicates.js';
import type { Match } from './vector-index.js';

const side = 192;

/** What was asked, for the page to show: an item of the index, an image file, or words. */
export type GalleryQuery = { readonly item: Item } | { readonly file: string } | { readonly text: string };

/** What a gallery says above its images. */
export interface GalleryHead {
  readonly index: string;
  readonly created: Date;
  /** Conditions that the items had to fulfil: 'color=red, price<20'. */
  readonly filter?: string | undefined;
}

type Shown = Image & { readonly about?: string | undefined };

async function shown(item: Item, about: string): Promise<Shown> {
  const title = item.captions[0] ?? item.id;
  if (item.image === null) return { title, about: `${about} · no image file is known`, dataUri: graySquare };
  try {
    return { title, about, dataUri: await thumbnail(readImage(item.image), { size: side }) };
  } catch {
    return { title, about: `${about} · the image file cannot be read`, dataUri: graySquare };
  }
}

async function queryImage(query: GalleryQuery): Promise<Shown | undefined> {
  if ('text' in query) return undefined;
  if ('item' in query) return shown(query.item, `item ${query.item.id}`);
  const dataUri = await thumbnail(query.file, { size: side }).catch(() => graySquare);
  return { title: query.file, dataUri };
}

function titleOf(query: GalleryQuery): string {
  if ('text' in query) return `Images for “${shorten(query.text, 80)}”`;
  return 'item' in query ? `Images similar to ${shorten(query.item.id, 60)}` : 'Images similar to yours';
}

function queryBody(
  query: GalleryQuery,
  image: Shown | undefined,
  filter: string | undefined,
  images: ImageStore,
): Markup {
  const said =
    'text' in query
      ? html`<div class="words">“${longText(query.text, 300)}”</div>`
      : html`${images.plain(image!)}<div><div>${longText(image!.title, 240)}</div>${
          image!.about !== undefined && html`<div class="small">${longText(image!.about, 120)}</div>`
        }</div>`;
  return html`<div class="asked">${said}</div>${filter !== undefined && html`<p class="small">Filter: <code>${filter}</code></p>`}`;
}

const css = `
.asked { display: flex; gap: 1.25rem; align-items: center; max-width: 60rem; overflow-wrap: anywhere; margin-bottom: 1rem; }
.asked > :last-child { min-width: 0; }
.asked .image { width: 9rem; height: 9rem; flex: none; }
.asked .words { font-size: 1.25rem; }
@media (max-width: 34rem) { .asked { align-items: start; } .asked .image { width: 6rem; height: 6rem; } }`;

export async function galleryPage(
  matches: readonly Match[],
  query: GalleryQuery,
  { index, created, filter }: GalleryHead,
): Promise<string> {
  const [asked, ...images] = await Promise.all([
    queryImage(query),
    ...matches.map(({ item, similarity }) => shown(item, `${decimal(similarity, 3)} · ${item.id}`)),
  ]);
  return renderContactSheet({
    kicker: 'xclr search',
    title: titleOf(query),
    lead: `${plural(matches.length, 'item')} of the index ${index}, the most similar first.`,
    created,
    css,
    sections: (store) => [
      { id: 'query', title: 'The query', body: queryBody(query, asked, filter, store) },
      {
        id: 'results',
        title: plural(matches.length, 'result'),
        body:
          matches.length === 0
            ? html`<p>No item of the index fulfils the filter.</p>`
            : html`<p class="small">The number under each image is its cosine with the query in the index’s space; 1 is identical.</p>${imageGrid(store, images as Shown[])}`,
      },
    ],
  });
}

/** @param threshold cosine from which two images counted as duplicates */
export async function duplicatePage(
  groups: readonly DuplicateGroup[],
  { index, created }: GalleryHead,
  threshold: number,
): Promise<string> {
  const images = await Promise.all(
    groups.map(({ items }) => Promise.all(items.map((item) => shown(item, item.id)))),
  );
  return renderContactSheet({
    kicker: 'xclr search --duplicates',
    title: 'Near-duplicates',
    lead: `${plural(groups.length, 'group')} of items of the index ${index} whose images have a cosine of ${threshold} or more.`,
    created,
    sections: (store) =>
      groups.length === 0
        ? [{ id: 'none', title: 'No duplicates', body: html`<p>No two images are that similar.</p>` }]
        : groups.map(({ items, similarity }, i) => ({
            id: `group-${i + 1}`,
            title: `Group ${i + 1}: ${plural(items.length, 'item')} from cosine ${decimal(similarity, 3)}`,
            body: html`${imageGrid(store, images[i]!)}`,
          })),
  });
}
