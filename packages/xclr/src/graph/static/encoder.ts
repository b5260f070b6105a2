// Captions to vectors by a table of token vectors: the mean of the tokens'. Needs no transformer and is the fastest.
import { existsSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { purpose, Random } from '../../util/random.js';
import { modelChecksum } from '../checksum.js';
import { captionMarks, type EncodedCaptions, type EncodeOptions, type TextEncoder } from '../text-encoder.js';
import { readModel2Vec } from './model2vec.js';
import type { StaticTable } from './table.js';
import { readWordTable } from './word-table.js';

const REPORT_EVERY = 4096;

/** A Model2Vec folder, or a text table of word vectors (GloVe, word2vec). */
export class StaticEncoder implements TextEncoder {
  readonly usesContext = false;
  readonly independent = true;
  readonly name: string;
  readonly identity: string;
  readonly #table: StaticTable;

  private constructor(name: string, identity: string, table: StaticTable) {
    this.name = name;
    this.identity = identity;
    this.#table = table;
  }

  /** @param model a Model2Vec folder, or a file with one word and its numbers per line */
  static async load(model: string): Promise<StaticEncoder> {
    if (!existsSync(model)) {
      throw new UserError(
        `static encoder: ${model} is not there`,
        'Fetch a Model2Vec model (config.json, model.safetensors, tokenizer.json; e.g. minishlab/potion-base-8M from https://huggingface.co) and name its folder.',
      );
    }
    const table = statSync(model).isDirectory() ? await readModel2Vec(model) : await readWordTable(model);
    return new StaticEncoder(model, `static 1 files ${await modelChecksum(table.files)}`, table);
  }

  async encode(captions: readonly string[], { onProgress }: EncodeOptions = {}): Promise<EncodedCaptions> {
    const { dimensions } = this.#table;
    const vectors = new Float32Array(captions.length * dimensions);
    const marks = new Uint8Array(captions.length);
    for (const [i, caption] of captions.entries()) {
      if (caption.trim() === '')
        throw new UserError(`${this.name}: captions must not be empty, got one at index ${i}`);
      marks[i] = this.#encodeOne(caption, vectors.subarray(i * dimensions, (i + 1) * dimensions));
      if ((i + 1) % REPORT_EVERY === 0 || i + 1 === captions.length) {
        onProgress?.(i + 1, captions.length);
        await setImmediate(); // lets a progress bar draw
      }
    }
    const count = (mark: number) => marks.reduce((sum, value) => sum + Number((value & mark) > 0), 0);
    const [cut, unknown] = [count(captionMarks.cut), count(captionMarks.unknown)];
    const notes = [
      ...(cut > 0
        ? [`${cut} of ${captions.length} captions were longer than ${this.#table.maxTokens} tokens`]
        : []),
      ...(unknown > 0 ? [`${unknown} of ${captions.length} captions have no known word`] : []),
    ];
    return { vectors, dimensions, notes, marks };
  }

  /** Writes a caption's unit vector into `out` (dimensions), and returns its marks. */
  #encodeOne(caption: string, out: Float32Array): number {
    const { dimensions, vectors, weights, mapping, maxTokens, tokensOf } = this.#table;
    let left = maxTokens;
    let mark = 0;
    for (const piece of tokensOf(caption)) {
      for (const token of piece) {
        if (left-- <= 0) {
          mark = captionMarks.cut;
          break;
        }
        const weight = weights?.[token] ?? 1;
        const from = (mapping?.[token] ?? token) * dimensions;
        for (let d = 0; d < dimensions; d++) out[d]! += weight * vectors[from + d]!;
      }
    }
    if (normalize(out)) return mark;
    // Nothing known: a direction of its own, about perpendicular to all others, so that it is like nothing else.
    const seed = Buffer.from(sha256(caption), 'hex').readUInt32LE(0);
    const random = new Random(seed, purpose.unknownCaption);
    for (let d = 0; d < dimensions; d++) out[d] = random.between(-1, 1);
    normalize(out);
    return mark | captionMarks.unknown;
  }
}

/** False where the vector is zero. */
function normalize(vector: Float32Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!(squares > 0)) return false;
  const scale = 1 / Math.sqrt(squares);
  for (let d = 0; d < vector.length; d++) vector[d]! *= scale;
  return true;
}
