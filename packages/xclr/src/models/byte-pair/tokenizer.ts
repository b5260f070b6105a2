// CLIP's tokenizer: lower-case words cut into pieces of bytes, between a start and an end marker.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maxOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { writeFileAtomic } from '../../util/files.js';
import { byteCharacters } from './bytes.js';
import { bytesOfWord, endOfWord, joined, learnMerges, type Merge } from './merges.js';
import { wordsOf } from './words.js';

const startMarker = '<|startoftext|>';
const endMarker = '<|endoftext|>';

export class ClipTokenizer {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #merges: readonly Merge[];
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #known = new Map<string, readonly number[]>();
  /** Number of pieces, markers included; two merges may make one piece, which keeps both places. */
  readonly vocabulary: number;

  /** The vocabulary's order is OpenAI's: bytes, bytes that end a word, merges, the two markers. */
  constructor(merges: readonly Merge[]) {
    this.#merges = merges;
    this.#ranks = new Map(merges.map(([first, second], rank) => [`${first} ${second}`, rank]));
    const pieces = [
      ...byteCharacters,
      ...byteCharacters.map((one) => one + endOfWord),
      ...merges.map(([first, second]) => first + second),
      startMarker,
      endMarker,
    ];
    this.#ids = new Map(pieces.map((piece, id) => [piece, id]));
    this.vocabulary = pieces.length;
  }

  /** Learned from texts, for a vocabulary of at most so many pieces; CLIP's has 49,408. */
  static learn(texts: Iterable<string>, { vocabulary = 4096 }: { vocabulary?: number } = {}): ClipTokenizer {
    return new ClipTokenizer(learnMerges(texts, Math.max(0, vocabulary - 2 * byteCharacters.length - 2)));
  }

  /** From a folder with `merges.txt`, as Hugging Face's CLIP models have it. */
  static read(folder: string): ClipTokenizer {
    const path = join(folder, 'merges.txt');
    if (!existsSync(path)) {
      throw new UserError(
        `text tower: expected ${path}, found none`,
        "Give a folder with CLIP's vocab.json and merges.txt, or leave textTower.tokenizer out: one is learned from the captions.",
      );
    }
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#version'));
    const merges = lines.map((line, i): Merge => {
      const [first, second, ...rest] = line.split(' ');
      if (first === undefined || second === undefined || rest.length > 0)
        throw new UserError(`${path}: line ${i + 1} is not a pair of tokens: ${JSON.stringify(line)}`);
      return [first, second];
    });
    return new ClipTokenizer(merges);
  }

  /** Writes `vocab.json` and `merges.txt`, which Hugging Face's CLIPTokenizer reads. */
  write(folder: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileAtomic(join(folder, 'vocab.json'), JSON.stringify(Object.fromEntries(this.#ids)));
    const lines = this.#merges.map((merge) => `${merge.join(' ')}\n`).join('');
    writeFileAtomic(join(folder, 'merges.txt'), `#version: 0.2\n${lines}`);
  }

  /** Ids of a text: start, its pieces, end. Above `context` ids its pieces are cut and the end marker kept. */
  encode(text: string, { context = 77 }: { context?: number } = {}): number[] {
    const pieces = wordsOf(text).flatMap((word) => this.#idsOfWord(word));
    const [start, end] = [this.#ids.get(startMarker)!, this.#ids.get(endMarker)!];
    return [start, ...pieces.slice(0, context - 2), end];
  }

  /** Ids of several texts as rows (n, length), padded with 0 behind the end marker; `lengths` are theirs without padding. */
  encodeRows(
    texts: readonly string[],
    { context = 77 }: { context?: number } = {},
  ): { rows: Int32Array; length: number; lengths: Int32Array } {
    const encoded = texts.map((text) => this.encode(text, { context }));
    const lengths = Int32Array.from(encoded, (ids) => ids.length); // (n)
    const length = maxOf(lengths);
    const rows = new Int32Array(texts.length * length); // (n, length)
    encoded.forEach((ids, i) => {
      rows.set(ids, i * length);
    });
    return { rows, length, lengths };
  }

  #idsOfWord(word: string): readonly number[] {
    let ids = this.#known.get(word);
    if (ids === undefined) {
      ids = this.#piecesOf(word).map((piece) => this.#ids.get(piece)!);
      this.#known.set(word, ids);
    }
    return ids;
  }

  /** Joins pairs in the order in which they were learned. */
  #piecesOf(word: string): readonly string[] {
    let pieces: readonly string[] = bytesOfWord(word);
    for (;;) {
      let best: { merge: Merge; rank: number } | undefined;
      for (let i = 0; i + 1 < pieces.length; i++) {
        const merge: Merge = [pieces[i]!, pieces[i + 1]!];
        const rank = this.#ranks.get(merge.join(' '));
        if (rank !== undefined && rank < (best?.rank ?? Number.POSITIVE_INFINITY)) best = { merge, rank };
      }
      if (best === undefined) return pieces;
      pieces = joined(pieces, best.merge);
    }
  }
}
