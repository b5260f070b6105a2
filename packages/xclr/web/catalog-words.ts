// Words as queries of images: each word of the catalog's names has a vector, the mean of the images that it names.
import { type Rows, vectorOf } from './catalog-index.js';

/** Words of the catalog, with their vectors and how much each says. */
export interface Words {
  /** (w) */
  readonly places: ReadonlyMap<string, number>;
  readonly rows: Rows;
  /** (w) ln((n + 1) / number of items that have the word) */
  readonly weights: readonly number[];
}

/** What a text is as a query. */
export interface WordQuery {
  /** (d) unit vector; null where no word is known. */
  readonly vector: Float32Array | null;
  /** Words of the text with their weights. */
  readonly known: ReadonlyMap<string, number>;
  readonly unknown: readonly string[];
}

/** Lower-case words of a text, each once; letters and digits of any script. `wordsIn` of xclr's own is the same. */
export function wordsIn(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...new Set(words)].filter((word) => word !== '');
}

export function wordQuery(text: string, { places, rows, weights }: Words): WordQuery {
  const sum = new Float32Array(rows.dimensions);
  const known = new Map<string, number>();
  const unknown: string[] = [];
  for (const word of wordsIn(text)) {
    const place = places.get(word);
    if (place === undefined) {
      unknown.push(word);
      continue;
    }
    known.set(word, weights[place]!);
    vectorOf(rows, place).forEach((value, i) => {
      sum[i]! += weights[place]! * value;
    });
  }
  const length = Math.hypot(...sum);
  return { vector: length > 0 ? sum.map((value) => value / length) : null, known, unknown };
}

/**
 * Adds to each similarity the part of the query's words, by weight, that stand in the item's own text: names that hold all words come
 * first, and images that look so after them.
 * @param own (n) the words of each item
 */
export function withNames(
  scores: Float32Array,
  known: ReadonlyMap<string, number>,
  own: readonly ReadonlySet<string>[],
): Float32Array {
  let total = 0;
  for (const weight of known.values()) total += weight;
  if (total === 0) return scores;
  return scores.map((score, row) => {
    let held = 0;
    for (const [word, weight] of known) if (own[row]!.has(word)) held += weight;
    return score + held / total;
  });
}
