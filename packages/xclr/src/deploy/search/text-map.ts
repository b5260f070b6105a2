// From words to where their images lie: a linear map from caption vectors to image vectors, kept with an index.
import { floatsOf, parseSafetensors, safetensorsBytes } from '../../graph/array-files.js';
import type { TextEncoder } from '../../graph/index.js';
import { createTextEncoder, type TextEncoderConfig } from '../../train/text-encoders.js';
import { UserError } from '../../util/errors.js';
import { captionFeatures } from './caption-features.js';

/** What is known of a map, beside its numbers. */
export interface TextMapFacts {
  /** How its text encoder is made. */
  readonly settings: TextEncoderConfig;
  /** Name, settings and checksum of that encoder. */
  readonly identity: string;
  readonly landmarks: readonly string[] | null;
  /** λ of the ridge, in units of the captions' mean variance; chosen on held-out captions. */
  readonly strength: number;
  /** Captions that the strength was chosen on, and their images' mean reciprocal rank among each other. */
  readonly heldOut: {
    readonly captions: number;
    readonly meanReciprocalRank: number;
    readonly byChance: number;
  };
  /** Captions that it was fitted to. */
  readonly fittedTo: number;
}

export class TextMap {
  readonly facts: TextMapFacts;
  /** (t + 1, d): a row for each of the caption's features, then what is added. */
  readonly #weights: Float32Array;
  readonly #dimensions: number;
  #encoder: Promise<TextEncoder> | undefined;

  constructor(facts: TextMapFacts, weights: Float32Array, dimensions: number) {
    this.facts = facts;
    this.#weights = weights;
    this.#dimensions = dimensions;
  }

  /** @param features (t) → (d) unit vector in the index's space */
  predict(features: Float32Array): Float32Array {
    const d = this.#dimensions;
    const t = this.#weights.length / d - 1;
    if (features.length !== t) {
      throw new UserError(
        `text query: the index's map takes captions of ${t} numbers, got ${features.length}`,
      );
    }
    const sums = Float64Array.from(this.#weights.subarray(t * d));
    for (let i = 0; i < t; i++) {
      const value = features[i]!;
      if (value === 0) continue;
      for (let j = 0; j < d; j++) sums[j]! += value * this.#weights[i * d + j]!;
    }
    const length = Math.sqrt(sums.reduce((total, sum) => total + sum * sum, 0));
    return Float32Array.from(sums, (sum) => (length > 0 ? sum / length : 0));
  }

  /** @throws {UserError} for an empty text, or where the text encoder is no longer the one it was fitted with */
  async vectorOf(text: string): Promise<Float32Array> {
    if (text.trim() === '') throw new UserError('text query: expected a text, got an empty one');
    this.#encoder ??= this.#open();
    const encoder = await this.#encoder;
    const { features } = await captionFeatures(encoder, [text.normalize('NFC').trim()], this.facts.landmarks);
    return this.predict(features);
  }

  async #open(): Promise<TextEncoder> {
    const { settings, identity } = this.facts;
    const encoder = await createTextEncoder(settings);
    if (encoder.identity === identity) return encoder;
    throw new UserError(
      `text query: the index was built with text encoder '${identity}', here it is '${encoder.identity}'`,
      'Its files have changed: restore them, or build the index again.',
    );
  }

  toBytes(): Uint8Array {
    const d = this.#dimensions;
    const shape = [this.#weights.length / d, d];
    const bytes = new Uint8Array(this.#weights.buffer, this.#weights.byteOffset, this.#weights.byteLength);
    return safetensorsBytes('weights', { dtype: 'F32', shape, bytes }, { facts: JSON.stringify(this.facts) });
  }

  /** @throws {UserError} for bytes that are not a map's */
  static fromBytes(bytes: Uint8Array, where: string): TextMap {
    const { tensors, metadata } = parseSafetensors(Buffer.from(bytes), where);
    const weights = tensors.get('weights');
    if (weights === undefined || metadata.facts === undefined) {
      throw new UserError(`index: ${where} is not a map from text`, 'Build the index again.');
    }
    const facts = JSON.parse(metadata.facts) as TextMapFacts;
    return new TextMap(facts, floatsOf(weights, where), weights.shape[1]!);
  }
}
