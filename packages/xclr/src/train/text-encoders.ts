// Text encoders by the names that settings use.
import {
  type CaptionedSample,
  ClipTextEncoder,
  SentenceTransformerEncoder,
  StaticEncoder,
  type TextEncoder,
  WordNetEncoder,
} from '../graph/index.js';
import { UserError } from '../util/errors.js';
import { type ChosenText, completeText } from './choose-text-encoder.js';
import type { GraphConfig } from './config.js';

type TextGraphConfig = Extract<GraphConfig, { kind: 'text' }>;
type AnyTextEncoder = Pick<TextGraphConfig, 'encoder' | 'model' | 'rarity'> &
  Partial<Pick<TextGraphConfig, 'dtype'>>;

/** What turns captions into vectors: a part of the graph's settings, with nothing left to choose. */
export type TextEncoderConfig = ChosenText<AnyTextEncoder>;

/** Columns up to which WordNet's rows are exact: some thousand concepts fit, at 16 kB each. */
const exactWidth = 8192;

/** The encoder of some settings; where they leave it to be chosen, the one that suits the samples' captions. */
export async function textEncoderFor(
  settings: AnyTextEncoder,
  samples: readonly Pick<CaptionedSample, 'captions'>[],
): Promise<TextEncoder> {
  return createTextEncoder((await completeText(settings, samples)).graph);
}

export async function createTextEncoder({
  encoder,
  model,
  rarity,
  dtype = 'float32',
}: TextEncoderConfig): Promise<TextEncoder> {
  if (encoder === 'wordnet') return new WordNetEncoder({ rarity, width: exactWidth });
  if (encoder === 'static') {
    if (model !== undefined) return StaticEncoder.load(model);
    throw new UserError(
      '--text-encoder static needs --graph-model',
      'Name a Model2Vec folder, or a text table of word vectors (GloVe, word2vec).',
    );
  }
  const options = { precision: dtype, ...(model === undefined ? {} : { model }) };
  return encoder === 'clip' ? ClipTextEncoder.load(options) : SentenceTransformerEncoder.load(options);
}
