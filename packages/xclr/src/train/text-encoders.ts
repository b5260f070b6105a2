// Text encoders by the names that settings use.
import { SentenceTransformerEncoder, type TextEncoder, WordNetEncoder } from '../graph/index.js';
import type { GraphConfig } from './config.js';

/** What turns captions into vectors: a part of the graph's settings. */
export type TextEncoderConfig = Pick<Extract<GraphConfig, { kind: 'text' }>, 'encoder' | 'model' | 'rarity'>;

/** Columns up to which WordNet's rows are exact: some thousand concepts fit, at 16 kB each. */
const exactWidth = 8192;

export async function createTextEncoder({ encoder, model, rarity }: TextEncoderConfig): Promise<TextEncoder> {
  if (encoder === 'wordnet') return new WordNetEncoder({ rarity, width: exactWidth });
  return SentenceTransformerEncoder.load(model === undefined ? {} : { model });
}
