// Builds the graph of captions' vectors.
import type { Dataset } from '../../data/index.js';
import {
  cureVectors,
  describeSamples,
  duplicateCaptions,
  encodeDataset,
  readDescriptions,
  TextGraph,
} from '../../graph/index.js';
import type { NamedGraph } from '../build-graph.js';
import type { GraphConfig } from '../config.js';
import { createTextEncoder } from '../text-encoders.js';
import type { GraphContext } from './families.js';

/** Caption vectors are kept here and reused by every run. */
export const captionCache = '.cache/captions';

export async function buildTextGraph(
  settings: Extract<GraphConfig, { kind: 'text' }>,
  { dataset, training, device, seed, captionTemplate, onNotice }: GraphContext,
): Promise<NamedGraph> {
  const encoder = await createTextEncoder(settings);
  const { descriptions } = settings;
  const samples =
    descriptions === undefined
      ? dataset.samples
      : describeSamples(dataset.samples, readDescriptions(descriptions));
  const rows = await encodeDataset(samples, encoder, captionCache, {
    template: captionTemplate,
    captions: settings.captions,
  });
  onNotice(
    `${rows.captions.length} distinct captions ${rows.reused ? 'read from' : 'encoded into'} ${rows.path}`,
  );
  return {
    graph: new TextGraph(cureVectors(rows, training, settings.cures), { device, seed }),
    description: `caption similarity by ${encoder.name}`,
    notes: [...rows.notes, ...duplicateNotes(samples)],
  };
}

/** Two classes with one caption are alike to the graph: crane the bird, crane the machine. */
function duplicateNotes(samples: Dataset['samples']): string[] {
  const duplicates = duplicateCaptions(samples);
  if (duplicates.length === 0) return [];
  const shown = duplicates.slice(0, 5).map(({ caption, labels }) => `"${caption}" (${labels.join(', ')})`);
  return [
    `${duplicates.length} captions stand for several labels, which the graph cannot tell apart: ${shown.join('; ')}`,
  ];
}
