// Builds graphs from labels, and from matrices, trees and vectors that the user gives.
import {
  classMatrixGraph,
  labelCodes,
  matrixGraph,
  namedMatrixGraph,
  postprocessVectors,
  RandomGraph,
  readEmbeddings,
  readMatrix,
  readTaxonomy,
  rowsOfEmbeddings,
  TextGraph,
  taxonomyGraph,
} from '../../graph/index.js';
import { UserError } from '../../util/errors.js';
import type { GraphConfig } from '../config.js';
import type { GraphContext, NamedGraph } from './builder.js';
import { cellsOf, smoothed } from './columns.js';

type Settings<Kind extends GraphConfig['kind']> = Extract<GraphConfig, { kind: Kind }>;

const labelsOf = ({ dataset }: GraphContext) => dataset.samples.map(({ label }) => label);

const sorted = (labels: readonly (string | null)[]) =>
  [...new Set(labels.filter((label) => label !== null))].sort();

export function buildRandomGraph({ per }: Settings<'random'>, context: GraphContext): NamedGraph {
  const { dataset, seed, device } = context;
  const groups =
    per === 'class' ? labelCodes(labelsOf(context)).codes : Int32Array.from(dataset.samples.keys());
  return {
    graph: new RandomGraph(groups, { seed, device }),
    description: `random similarities per ${per} pair`,
    notes: [],
  };
}

/** A class matrix without names follows the labels in sorted order, a sample matrix the samples'. */
export function buildMatrixGraph(
  { kind, path, ids: namesPath }: Settings<'matrix'> | Settings<'class-matrix'>,
  context: GraphContext,
): NamedGraph {
  const labels = labelsOf(context);
  const { device, dataset } = context;
  const matrix = readMatrix(path, { namesPath });
  const { names } = matrix;
  const description = `${kind} ${path}`;
  if (kind === 'class-matrix') {
    return {
      graph: classMatrixGraph(matrix, names ?? sorted(labels), labels, { device }),
      description,
      notes: [],
    };
  }
  if (names === null) {
    const notes = ['the matrix has no names: its rows are assumed to be in the order of the samples'];
    return { graph: matrixGraph(matrix, labels.length, { device }), description, notes };
  }
  const ids = dataset.samples.map(({ id }) => id);
  return { graph: namedMatrixGraph(matrix, names, ids, { device }), description, notes: [] };
}

export function buildTaxonomyGraph(settings: Settings<'taxonomy'>, context: GraphContext): NamedGraph {
  const { path, column, similarity, information, virtualRoot } = settings;
  const { training, device, dataset } = context;
  const taxonomy = readTaxonomy(path, { virtualRoot });
  const nodes =
    column === undefined ? labelsOf(context) : cellsOf(dataset, column).map((cell) => cell || null);
  return {
    graph: taxonomyGraph(taxonomy, nodes, { similarity, information, training, device }),
    description: `${similarity} similarity in the taxonomy ${path}`,
    notes: [],
  };
}

export async function buildEmbeddingsGraph(
  settings: Settings<'embeddings'>,
  context: GraphContext,
): Promise<NamedGraph> {
  const { path, by, column, idColumn, ids, postprocess } = settings;
  const { dataset, training, device } = context;
  const labels = labelsOf(context);
  const keys = by === 'id' ? dataset.samples.map(({ id }) => id) : labels.map((label) => label ?? '');
  const none = by === 'label' ? labels.indexOf(null) : -1;
  if (none >= 0) throw new UserError(`embeddings: every sample must have a label, sample ${none} has none`);
  const embeddings = await readEmbeddings(path, {
    column,
    ...(idColumn === undefined ? {} : { idColumn }),
    ...(ids === undefined ? {} : { idsPath: ids }),
  });
  const rows = rowsOfEmbeddings(embeddings, keys, by === 'id' ? keys : sorted(labels));
  const postprocessed = postprocessVectors(rows, training, postprocess);
  return {
    graph: new TextGraph(smoothed(postprocessed, dataset, training, postprocess), {
      device,
      name: 'embeddings',
    }),
    description: `cosine of the vectors in ${path}, one per ${by === 'id' ? 'sample' : 'class'}`,
    notes: [],
  };
}
