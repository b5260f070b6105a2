// What captions are like, as far as it decides between text encoders: names of things, or sentences.
import { openWordNet } from './wordnet/wordnet.js';
import { functionWordsIn, termsOf } from './wordnet/words.js';

/** Fractions of the captions that were looked at. */
export interface CaptionKind {
  /** WordNet knows a noun in them. */
  readonly known: number;
  /** They name a thing that WordNet knows, without being sentences: 'tabby', 'blue running shoe', 'cup of tea'. */
  readonly names: number;
}

/** Captions that are looked at: a fraction of them is then known to about 3 %. */
const looked = 300;

/** A name may have one function word, 'cup of tea'. Of 795 captions of COCO, 1 % have no more; the median is 4. */
const functionWordsOfName = 1;

/** Looks at the first captions of up to 300 samples, which are spread evenly. */
export function captionKind(samples: readonly { readonly captions: readonly string[] }[]): CaptionKind {
  const step = Math.max(1, Math.ceil(samples.length / looked));
  const captions = samples.filter((_, i) => i % step === 0).map(({ captions }) => captions[0] ?? '');
  const { lexicon } = openWordNet();
  // Numbers are nouns to WordNet; they compare nothing.
  const known = captions.filter((caption) =>
    termsOf(caption, lexicon).some(({ noun, text }) => noun !== null && /\p{L}/u.test(text)),
  );
  const names = known.filter((caption) => functionWordsIn(caption) <= functionWordsOfName);
  const all = Math.max(1, captions.length);
  return { known: known.length / all, names: names.length / all };
}
