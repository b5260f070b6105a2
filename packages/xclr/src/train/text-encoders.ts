// Text encoders by the names that settings use.
import { SentenceTransformerEncoder, type TextEncoder, WordNetEncoder } from '../graph/index.js';
import type { GraphConfig } from './config.js';

export async function createTextEncoder({
  encoder,
  model,
}: Extract<GraphConfig, { kind: 'text' }>): Promise<TextEncoder> {
  if (encoder === 'wordnet') return new WordNetEncoder({ rarity: 0.5 });
  return SentenceTransformerEncoder.load(model === undefined ? {} : { model });
}
