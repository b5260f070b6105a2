// An image of a sample as a button, with its caption and a number.
import type { SampledItem } from '../../../packages/xclr/src/studio/wire.js';
import { urlOf } from './server.js';

export const thumbnailUrl = (run: string, image: number, size = 96): string =>
  urlOf('/api/sample/thumbnail', { run, image, size });

export interface TileProps {
  readonly run: string;
  readonly image: number;
  readonly item: SampledItem;
  readonly number?: string;
  /** Draws a frame around those that another list has too. */
  readonly shared?: boolean;
  readonly onClick: () => void;
}

export function Tile({ run, image, item, number, shared = false, onClick }: TileProps) {
  return (
    <button
      type="button"
      class={`tile ${shared ? 'shared' : ''}`}
      onClick={onClick}
      title={`${item.id}: ${item.caption}`}
    >
      <img src={thumbnailUrl(run, image)} alt="" loading="lazy" width="72" height="72" />
      {number !== undefined && <span class="tile-number">{number}</span>}
      <span class="tile-caption">{shortened(item.caption)}</span>
    </button>
  );
}

/** Two or three lines of a tile; the whole caption is in its tooltip. */
const shortened = (caption: string) => (caption.length > 34 ? `${caption.slice(0, 33)}…` : caption);
