// Reads word vectors from a text table: one word and its numbers per line, as in the text formats of GloVe and word2vec.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UserError } from '../../util/errors.js';
import type { StaticTable } from './table.js';

/** Words of a caption: runs of letters, digits and marks, in lower case; apostrophes and hyphens part words. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * Word2vec's first line (words, width) is passed over. Of a word that comes twice the first counts; a caption's words
 * are looked up as written, then in lower case.
 * @throws {UserError} naming the line that is not a word and as many numbers as the first has
 */
export async function readWordTable(path: string): Promise<StaticTable> {
  const rows = new Map<string, Int32Array>();
  let dimensions = 0;
  let values = new Float32Array(1 << 16);
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++;
    const cells = line.trimEnd().split(/[ \t]+/);
    if (cells.length < 2 || (number === 1 && cells.length === 2)) continue;
    if (dimensions === 0) dimensions = cells.length - 1;
    const [word = ''] = cells;
    const start = rows.size * dimensions;
    if (start + dimensions > values.length) {
      const larger = new Float32Array(Math.max(2 * values.length, start + dimensions));
      larger.set(values);
      values = larger;
    }
    for (let i = 0; i < dimensions; i++) values[start + i] = Number(cells[i + 1]);
    const broken = values.subarray(start, start + dimensions).some((value) => !Number.isFinite(value));
    if (cells.length !== dimensions + 1 || broken) {
      throw new UserError(
        `static encoder: ${path}:${number}: expected a word and ${dimensions} numbers, got '${line.slice(0, 60)}'`,
        'Each line must be a word and its numbers, with spaces or tabs between.',
      );
    }
    if (!rows.has(word)) rows.set(word, Int32Array.of(rows.size));
  }
  if (rows.size === 0) throw new UserError(`static encoder: ${path} holds no word vectors`);
  return {
    dimensions,
    vectors: values.slice(0, rows.size * dimensions),
    maxTokens: Number.POSITIVE_INFINITY,
    files: [path],
    tokensOf: (text) =>
      Array.from(text.matchAll(WORD), ([word]) => rows.get(word) ?? rows.get(word.toLowerCase())).filter(
        (row) => row !== undefined,
      ),
  };
}
