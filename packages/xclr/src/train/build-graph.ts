// The similarity graph that the settings ask for, over the samples of a data set.
import type { Dataset } from '../data/index.js';
import {
  calibrate,
  classMatrixGraph,
  duplicateCaptions,
  encodeDataset,
  identityGraph,
  labelCodes,
  labelGraph,
  matrixGraph,
  type NamedMatrix,
  RandomGraph,
  readMatrix,
  type SimilarityGraph,
  TextGraph,
} from '../graph/index.js';
import type { GraphConfig, TrainConfig } from './config.js';
import { createTextEncoder } from './text-encoders.js';

/** Caption vectors are kept here and reused by every run. */
export const captionCache = '.cache/captions';

export interface NamedGraph {
  readonly graph: SimilarityGraph;
  /** For people and the record: 'text (wordnet), τ_s 0.1'. */
  readonly description: string;
  readonly notes: readonly string[];
}

type TextGraphConfig = Extract<GraphConfig, { kind: 'text' }>;

/** @param training indices of the training part: `auto` calibrates τ_s on it alone */
export async function buildGraph(
  config: TrainConfig,
  dataset: Dataset,
  training: Int32Array,
  device: string,
  onNotice: (message: string) => void = () => undefined,
): Promise<NamedGraph> {
  const { graph: settings } = config;
  const labels = dataset.samples.map((sample) => sample.label);
  const fixed = (temperature: number | 'auto') => (temperature === 'auto' ? 0.1 : temperature);
  switch (settings.kind) {
    case 'identity':
      return named(identityGraph(labels.length, { device }), 'identity: only views of one picture are alike');
    case 'labels':
      return named(labelGraph(labels, { device }), 'labels: pictures of one label are alike');
    case 'random': {
      const targetTemperature = fixed(settings.temperature);
      const graph = new RandomGraph(labelCodes(labels).codes, {
        targetTemperature,
        seed: config.seed,
        device,
      });
      return named(graph, `random similarities, τ_s ${targetTemperature}`);
    }
    case 'matrix':
    case 'class-matrix': {
      const targetTemperature = fixed(settings.temperature);
      const matrix = readMatrix(settings.path);
      const options = { targetTemperature, device };
      const graph =
        settings.kind === 'matrix'
          ? matrixGraph(matrix, labels.length, options)
          : classMatrixGraph(matrix, classesOf(matrix, labels), labels, options);
      return named(graph, `${settings.kind} ${settings.path}, τ_s ${targetTemperature}`);
    }
    case 'text':
      return buildTextGraph(settings, config, dataset, training, device, onNotice);
  }
}

async function buildTextGraph(
  settings: TextGraphConfig,
  config: TrainConfig,
  dataset: Dataset,
  training: Int32Array,
  device: string,
  onNotice: (message: string) => void,
): Promise<NamedGraph> {
  const encoder = await createTextEncoder(settings);
  const rows = await encodeDataset(dataset.samples, encoder, captionCache, {
    template: config.data.captionTemplate,
    captions: settings.captions,
  });
  onNotice(
    `${rows.captions.length} distinct captions ${rows.reused ? 'read from' : 'encoded into'} ${rows.path}`,
  );
  const notes = [...rows.notes, ...duplicateNotes(dataset)];
  let temperature = settings.temperature;
  let how = '';
  if (temperature === 'auto') {
    const { vectors, dimensions, rowOf } = rows;
    const part = { vectors, dimensions, rowOf: training.map((index) => rowOf[index]!) };
    const calibration = calibrate(part, { batch: config.batchSize });
    temperature = calibration.targetTemperature;
    how = ` (calibrated: mean cosine ${calibration.meanOffPositive.toFixed(2)}, ${Math.round(100 * calibration.positiveMass)} % of the target on the other view)`;
  }
  const graph = new TextGraph(rows, { targetTemperature: temperature, device, seed: config.seed });
  return { graph, description: `caption similarity by ${encoder.name}, τ_s ${temperature}${how}`, notes };
}

/** Two classes with one caption are alike to the graph: crane the bird, crane the machine. */
function duplicateNotes(dataset: Dataset): string[] {
  const duplicates = duplicateCaptions(dataset.samples);
  if (duplicates.length === 0) return [];
  const shown = duplicates.slice(0, 5).map(({ caption, labels }) => `"${caption}" (${labels.join(', ')})`);
  return [
    `${duplicates.length} captions stand for several labels, which the graph cannot tell apart: ${shown.join('; ')}`,
  ];
}

/** The matrix's own names, or else the labels in sorted order. */
function classesOf(matrix: NamedMatrix, labels: readonly (string | null)[]): readonly string[] {
  return matrix.names ?? [...new Set(labels.filter((label) => label !== null))].sort();
}

function named(graph: SimilarityGraph, description: string): NamedGraph {
  return { graph, description, notes: [] };
}
