// From what was seen and asked to complete settings, each with its reason.
import { existsSync, readdirSync } from 'node:fs';
import { chooseTextEncoder, sentenceTransformerPlace } from '../train/choose-text-encoder.js';
import { askTrainConfig, type GivenFlag, type TrainSettings } from '../train/config.js';
import type { Decided } from './decided.js';
import { completed, type Look } from './look.js';
import { type Asker, askLength, askTextEncoder, lengths } from './questions.js';

export interface Ground {
  /** What is settled: the data. */
  readonly settings: Pick<TrainSettings, 'data'>;
  readonly flags: readonly GivenFlag[];
  readonly given: ReadonlySet<string>;
  readonly asker: Asker;
  readonly look: Look;
}

type Columns = Pick<Decided, 'otherTexts' | 'captionChosen'>;

export async function decide(ground: Ground, columns: Columns): Promise<Decided> {
  const { flags, given, asker, look } = ground;
  const ask = (settings: TrainSettings) => askTrainConfig({ base: settings, flags });
  const method = methodOf(ground);
  const withMethod = { ...ground.settings, ...(method !== undefined && { method }) };
  const textEncoder = await textEncoderOf(ground, ask(withMethod));
  const graph = textEncoder && textGraph(textEncoder.name, look);
  const fitted = await completed(ask({ ...withMethod, ...(graph && { graph }) }), look);
  const reasons = new Map(fitted.choices.map(({ setting, why }) => [setting, why]));
  let { epochs, run } = fitted.config;
  if (epochs !== null && !given.has('epochs')) {
    const length = await askLength(asker);
    epochs = Math.max(1, Math.round(epochs * lengths[length]));
    if (length !== 'usual') reasons.set('epochs', `${reasons.get('epochs')}, ${lengthTexts[length]}`);
  }
  if (!given.has('run')) run = await asker.text('Where should the run go?', freeFolder(run));
  const { device, memoryKnown } = fitted;
  return {
    ...{ look, given, device, memoryKnown, reasons, ...columns },
    config: { ...fitted.config, epochs, run },
    ...(textEncoder !== undefined && { textEncoder }),
  };
}

const lengthTexts = { try: 'a tenth of the usual length', long: 'three times the usual length' } as const;

/** Where all captions are the same, they compare nothing: views of one image are what is left. */
function methodOf({ given, look }: Ground): 'simclr' | undefined {
  if (given.has('method') || given.has('graph.kind')) return undefined;
  return look.inspection.captions.distinct === 1 ? 'simclr' : undefined;
}

async function textEncoderOf(
  { given, asker, look }: Ground,
  { graph }: ReturnType<typeof askTrainConfig>,
): Promise<Decided['textEncoder']> {
  if (graph.kind !== 'text' || given.has('graph.encoder') || given.has('graph.model')) return undefined;
  const found = await sentenceTransformerPlace();
  const { encoder, why } = chooseTextEncoder(look.dataset.samples, found);
  const { place } = found;
  const name = await askTextEncoder(asker, encoder, place);
  return { name, place, why: name === encoder ? `chosen ${why}` : 'as chosen' };
}

/** The paper's temperature belongs to its captions, made of class names; other captions have it calibrated. */
function textGraph(
  encoder: 'sentence-transformer' | 'wordnet',
  { inspection }: Look,
): TrainSettings['graph'] {
  const asInPaper = encoder === 'sentence-transformer' && inspection.captions.followLabels;
  return { kind: 'text', encoder, ...(!asInPaper && { temperature: 'auto' }) };
}

/** runs/xclr-products, or runs/xclr-products-2 where something is there. */
function freeFolder(wanted: string): string {
  const taken = (path: string) => existsSync(path) && (isFile(path) || readdirSync(path).length > 0);
  let path = wanted;
  for (let n = 2; taken(path); n++) path = `${wanted}-${n}`;
  return path;
}

function isFile(path: string): boolean {
  try {
    readdirSync(path);
    return false;
  } catch {
    return true;
  }
}
