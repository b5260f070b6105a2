// Captions that say nothing of their image: file names, numbers, "image", one sentence for everything.

import { append } from '../../util/arrays.js';
import { type Audited, examplesKept, type Finding, samplesOfRows } from '../finding.js';
import { distinctTexts, frameOf, withoutFrame } from '../frame.js';

/** A caption that this fraction of the samples has, without labels to explain it, describes none of them. */
const everywhere = 0.2;

const empty =
  /^(?:an? )?(?:image|photo|image|photograph|pic|img|untitled|unknown|none|null|nan|n\/?a|no (?:caption|description|title)(?: available)?|caption|description|test|todo|undefined|file not found)\.?$/i;
const fileName = /^\S+\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif)$/i;
const cameraName = /^(?:img|dsc[nf]?|pict?|mvc|gopr|screenshot|photo|image)[-_ ]?\d[-_\d ]*$/i;
const address = /^(?:https?:\/\/|www\.)\S+$/i;

/** Why a caption says nothing, or undefined. @internal */
export function uselessness(caption: string): string | undefined {
  if (!/\p{L}/u.test(caption)) return 'no letters';
  if (empty.test(caption)) return 'a word for "nothing"';
  if (fileName.test(caption)) return 'a file name';
  if (cameraName.test(caption)) return "a camera's numbering";
  if (address.test(caption)) return 'a web address';
  return undefined;
}

export function uselessCaptions(audited: Audited): Finding {
  const { dataset, captions } = audited;
  const frame = frameOf(distinctTexts(dataset.samples));
  const saysNothing = (caption: string) => {
    const content = withoutFrame(caption, frame);
    return content === '' ? 'only the words that most captions share' : uselessness(content);
  };
  const exclude: number[] = [];
  const examples: { text: string; samples: number[] }[] = [];
  samplesOfRows(audited).forEach((samples, row) => {
    if (samples.length === 0) return;
    const of = (index: number) => dataset.samples[index]!;
    const useless = samples.filter((index) => of(index).captions.every(saysNothing));
    const reason = saysNothing(of(samples[0]!).captions[0] ?? '');
    if (useless.length > 0) {
      append(exclude, useless);
      examples.push({
        text: `"${captions.captions[row]}": ${reason} (${useless.length} images)`,
        samples: useless.slice(0, 4),
      });
      return;
    }
    const unexplained = samples.filter((index) => of(index).label === null);
    if (unexplained.length > everywhere * dataset.samples.length && captions.captions.length > 1) {
      append(exclude, unexplained);
      const fraction = Math.round((100 * unexplained.length) / dataset.samples.length);
      examples.push({
        text: `"${captions.captions[row]}": ${fraction} % of all images have it`,
        samples: unexplained.slice(0, 4),
      });
    }
  });
  return {
    kind: 'useless-captions',
    title: 'Captions that say nothing',
    count: exclude.length,
    unit: 'image',
    why: 'The text encoder still gives them a vector, and training pulls the image towards it.',
    remedy: 'Write captions for them, or leave these images out of training.',
    examples: examples.slice(0, examplesKept),
    exclude,
  };
}
