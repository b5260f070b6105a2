// From captions to sparse vectors: axes are WordNet's synsets and, beyond them, single words.
import type { NounEntry } from './lexicon.js';
import { addScaled, dot, type Sparse, unit } from './sparse.js';
import type { WordNet } from './wordnet.js';
import { type Term, termsOf } from './words.js';

/**
 * Which meaning a noun with several gets.
 * - `first`: WordNet's most frequent.
 * - `mixture`: all of them, weighted by how often each was tagged, plus one.
 * - `context`: that mixture, each meaning times exp(6 · cosine) of its similarity to the caption's other nouns and
 *   those of its context: 'bat' beside 'vampire' is the animal. Equal to `mixture` for a noun that stands alone.
 */
export type SenseChoice = 'first' | 'mixture' | 'context';

export interface CaptionVectorOptions {
  sense?: SenseChoice;
  /** Weight of words that WordNet has not as nouns, on an axis of their own; a head noun of IC 1 has 1. */
  ownAxisWeight?: number;
  /** Beside its synsets, a noun's fraction on an axis of its own: keeps synonyms a little apart. 0: none. */
  literalWeight?: number;
  /** Weight of nouns that are not the head of their part of the caption. 1: all equal. */
  modifierWeight?: number;
  /** Power of ln((n + 1) / df) by which an axis shared by df of n captions counts. 0: all equal. */
  rarity?: number;
}

const SENSES_IN_CONTEXT = 4;
const CONTEXT_SHARPNESS = 6;

/** Makes vectors and numbers the axes of words as they come: synsets first, then words. */
export class CaptionVectors {
  readonly #wordNet: WordNet;
  readonly #options: Required<CaptionVectorOptions>;
  readonly #words = new Map<string, number>();
  readonly #synsets = new Map<number, Sparse>();
  readonly #usuals = new Map<string, Sparse>();

  constructor(wordNet: WordNet, options: Required<CaptionVectorOptions>) {
    this.#wordNet = wordNet;
    this.#options = options;
  }

  /** A unit vector, before `rarity`. Empty only for captions of white space. */
  vectorOf(caption: string, context = ''): Sparse {
    const terms = termsOf(caption, this.#wordNet.lexicon);
    const around = this.#options.sense === 'context' ? this.#context(terms, context) : null;
    const sum: Sparse = new Map();
    for (const term of terms) {
      const fraction = term.head ? 1 : this.#options.modifierWeight;
      if (term.noun === null) {
        addScaled(sum, this.#wordAxis(term.text), fraction * this.#options.ownAxisWeight);
        continue;
      }
      const { vector, ic } = this.#meaning(term, around);
      addScaled(sum, vector, fraction * ic);
      if (this.#options.literalWeight > 0) {
        addScaled(sum, this.#wordAxis(term.text), fraction * ic * this.#options.literalWeight);
      }
    }
    // General words ('entity') still distinguish captions.
    if (dot(sum, sum) === 0) for (const term of terms) addScaled(sum, this.#wordAxis(term.text), 1);
    return unit(sum);
  }

  /** Sum of what each distinct noun of a caption and its context may mean. */
  #context(terms: readonly Term[], context: string): Sparse {
    const all = context === '' ? terms : [...terms, ...termsOf(context, this.#wordNet.lexicon)];
    const nouns = new Map(all.flatMap(({ noun }) => (noun === null ? [] : [[noun.lemma, noun]])));
    const sum: Sparse = new Map();
    for (const noun of nouns.values()) addScaled(sum, this.#usual(noun), 1);
    return sum;
  }

  /** Mean of a noun's first senses. */
  #usual(noun: NounEntry): Sparse {
    let mean = this.#usuals.get(noun.lemma);
    if (mean === undefined) {
      const senses = noun.synsets.slice(0, SENSES_IN_CONTEXT);
      mean = new Map();
      for (const synset of senses) addScaled(mean, this.#synset(synset), 1 / senses.length);
      this.#usuals.set(noun.lemma, mean);
    }
    return mean;
  }

  /** A noun's unit vector and information content, after the choice among its senses. */
  #meaning(term: Term, context: Sparse | null): { vector: Sparse; ic: number } {
    const { synsets, counts } = term.noun!;
    const { ic } = this.#wordNet.taxonomy;
    if (synsets.length === 1 || this.#options.sense === 'first') {
      return { vector: this.#synset(synsets[0]!), ic: ic[synsets[0]!]! };
    }
    // The context without this noun, as a difference: |c − u|² = |c|² − 2 c·u + |u|².
    const own = this.#usual(term.noun!);
    const rest = context === null ? 0 : dot(context, context) - 2 * dot(context, own) + dot(own, own);
    const fractions = synsets.map((synset, rank) => {
      const vector = this.#synset(synset);
      const near =
        context !== null && rest > 1e-9 ? (dot(vector, context) - dot(vector, own)) / Math.sqrt(rest) : 0;
      return (counts[rank]! + 1) * Math.exp(CONTEXT_SHARPNESS * near);
    });
    const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
    const vector: Sparse = new Map();
    let content = 0;
    synsets.forEach((synset, rank) => {
      const fraction = fractions[rank]! / total;
      addScaled(vector, this.#synset(synset), fraction);
      content += fraction * ic[synset]!;
    });
    return { vector: unit(vector), ic: content };
  }

  /** Unit vector of a synset over its ancestors. */
  #synset(synset: number): Sparse {
    const known = this.#synsets.get(synset);
    if (known !== undefined) return known;
    const { ancestors, ancestorStart, weight } = this.#wordNet.taxonomy;
    const vector: Sparse = new Map();
    for (let at = ancestorStart[synset]!; at < ancestorStart[synset + 1]!; at++) {
      const ancestor = ancestors[at]!;
      if (weight[ancestor]! > 0) vector.set(ancestor, weight[ancestor]!);
    }
    if (vector.size === 0) vector.set(synset, 1); // the root, of IC 0
    const result = unit(vector);
    this.#synsets.set(synset, result);
    return result;
  }

  #wordAxis(word: string): Sparse {
    let axis = this.#words.get(word);
    if (axis === undefined) {
      axis = this.#wordNet.taxonomy.size + this.#words.size;
      this.#words.set(word, axis);
    }
    return new Map([[axis, 1]]);
  }
}

/** Multiplies every axis by ln((n + 1) / df)^power, as TF-IDF does, and makes the vectors unit again. */
export function weightByRarity(vectors: readonly Sparse[], power: number): Sparse[] {
  const holders = new Map<number, number>();
  for (const vector of vectors)
    for (const axis of vector.keys()) holders.set(axis, (holders.get(axis) ?? 0) + 1);
  const n = vectors.length;
  const factor = new Map(Array.from(holders, ([axis, df]) => [axis, Math.log((n + 1) / df) ** power]));
  return vectors.map((vector) =>
    unit(new Map(Array.from(vector, ([axis, value]) => [axis, value * factor.get(axis)!]))),
  );
}
