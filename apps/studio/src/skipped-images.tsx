// The images and rows that a run skipped: as far as each can be shown, with the reason.
import { useState } from 'preact/hooks';
import type { SkippedLine } from '../../../packages/xclr/src/studio/wire.js';
import { urlOf } from './server.js';
import { useLarge } from './use-large.js';

/** Shown at once, and more with each press of the button. */
const atOnce = 40;

interface SkippedImagesProps {
  readonly run: string;
  readonly skipped: readonly SkippedLine[];
}

export function SkippedImages({ run, skipped }: SkippedImagesProps) {
  const [shown, setShown] = useState(atOnce);
  const source = (line: SkippedLine | undefined, size: number) =>
    urlOf('/api/dataset/thumbnail', { run, image: line?.where, size });
  const large = useLarge((i) => ({
    src: source(skipped[i], 768),
    title: skipped[i]?.where ?? '',
    text: skipped[i]?.reason ?? '',
  }));
  return (
    <>
      <ul class="plain-list skipped">
        {skipped.slice(0, shown).map((line, i) => (
          <li key={i}>
            {line.warning ? (
              <span class="no-image" />
            ) : (
              <SkippedImage src={source(line, 96)} name={line.where} onClick={() => large.open([i], i)} />
            )}
            <span>
              <code>{line.where}</code> {line.reason}
            </span>
          </li>
        ))}
      </ul>
      {shown < skipped.length && (
        <button type="button" class="plain" onClick={() => setShown(shown + atOnce)}>
          Show more
        </button>
      )}
      {large.lightbox}
    </>
  );
}

interface SkippedImageProps {
  readonly src: string;
  readonly name: string;
  readonly onClick: () => void;
}

/** What can be decoded of an image, gray where the rest is missing; words where that is nothing. */
function SkippedImage({ src, name, onClick }: SkippedImageProps) {
  const [failed, setFailed] = useState(false);
  if (failed) return <span class="no-image">cannot be shown</span>;
  return (
    <button type="button" class="tile" onClick={onClick} aria-label={`Open ${name}`}>
      <img src={src} alt="" loading="lazy" width="72" height="72" onError={() => setFailed(true)} />
    </button>
  );
}
