// Builds the graph of captions' vectors.
import type { Dataset } from '../../data/index.js';
import {
  type CaptionRows,
  describeSamples,
  duplicateCaptions,
  encodeDataset,
  glossDescriptions,
  postprocessVectors,
  readDescriptions,
  type TextEncoder,
  TextGraph,
} from '../../graph/index.js';
import { completeText, textEncoderLine } from '../choose-text-encoder.js';
import type { Choice, GraphConfig } from '../config.js';
import { createTextEncoder } from '../text-encoders.js';
import type { GraphContext, NamedGraph } from './builder.js';
import { smoothed } from './columns.js';

type TextSettings = Extract<GraphConfig, { kind: 'text' }>;

/** Caption vectors are kept here and reused by every run. */
export const captionCache = '.cache/captions';

/** What the settings' text encoder makes of a data set's captions, or of what stands in their place. */
export async function encodeCaptions(
  settings: TextSettings,
  { dataset, captionTemplate, onEncode }: Pick<GraphContext, 'dataset' | 'captionTemplate' | 'onEncode'>,
): Promise<{
  rows: CaptionRows;
  encoder: TextEncoder;
  samples: Dataset['samples'];
  /** Of the encoder and its model, where the settings left them to be chosen. */
  choices: readonly Choice[];
}> {
  const { descriptions } = settings;
  const samples =
    descriptions === undefined
      ? dataset.samples
      : describeSamples(dataset.samples, describe(descriptions, dataset));
  const { graph, choices } = await completeText(settings, samples);
  const encoder = await createTextEncoder(graph);
  const rows = await encodeDataset(samples, encoder, captionCache, {
    template: captionTemplate,
    captions: settings.captions,
    ...(onEncode !== undefined && { onProgress: onEncode }),
  });
  return { rows, encoder, samples, choices };
}

export async function buildTextGraph(settings: TextSettings, context: GraphContext): Promise<NamedGraph> {
  const { dataset, training, device, seed, onNotice } = context;
  const { rows, encoder, samples, choices } = await encodeCaptions(settings, context);
  const chosen = textEncoderLine(choices);
  if (chosen !== null) onNotice(chosen);
  const { postprocess } = settings;
  const postprocessed = smoothed(
    postprocessVectors(rows, training, postprocess),
    dataset,
    training,
    postprocess,
  );
  onNotice(
    `${rows.captions.length} distinct captions ${rows.encoded === 0 ? 'read from' : 'encoded into'} ${rows.path}`,
  );
  return {
    graph: new TextGraph(postprocessed, { device, seed }),
    rows: postprocessed,
    description: `caption similarity by ${encoder.name}`,
    notes: [...rows.notes, ...duplicateNotes(samples)],
  };
}

/** A table's, or WordNet's glosses. */
function describe(source: string, { samples }: Dataset): ReadonlyMap<string, readonly string[]> {
  return source === 'glosses' ? glossDescriptions(samples) : readDescriptions(source);
}

/** Two classes with one caption are similar to the graph: crane the bird, crane the machine. */
function duplicateNotes(samples: Dataset['samples']): string[] {
  const duplicates = duplicateCaptions(samples);
  if (duplicates.length === 0) return [];
  const shown = duplicates.slice(0, 5).map(({ caption, labels }) => `"${caption}" (${labels.join(', ')})`);
  return [
    `${duplicates.length} captions belong to several labels, which the graph cannot distinguish: ${shown.join('; ')}`,
  ];
}
