// A vector for each word of a catalog's names: the mean of the images that it names. So words find images without a text encoder.

/** Words with what a page needs of them. */
export interface WordVectors {
  readonly words: readonly string[];
  /** ln((n + 1) / number of items that have the word): rare words say more. */
  readonly weights: readonly number[];
  /** (words, dimensions) unit rows in the index's space; zeros for a word whose images cancel out */
  readonly vectors: Float32Array;
}

/** More words than this are a download that nobody waits for; the most frequent are kept. */
const mostWords = 5000;

/** Lower-case words of a text, each once; letters and digits of any script. The page's `wordsIn` is the same. @internal */
export function wordsIn(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...new Set(words)].filter((word) => word !== '');
}

/** @param texts what is said of each item; @param vectors (n, dimensions) unit rows */
export function wordVectors(
  texts: readonly string[],
  vectors: Float32Array,
  dimensions: number,
): WordVectors {
  const rowsOf = new Map<string, number[]>();
  texts.forEach((text, row) => {
    for (const word of wordsIn(text)) {
      const rows = rowsOf.get(word);
      if (rows === undefined) rowsOf.set(word, [row]);
      else rows.push(row);
    }
  });
  const kept = [...rowsOf]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostWords);
  const means = new Float32Array(kept.length * dimensions);
  kept.forEach(([, rows], place) => {
    const mean = means.subarray(place * dimensions, (place + 1) * dimensions);
    for (const row of rows) for (let i = 0; i < dimensions; i++) mean[i]! += vectors[row * dimensions + i]!;
    const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let i = 0; i < dimensions; i++) mean[i]! /= length;
  });
  return {
    words: kept.map(([word]) => word),
    weights: kept.map(([, rows]) => Number(Math.log((texts.length + 1) / rows.length).toFixed(4))),
    vectors: means,
  };
}
