// An image as a button, with its caption and a number.
import type { SampledItem } from '../../../packages/xclr/src/studio/wire.js';
import type { LightboxImage } from './lightbox.js';
import { urlOf } from './server.js';

export interface TileProps {
  readonly src: string;
  readonly caption: string;
  /** What the tooltip says; the whole caption, and the id. */
  readonly title: string;
  readonly number?: string;
  /** A line below the caption. */
  readonly note?: string;
  /** Draws a frame around those that another list has too. */
  readonly shared?: boolean;
  readonly onClick: () => void;
}

export function Tile({ src, caption, title, number, note, shared = false, onClick }: TileProps) {
  return (
    <button type="button" class={`tile ${shared ? 'shared' : ''}`} onClick={onClick} title={title}>
      <img src={src} alt="" loading="lazy" width="72" height="72" />
      {number !== undefined && <span class="tile-number">{number}</span>}
      <span class="tile-caption">{shortened(caption)}</span>
      {note !== undefined && <span class="tile-note">{shortened(note)}</span>}
    </button>
  );
}

/** Two or three lines of a tile; the whole caption is in its tooltip. */
const shortened = (caption: string) => (caption.length > 34 ? `${caption.slice(0, 33)}…` : caption);

export const thumbnailUrl = (run: string, image: number, size = 96): string =>
  urlOf('/api/sample/thumbnail', { run, image, size });

export interface SampleTileProps {
  readonly run: string;
  readonly image: number;
  readonly item: SampledItem;
  readonly number?: string;
  readonly shared?: boolean;
  readonly onClick: () => void;
}

/** An image of a run's sample. */
export function SampleTile({ run, image, item, ...rest }: SampleTileProps) {
  return (
    <Tile
      src={thumbnailUrl(run, image)}
      caption={item.caption}
      title={`${item.id}: ${item.caption}`}
      {...rest}
    />
  );
}

/** What a lightbox shows of the images of a run's sample. */
export const sampleLightbox =
  (run: string, items: readonly SampledItem[]) =>
  (image: number): LightboxImage => ({
    src: thumbnailUrl(run, image, 768),
    title: items[image]?.id ?? '',
    text: items[image]?.caption ?? '',
  });
