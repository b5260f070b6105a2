// Which topic of help, and which heading there, each training setting belongs to.
import type { Flag } from '../train/config.js';
import type { Topic } from './help/guide.js';

/** The topics of the training settings, in the order of a first training. */
const topics: readonly Topic[] = [
  { name: 'data', about: 'where images, captions and labels are, and which of them are used' },
  { name: 'loading', about: 'how images are drawn, read and decoded' },
  { name: 'method', about: 'the method and its loss' },
  { name: 'encoder', about: 'architecture and initial weights of the encoder; the projector' },
  {
    name: 'graph',
    about: 'the similarity graph: its kinds, and the settings of each',
    introduction: `The similarity graph says how similar two images of a batch are. Its kind decides where the similarities come from:
  text          captions, compared by a text encoder (the default of method xclr)
  labels        images of one class are similar (supcon, supervised)
  identity      only the views of one image are similar (simclr, clip)
  class-matrix  a file with the similarities of all classes
  matrix        a file with the similarities of all images
  taxonomy      a tree of classes
  embeddings    a file with vectors, compared by their cosine
  multilabel    sets of labels
  attributes    columns of the table
  random        random similarities, for an ablation
  mix           several of these, weighted (only in a file)
docs/graphs.md explains each kind.`,
  },
  { name: 'clip', about: 'the text tower of method clip' },
  { name: 'views', about: 'size, number and augmentation of the views of an image' },
  { name: 'optimizer', about: 'length of training, batch size, optimizer, learning rate' },
  { name: 'run', about: 'run folder, checkpoints, metrics, device, threads, precision, seed' },
];

interface Place {
  readonly topic: string;
  readonly heading: string;
}

const places: Readonly<Record<string, Place>> = {
  data: { topic: 'data', heading: 'Data:' },
  sampler: { topic: 'loading', heading: 'Loading:' },
  buffer: { topic: 'loading', heading: 'Loading:' },
  interleave: { topic: 'loading', heading: 'Loading:' },
  cacheSize: { topic: 'loading', heading: 'Loading:' },
  cacheFolder: { topic: 'loading', heading: 'Loading:' },
  workers: { topic: 'loading', heading: 'Loading:' },
  cacheMiB: { topic: 'loading', heading: 'Loading:' },
  prefetchMiB: { topic: 'loading', heading: 'Loading:' },
  decodeTimeout: { topic: 'loading', heading: 'Loading:' },
  onDecoderCrash: { topic: 'loading', heading: 'Loading:' },
  method: { topic: 'method', heading: 'Method:' },
  loss: { topic: 'method', heading: 'Loss:' },
  encoder: { topic: 'encoder', heading: 'Encoder:' },
  projector: { topic: 'encoder', heading: 'Projector:' },
  graph: { topic: 'graph', heading: 'Similarity graph:' },
  textTower: { topic: 'clip', heading: 'Text tower:' },
  views: { topic: 'views', heading: 'Views:' },
  epochs: { topic: 'optimizer', heading: 'Length and batch:' },
  steps: { topic: 'optimizer', heading: 'Length and batch:' },
  batchSize: { topic: 'optimizer', heading: 'Length and batch:' },
  chunkSize: { topic: 'optimizer', heading: 'Length and batch:' },
  optimizer: { topic: 'optimizer', heading: 'Optimizer:' },
  clipGradNorm: { topic: 'optimizer', heading: 'Optimizer:' },
  schedule: { topic: 'optimizer', heading: 'Learning-rate schedule:' },
  run: { topic: 'run', heading: 'Run folder:' },
  resume: { topic: 'run', heading: 'Run folder:' },
  checkpointEvery: { topic: 'run', heading: 'Checkpoints and metrics:' },
  logEvery: { topic: 'run', heading: 'Checkpoints and metrics:' },
  logTo: { topic: 'run', heading: 'Checkpoints and metrics:' },
};

/** Topic and heading of a setting; a setting that no table knows is one of the run's. */
export function placeOf({ path }: Pick<Flag, 'path'>): Place {
  return places[path[0]!] ?? { topic: 'run', heading: 'Device, precision and seed:' };
}

/** The kinds that have settings of their own, in the order of the help. */
const kinds: readonly string[] = [
  'text',
  'class-matrix',
  'matrix',
  'taxonomy',
  'embeddings',
  'multilabel',
  'attributes',
  'random',
  'mix',
];

interface KindPlace {
  readonly heading: string;
  /** Undefined where one heading stands for all. */
  readonly kind: string | undefined;
  readonly order: number;
}

/** Settings that more kinds than these of graph have stand under one heading, the others under each kind. */
const fewKinds = 5;

/** Where a setting of the graph stands: under each kind that has it, or under one heading for all. */
export function kindPlaces({ path, variants }: Flag): KindPlace[] {
  if (path.at(-1) === 'kind') return [{ heading: 'Similarity graph:', kind: undefined, order: 0 }];
  if (variants.length > fewKinds)
    return [{ heading: 'Every kind but labels and identity:', kind: undefined, order: 1 }];
  return variants.map(({ kind }) => ({ heading: `Kind ${kind}:`, kind, order: 2 + kinds.indexOf(kind) }));
}

/** The topics that these settings need. */
export function topicsOf(flags: readonly Flag[]): Topic[] {
  const needed = new Set(flags.map((flag) => placeOf(flag).topic));
  return topics.filter(({ name }) => needed.has(name));
}
