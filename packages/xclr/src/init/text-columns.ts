// Columns that could be captions: texts of several words that differ from image to image.
import { isImage } from '../data/image-names.js';
import type { Sample } from '../data/index.js';

export interface TextColumn {
  readonly name: string;
  /** Median of the texts that were looked at. */
  readonly words: number;
  /** Distinct texts, as a fraction of those that were looked at. */
  readonly distinct: number;
}

/** Texts looked at in each column, evenly over the data. */
const looked = 1000;

const isText = (value: string): boolean =>
  /\p{L}{2,}/u.test(value) && !isImage(value) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value);

/** Scripts without spaces between words are counted by a segmenter. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
function wordsIn(text: string): number {
  let words = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) words++;
  return words;
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The further columns that could be captions, those with the longest texts first. */
export function textColumns(samples: readonly Pick<Sample, 'attributes'>[]): TextColumn[] {
  const step = Math.max(1, Math.ceil(samples.length / looked));
  const some = samples.filter((_, i) => i % step === 0);
  const values = new Map<string, string[]>();
  for (const { attributes } of some)
    for (const [name, value] of Object.entries(attributes))
      if (value.trim() !== '') values.set(name, [...(values.get(name) ?? []), value]);
  return Array.from(values, ([name, texts]) => ({
    name,
    words: middle(texts.map(wordsIn)),
    distinct: new Set(texts).size / texts.length,
    filled: texts.length / some.length,
    texts: texts.filter(isText).length / texts.length,
  }))
    .filter(
      ({ words, distinct, filled, texts }) => words >= 2 && distinct >= 0.3 && filled >= 0.5 && texts >= 0.9,
    )
    .sort((a, b) => b.words - a.words)
    .map(({ name, words, distinct }) => ({ name, words, distinct }));
}
