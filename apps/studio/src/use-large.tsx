// One image of a list, opened large.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Lightbox, type LightboxImage } from './lightbox.js';

export interface Large {
  /** Opens the image at this place of a list of places. */
  readonly open: (list: readonly number[], place: number) => void;
  /** Goes onto the page. */
  readonly lightbox: ComponentChildren;
}

export interface LargeOptions {
  /** Hears which image was shown last. */
  readonly onClosed?: (image: number) => void;
  readonly onNeighbors?: (image: number) => void;
}

/** @param image what is shown of the image with this number */
export function useLarge(image: (number: number) => LightboxImage, options: LargeOptions = {}): Large {
  const [large, setLarge] = useState<{ readonly list: readonly number[]; readonly at: number } | null>(null);
  const { onClosed, onNeighbors } = options;
  return {
    open: (list, place) => setLarge({ list, at: list.indexOf(place) }),
    lightbox: large !== null && (
      <Lightbox
        image={image(large.list[large.at]!)}
        at={large.at}
        count={large.list.length}
        onMove={(at) => setLarge({ ...large, at })}
        onClose={() => {
          onClosed?.(large.list[large.at]!);
          setLarge(null);
        }}
        {...(onNeighbors !== undefined && { onNeighbors: () => onNeighbors(large.list[large.at]!) })}
      />
    ),
  };
}
