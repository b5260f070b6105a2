// The words around the content of most captions: "a photo of a … on white".

import type { Sample } from '../data/index.js';

/** Fraction of the distinct captions that have it in common. */
const common = 0.5;

/** Fewer captions than this have nothing in common but by chance. */
const fewest = 10;

export interface Frame {
  /** Lower-case words that most captions begin with, and the fraction of the captions that do; perhaps none. */
  readonly start: { readonly words: readonly string[]; readonly fraction: number };
  /** And end with. */
  readonly end: { readonly words: readonly string[]; readonly fraction: number };
}

export function distinctTexts(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap((sample) => sample.captions))];
}

export function frameOf(texts: readonly string[]): Frame {
  if (texts.length < fewest) return { start: { words: [], fraction: 0 }, end: { words: [], fraction: 0 } };
  const words = texts.map((text) => text.toLowerCase().split(' '));
  const end = longestCommonStart(words.map((list) => list.toReversed()));
  return { start: longestCommonStart(words), end: { ...end, words: end.words.toReversed() } };
}

/** What a caption says between the frame's words; the caption itself where it stands in no frame. */
export function withoutFrame(text: string, { start, end }: Frame): string {
  const words = text.split(' ');
  const lower = text.toLowerCase().split(' ');
  const from = start.words.every((word, i) => lower[i] === word) ? start.words.length : 0;
  const at = words.length - end.words.length;
  const to = at >= from && end.words.every((word, i) => lower[at + i] === word) ? at : words.length;
  return words.slice(from, to).join(' ');
}

/** The longest run of words that at least half of the captions begin with; for ends, the words come reversed. */
function longestCommonStart(captions: readonly (readonly string[])[]): { words: string[]; fraction: number } {
  let group = captions;
  const words: string[] = [];
  for (;;) {
    const next = new Map<string, number>();
    for (const caption of group) {
      // The last word of a caption is its content, not its frame.
      const word = words.length < caption.length - 1 ? caption[words.length] : undefined;
      if (word !== undefined) next.set(word, (next.get(word) ?? 0) + 1);
    }
    const [best, count] = [...next].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    if (count < common * captions.length) return { words, fraction: group.length / captions.length };
    words.push(best);
    group = group.filter((caption) => caption.length > words.length && caption[words.length - 1] === best);
  }
}
