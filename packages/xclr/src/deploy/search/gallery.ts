// Results as one self-contained page of images.
import { readImage } from '../../data/index.js';
import { imageGrid, renderContactSheet } from '../../report/contact-sheet.js';
import { decimal, plural } from '../../report/format.js';
import { html } from '../../report/html.js';
import { graySquare, type Image, thumbnail } from '../../report/index.js';
import type { Item } from '../embed/index.js';
import type { DuplicateGroup } from './duplicates.js';
import type { Match } from './vector-index.js';

const side = 160;

/** What a gallery says above its images. */
export interface GalleryHead {
  /** What was asked: 'like 15970', '“blue jeans”'. */
  readonly asked: string;
  readonly index: string;
  readonly created: Date;
}

type Shown = Image & { readonly about?: string | undefined };

async function shown(item: Item, about: string): Promise<Shown> {
  const title = item.captions[0] ?? item.id;
  try {
    if (item.image === null) throw new Error('no image is known');
    return { title, about, dataUri: await thumbnail(readImage(item.image), { size: side }) };
  } catch {
    return { title, about: `${about} · the image cannot be read`, dataUri: graySquare };
  }
}

export async function galleryPage(
  matches: readonly Match[],
  { asked, index, created }: GalleryHead,
): Promise<string> {
  const images = await Promise.all(
    matches.map(({ item, similarity }) => shown(item, `${decimal(similarity, 3)} · ${item.id}`)),
  );
  return renderContactSheet({
    kicker: 'xclr search',
    title: asked,
    lead: `${plural(matches.length, 'item')} of ${index}, the most similar first. The number is the cosine in the index's space.`,
    created,
    sections: (store) => [{ id: 'results', title: 'Results', body: imageGrid(store, images) }],
  });
}

export async function duplicatePage(
  groups: readonly DuplicateGroup[],
  { asked, index, created }: GalleryHead,
): Promise<string> {
  const images = await Promise.all(
    groups.map(({ items }) => Promise.all(items.map((item) => shown(item, item.id)))),
  );
  return renderContactSheet({
    kicker: 'xclr search --duplicates',
    title: asked,
    lead: `${plural(groups.length, 'group')} of items of ${index} whose images are nearly the same.`,
    created,
    sections: (store) =>
      groups.map(({ items, similarity }, i) => ({
        id: `group-${i + 1}`,
        title: `${plural(items.length, 'item')}, ${decimal(similarity, 3)}`,
        body: html`${imageGrid(store, images[i]!)}`,
      })),
  });
}
