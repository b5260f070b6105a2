// WordNet's dictionary of nouns: from a written word to its senses, most frequent first.
import { irregularNouns } from './irregular-nouns.js';
import { synsetAt } from './taxonomy.js';

const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;

/** Endings and their replacements, as WordNet's own morphological processor (morphy) tries them for nouns. */
const DETACHMENTS: readonly (readonly [string, string])[] = [
  ['s', ''],
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['men', 'man'],
  ['ies', 'y'],
  ['ves', 'f'],
  ['ves', 'fe'],
];

/** A lemma's senses: synset numbers by descending frequency, and how often each was tagged in WordNet's corpus. */
export interface NounEntry {
  readonly lemma: string;
  readonly synsets: readonly number[];
  readonly counts: readonly number[];
}

/** Tag counts from index.sense: how often a noun was tagged with a sense, keyed `lemma offset`. */
export function readSenseCounts(file: Buffer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < file.length; ) {
    const end = file.indexOf(NEWLINE, at);
    const stop = end < 0 ? file.length : end;
    // Nine lines in ten say " 0": skipped before any string is made.
    if (!(file[stop - 1] === ZERO && file[stop - 2] === SPACE)) {
      const [key = '', offset = '', , count = '0'] = file.toString('latin1', at, stop).split(' ');
      const percent = key.indexOf('%');
      if (key[percent + 1] === '1') counts.set(`${key.slice(0, percent)} ${Number(offset)}`, Number(count));
    }
    at = stop + 1;
  }
  return counts;
}

/** Looks words up in the bytes of index.noun by bisection, so that 118,000 lemmas cost no strings. */
export class Lexicon {
  readonly #file: Buffer;
  readonly #first: number;
  readonly #offsets: Int32Array;
  readonly #counts: ReadonlyMap<string, number>;
  readonly #memo = new Map<string, NounEntry | null>();

  constructor(file: Buffer, offsets: Int32Array, counts: ReadonlyMap<string, number>) {
    this.#file = file;
    this.#offsets = offsets;
    this.#counts = counts;
    let first = 0; // the license's lines start with a space
    while (file[first] === SPACE) first = file.indexOf(NEWLINE, first) + 1;
    this.#first = first;
  }

  /** A word or a phrase joined by `_` as it stands in the dictionary, no inflection undone. */
  exact(lemma: string): NounEntry | null {
    const known = this.#memo.get(lemma);
    if (known !== undefined) return known;
    if (this.#memo.size > 200_000) this.#memo.clear();
    const entry = this.#search(lemma);
    this.#memo.set(lemma, entry);
    return entry;
  }

  /** A lower-case word or phrase joined by `_`, in the plural or not; in a phrase the last word is inflected. */
  lookUp(phrase: string): NounEntry | null {
    const cut = phrase.lastIndexOf('_') + 1;
    const before = phrase.slice(0, cut);
    const word = phrase.slice(cut);
    const irregular = irregularNouns.get(word);
    if (irregular !== undefined) {
      const entry = this.exact(before + irregular);
      if (entry !== null) return entry;
    }
    const asIs = this.exact(phrase);
    if (asIs !== null || word.length < 4 || word.endsWith('ss')) return asIs;
    for (const [ending, replacement] of DETACHMENTS) {
      if (!word.endsWith(ending)) continue;
      const entry = this.exact(before + word.slice(0, -ending.length) + replacement);
      if (entry !== null) return entry;
    }
    return null;
  }

  #search(lemma: string): NounEntry | null {
    const file = this.#file;
    const key = Buffer.from(`${lemma} `, 'latin1');
    if (key.toString('latin1') !== `${lemma} `) return null; // letters that WordNet does not have
    let low = this.#first;
    let high = file.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = middle === 0 ? 0 : file.lastIndexOf(NEWLINE, middle - 1) + 1;
      const order = file.compare(key, 0, key.length, start, Math.min(start + key.length, file.length));
      if (order === 0) return this.#parse(lemma, start);
      const end = file.indexOf(NEWLINE, middle);
      if (order < 0) low = end < 0 ? file.length : end + 1;
      else high = start;
    }
    return null;
  }

  /** `lemma pos senses pointers [pointer …] senses tagged offset …` */
  #parse(lemma: string, start: number): NounEntry {
    const end = this.#file.indexOf(NEWLINE, start);
    const fields = this.#file
      .toString('latin1', start, end < 0 ? this.#file.length : end)
      .trimEnd()
      .split(' ');
    const offsets = fields.slice(-Number(fields[2])).map(Number);
    return {
      lemma,
      synsets: offsets.map((offset) => synsetAt(this.#offsets, offset)),
      counts: offsets.map((offset) => this.#counts.get(`${lemma} ${offset}`) ?? 0),
    };
  }
}
