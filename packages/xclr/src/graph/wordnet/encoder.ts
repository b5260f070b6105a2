// The offline text encoder: a graded taxonomy similarity over WordNet's nouns, as vectors.

import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import type { EncodedCaptions, EncodeOptions, TextEncoder } from '../text-encoder.js';
import { type CaptionVectorOptions, CaptionVectors, weightByRarity } from './caption-vectors.js';
import { denseRows } from './dense.js';
import type { Sparse } from './sparse.js';
import { openWordNet, type WordNet, type WordNetOptions } from './wordnet.js';

/** How the vectors of WordNet are weighted. */
export interface WordNetEncoderOptions extends CaptionVectorOptions, WordNetOptions {
  /** Most columns a row may have; see `denseRows` for what happens beyond. */
  width?: number;
}

const REPORT_EVERY = 1000;

/**
 * Captions become sums of their nouns' information-content vectors, so that captions are similar as far as what
 * they name shares ancestors in WordNet 3.1 ('a cat' and 'a dog': carnivore), and words beyond WordNet's nouns
 * count when both captions have them. English nouns; any other word, of any script, is matched as it is written.
 * The rows of one call share their axes: never compare rows of two calls.
 */
export class WordNetEncoder implements TextEncoder {
  readonly name = 'wordnet';
  readonly identity: string;
  readonly usesContext: boolean;
  readonly #wordNet: WordNet;
  readonly #options: Required<CaptionVectorOptions> & { width: number };

  constructor({
    sense = 'context',
    ownAxisWeight = 0.5,
    literalWeight = 0,
    modifierWeight = 0.5,
    rarity = 0,
    width = 2048,
    folder,
    informationContent = 'intrinsic',
  }: WordNetEncoderOptions = {}) {
    if (!Number.isInteger(width) || width < 8) {
      throw new UserError(`WordNetEncoder: width must be a whole number of at least 8, got ${width}`);
    }
    for (const [name, value] of Object.entries({ ownAxisWeight, literalWeight, modifierWeight, rarity })) {
      if (!(value >= 0 && Number.isFinite(value))) {
        throw new UserError(`WordNetEncoder: ${name} must be zero or more, got ${value}`);
      }
    }
    this.#wordNet = openWordNet({ informationContent, ...(folder === undefined ? {} : { folder }) });
    this.#options = { sense, ownAxisWeight, literalWeight, modifierWeight, rarity, width };
    this.usesContext = sense === 'context';
    const settings = sha256(JSON.stringify([1, informationContent, this.#options]));
    this.identity = `wordnet-3.1 files ${this.#wordNet.checksum} settings ${settings.slice(0, 8)}`;
  }

  async encode(
    captions: readonly string[],
    { onProgress, contexts }: EncodeOptions = {},
  ): Promise<EncodedCaptions> {
    const maker = new CaptionVectors(this.#wordNet, this.#options);
    const rows: Sparse[] = [];
    for (const [i, caption] of captions.entries()) {
      if (caption.trim() === '') {
        throw new UserError(`WordNetEncoder: captions must not be empty, got one at index ${i}`);
      }
      rows.push(maker.vectorOf(caption, contexts?.[i]));
      if ((i + 1) % REPORT_EVERY === 0 || i + 1 === captions.length) {
        onProgress?.(i + 1, captions.length);
        await new Promise(setImmediate); // lets a progress bar draw
      }
    }
    const weighted = this.#options.rarity > 0 ? weightByRarity(rows, this.#options.rarity) : rows;
    const { vectors, dimensions, exact } = denseRows(weighted, this.#options.width);
    const notes = exact
      ? []
      : [
          `wordnet: more axes than ${dimensions} columns; the rarer ones share columns (cosines ± about 0.02)`,
        ];
    return { vectors, dimensions, notes };
  }
}
