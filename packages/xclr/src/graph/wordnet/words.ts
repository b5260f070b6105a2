// Cuts a caption into words and WordNet phrases, and marks the noun that each part of it is about.
import type { Lexicon, NounEntry } from './lexicon.js';

/** A word or phrase of a caption. */
export interface Term {
  /** As written, lower case, words of a phrase joined by `_`. */
  readonly text: string;
  /** The noun's senses; null for words that WordNet has not as nouns (adjectives, names, other languages). */
  readonly noun: NounEntry | null;
  /** What the part of the caption is about: 'dog' in 'a small dog on a sofa'. */
  readonly head: boolean;
}

interface Piece {
  text: string;
  kind: 'word' | 'stop' | 'boundary' | 'comma';
  /** Joined to the piece before by a hyphen. */
  hyphen: boolean;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/** Dropped, and what follows no longer holds the head: 'cup' is the head of 'a cup of tea'. */
const BOUNDARIES = words(
  'of with without in on at to for from by into onto over under above below near behind beside between through ' +
    'around across against along among during while that which who whose is are was were be been being has have had',
);
/** Dropped: function words, several of which WordNet lists as nouns ('a' the letter, 'as' arsenic, 'it'). */
const STOPS = words(
  'a an the this these those and or but nor as its it he she they them his her their our my your we us you i me ' +
    'not no very some any each every all both there here up down off out do does did can will may might just too ' +
    'so than then also if when where how what',
);
/** 'a photo of a dog' is about a dog: such a beginning lifts every similarity and says nothing. */
const IMAGE_OF =
  /^(?:an? |the |one |some )?(?:[\p{L}-]+ )?(?:photo|photograph|picture|image|drawing|painting|illustration|rendering|sketch|icon|emoji|cartoon|view|shot|close-?up|snapshot)s? (?:of|showing|depicting) /u;

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
const LONGEST_PHRASE = 5;

/** Cut words of any script by Unicode's rules (dictionary-based for Chinese, Japanese, Thai …). */
function cut(caption: string): Piece[] {
  const text = caption.normalize('NFKC').toLowerCase().replace(/[’‘]/g, "'").trim();
  const pieces: Piece[] = [];
  let hyphen = false;
  for (const { segment, isWordLike } of segmenter.segment(text.replace(IMAGE_OF, ''))) {
    if (isWordLike || /\p{Extended_Pictographic}/u.test(segment)) {
      const word = segment.replace(/'s?$/, '');
      const kind = BOUNDARIES.has(word) ? 'boundary' : STOPS.has(word) ? 'stop' : 'word';
      if (word !== '') pieces.push({ text: word, kind, hyphen });
      hyphen = false;
    } else {
      hyphen = segment === '-' || segment === '‐';
      if (/[,;:|/•·。、，；.!?]/u.test(segment)) pieces.push({ text: ',', kind: 'comma', hyphen: false });
    }
  }
  return pieces;
}

/** Longest phrase that WordNet knows from `at` on; phrases neither begin nor end with a function word. */
function longestNoun(pieces: readonly Piece[], at: number, lexicon: Lexicon): [NounEntry, number] | null {
  let most = 0;
  while (most < LONGEST_PHRASE && pieces[at + most] && pieces[at + most]!.kind !== 'comma') most++;
  for (let n = most; n > 0; n--) {
    const run = pieces.slice(at, at + n);
    if (run[n - 1]!.kind !== 'word') continue;
    const joined = run.map((piece) => piece.text).join('_');
    const hyphenated = run.some((piece, i) => i > 0 && piece.hyphen)
      ? run.map((piece, i) => (i === 0 ? '' : piece.hyphen ? '-' : '_') + piece.text).join('')
      : joined;
    const entry =
      lexicon.lookUp(hyphenated) ??
      lexicon.lookUp(joined) ??
      lexicon.lookUp(joined.normalize('NFD').replace(/\p{M}/gu, ''));
    if (entry !== null) return [entry, n];
  }
  return null;
}

/**
 * How many words of a caption are function words (of, on, is, the …): names of things have few. 'A photo of a' at the
 * beginning does not count.
 */
export function functionWordsIn(caption: string): number {
  return cut(caption).filter(({ kind }) => kind === 'stop' || kind === 'boundary').length;
}

/** The terms of a caption. Never empty for a caption with anything but white space. */
export function termsOf(caption: string, lexicon: Lexicon): Term[] {
  const pieces = cut(caption);
  const terms: { text: string; noun: NounEntry | null; head: boolean }[] = [];
  let head: { head: boolean; text: string } | null = null;
  let open = true; // still before the first boundary of this part
  const close = () => {
    if (head !== null) head.head = true;
    head = null;
  };
  for (let at = 0; at < pieces.length; ) {
    const piece = pieces[at]!;
    if (piece.kind !== 'word') {
      if (piece.kind !== 'stop') {
        close();
        open = piece.kind === 'comma' || (open && terms.every((term) => !term.head));
      }
      at++;
      continue;
    }
    const found = longestNoun(pieces, at, lexicon);
    const n = found?.[1] ?? 1;
    const text = found?.[0].lemma ?? piece.text;
    const term = { text, noun: found?.[0] ?? null, head: false };
    terms.push(term);
    // The last word is the head, but not a participle after a noun: 'a dog running'.
    if (open && !(head !== null && n === 1 && piece.text.endsWith('ing'))) head = term;
    at += n;
  }
  close();
  if (terms.length === 0 && caption.trim() !== '') {
    terms.push({ text: caption.normalize('NFKC').toLowerCase().trim(), noun: null, head: true });
  }
  return terms;
}
