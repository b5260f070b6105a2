// The matches of a search as they are answered: texts are cut so that no question has an answer of hundreds of megabytes.
import type { Match } from '../search/index.js';
import type { SearchAnswer } from './schemas.js';

type Shown = SearchAnswer['matches'][number];

/** Captions of a match, and characters of a caption or of a column's value; /items/{id} gives them all. */
const mostCaptions = 20;
const mostOfText = 1000;
/** Characters of captions and columns in one answer, some 8 MB at most. */
const mostOfAnswer = 4_000_000;

function cut(text: string): string {
  if (text.length <= mostOfText) return text;
  const end = /[\ud800-\udbff]/.test(text[mostOfText - 1]!) ? mostOfText - 1 : mostOfText; // no half of a pair
  return text.slice(0, end);
}

function sizeOf({ id, captions, columns }: Pick<Shown, 'id' | 'captions' | 'columns'>): number {
  const texts = [id, ...captions, ...Object.entries(columns).flat()];
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function short({ item, similarity }: Match): Shown {
  const { id, captions, columns, image } = item;
  const kept = captions.slice(0, mostCaptions).map(cut);
  const values = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, cut(value)]));
  const whole = sizeOf({ id, captions: [...captions], columns });
  const shortened = sizeOf({ id, captions: kept, columns: values }) < whole;
  return {
    id,
    similarity,
    captions: kept,
    columns: values,
    image: image !== null,
    ...(shortened && { shortened }),
  };
}

/** All matches, in order; beyond the most characters of an answer without their captions and columns. */
export function boundedMatches(matches: readonly Match[]): Shown[] {
  let left = mostOfAnswer;
  return matches.map((match) => {
    const shown = short(match);
    left -= sizeOf(shown);
    return left >= 0 ? shown : { ...shown, captions: [], columns: {}, shortened: true };
  });
}
