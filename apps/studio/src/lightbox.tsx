// One image large, with arrow keys to the others of its list.
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface LightboxImage {
  readonly src: string;
  readonly title: string;
  readonly text: string;
}

export interface LightboxProps {
  readonly image: LightboxImage;
  /** Its place in its list, and how long that is. */
  readonly at: number;
  readonly count: number;
  readonly onMove: (at: number) => void;
  readonly onClose: () => void;
  /** Leads to the image's neighbors, where that is possible. */
  readonly onNeighbors?: () => void;
}

export function Lightbox({ image, at, count, onMove, onClose, onNeighbors }: LightboxProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: an arrow that is pressed at once belongs to the dialog.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) shown.showModal();
  }, []);
  const move = (by: number) => onMove((at + by + count) % count);
  return (
    <dialog
      ref={dialog}
      class="lightbox"
      aria-label={image.title}
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') move(1);
        if (event.key === 'ArrowLeft') move(-1);
      }}
    >
      <img src={image.src} alt={image.text} />
      <p>
        <b>{image.title}</b> {image.text}
      </p>
      <div class="tools">
        <button type="button" onClick={() => move(-1)} aria-label="Image before">
          ←
        </button>
        <span class="quiet">
          {at + 1} of {count}
        </span>
        <button type="button" onClick={() => move(1)} aria-label="Next image">
          →
        </button>
        {onNeighbors !== undefined && (
          <button type="button" onClick={onNeighbors}>
            Neighbors
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
