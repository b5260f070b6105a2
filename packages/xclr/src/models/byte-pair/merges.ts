// Learns which pairs of tokens to join: the most frequent pair, again and again (Sennrich et al. 2016, arXiv 1508.07909).
import { asCharacters } from './bytes.js';
import { wordsOf } from './words.js';

/** Marks the last piece of a word. */
export const endOfWord = '</w>';

/** Pieces of one word, first its bytes. */
export function bytesOfWord(word: string): string[] {
  const pieces = asCharacters(word);
  pieces.push(`${pieces.pop() ?? ''}${endOfWord}`);
  return pieces;
}

export type Merge = readonly [first: string, second: string];

/**
 * At most `count` merges from the words of some texts. Pairs of equal frequency are taken in the order of their characters, so that the
 * same texts, in any order, give the same merges. A pair seen once is not learned.
 */
export function learnMerges(texts: Iterable<string>, count: number): Merge[] {
  const frequency = new Map<string, number>();
  for (const text of texts)
    for (const word of wordsOf(text)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const words = [...frequency].map(([word, times]) => ({ pieces: bytesOfWord(word), times }));
  const pairs = new PairCounts(words);
  const merges: Merge[] = [];
  while (merges.length < count) {
    const best = pairs.commonest();
    if (best === undefined) break;
    merges.push(best);
    pairs.join(best);
  }
  return merges;
}

interface CountedWord {
  pieces: string[];
  readonly times: number;
}

const separator = '\n'; // no byte's character
const keyOf = (first: string, second: string) => `${first}${separator}${second}`;

/** How often each pair occurs, and in which words; a join recounts those words alone. */
class PairCounts {
  readonly #counts = new Map<string, number>();
  readonly #words = new Map<string, Set<CountedWord>>();

  constructor(words: readonly CountedWord[]) {
    for (const word of words) this.#count(word, 1);
  }

  commonest(): Merge | undefined {
    let best: string | undefined;
    let most = 1;
    for (const [key, count] of this.#counts) {
      if (count > most || (count === most && best !== undefined && key < best)) {
        best = key;
        most = count;
      }
    }
    if (best === undefined) return undefined;
    const [first = '', second = ''] = best.split(separator);
    return [first, second];
  }

  join(merge: Merge): void {
    for (const word of [...(this.#words.get(keyOf(...merge)) ?? [])]) {
      this.#count(word, -1);
      word.pieces = joined(word.pieces, merge);
      this.#count(word, 1);
    }
  }

  #count(word: CountedWord, sign: 1 | -1): void {
    const { pieces, times } = word;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const key = keyOf(pieces[i]!, pieces[i + 1]!);
      const count = (this.#counts.get(key) ?? 0) + sign * times;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
      const words = this.#words.get(key) ?? new Set();
      if (sign > 0) words.add(word);
      else words.delete(word);
      this.#words.set(key, words);
    }
  }
}

/** The pieces with every occurrence of a pair joined, from the left. */
export function joined(pieces: readonly string[], [first, second]: Merge): string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === first && pieces[i + 1] === second) {
      result.push(first + second);
      i++;
    } else result.push(pieces[i]!);
  }
  return result;
}
