// The lines about the training: method, graph, encoder, views, batch, length, arithmetic, run folder.
import { precisionOf } from '../train/precision.js';
import { type Decided, reasonOf } from './decided.js';
import type { Entry, OtherChoice } from './entry.js';
import { machineText } from './look.js';

export function trainingEntries(decided: Decided): Entry[] {
  return [
    methodEntry(decided),
    ...graphEntries(decided),
    ...encoderEntries(decided),
    ...viewEntries(decided),
    batchEntry(decided),
    lengthEntry(decided),
    precisionEntry(decided),
    runEntry(decided),
  ];
}

const methodNotes = {
  xclr: 'images become as similar as their captions are',
  supcon: 'images of one class become similar, all others different',
  simclr: 'views of one image become similar, all others different',
  clip: 'each image finds its own caption, by a text encoder that is trained too',
  'clip-frozen': 'each image finds its own caption, by a text encoder that stays as it is',
  supervised: 'predicts the class',
} as const;

/** Methods that compare captions by the graph section; with the others that section must go. */
const comparesCaptions: readonly string[] = ['xclr', 'clip-frozen'];

function methodEntry({ config, look, given }: Decided): Entry {
  const { captions, classes } = look.inspection;
  const { method } = config;
  const why = given.has('method')
    ? 'as asked'
    : method === 'simclr'
      ? 'all captions are the same, so that they compare nothing'
      : 'there are captions that differ';
  const possible = [
    ...(captions.distinct > 1 ? (['xclr'] as const) : []),
    ...(classes.classes > 1 ? (['supcon', 'supervised'] as const) : []),
    ...(captions.distinct > 1 && !captions.followLabels ? (['clip'] as const) : []),
    'simclr' as const,
  ];
  return {
    path: ['method'],
    value: method,
    note: `What is learned: ${methodNotes[method]}; ${why}.`,
    others: possible
      .filter((name) => name !== method)
      .map((name) => ({ value: name, note: `${methodNotes[name]}${graphToGo(name)}` })),
  };
}

function graphToGo(method: string): string {
  return comparesCaptions.includes(method) ? '' : '; remove the graph section';
}

function graphEntries(decided: Decided): Entry[] {
  const { config, textEncoder, given } = decided;
  const { graph } = config;
  // Other methods know their graph; one that was asked for is written with what else was asked (given.ts).
  if (graph.kind !== 'text') return [];
  const why = given.has('graph.encoder') || textEncoder === undefined ? 'as asked' : textEncoder.why;
  const others: OtherChoice[] = [
    {
      value: 'sentence-transformer',
      note:
        textEncoder?.place === 'here'
          ? 'reads whole sentences; on this machine'
          : 'reads whole sentences; downloads 90 MB once',
    },
    { value: 'wordnet', note: 'knows English nouns, needs no download' },
  ];
  const temperature: Entry = {
    path: ['graph', 'temperature'],
    value: graph.temperature,
    note:
      graph.temperature === 'auto'
        ? 'How sharply similarity is told (τ_s); auto leaves half of the target on the other view of an image.'
        : `How sharply similarity is told (τ_s); ${given.has('graph.temperature') ? 'as asked' : '0.1 is the value of the paper, for captions made of class names'}.`,
    others: graph.temperature === 'auto' ? [] : [{ value: 'auto', note: 'calibrated on these captions' }],
  };
  return [
    {
      path: ['graph', 'encoder'],
      value: graph.encoder,
      note: `What compares the captions: ${why}.`,
      others: others.filter(({ value }) => value !== graph.encoder),
    },
    temperature,
  ];
}

/** Names of weights on the hub that start an encoder from ImageNet. */
const imagenetWeights: Readonly<Record<string, string>> = {
  resnet18: 'timm/resnet18.a1_in1k',
  resnet50: 'timm/resnet50.a1_in1k',
};

function encoderEntries(decided: Decided): Entry[] {
  const { config, device } = decided;
  const { name, weights } = config.encoder;
  const others =
    device === 'cpu'
      ? [
          { value: 'mobilenet_v3_small', note: 'smaller and faster, for phones and browsers' },
          { value: 'resnet50', note: 'more accurate, several times as slow' },
        ]
      : [
          { value: 'resnet18', note: 'faster' },
          { value: 'vit_small_patch16_224', note: 'a vision transformer, for many images' },
        ];
  const published = imagenetWeights[name];
  return [
    {
      path: ['encoder', 'name'],
      value: name,
      note: `The network that is trained: ${reasonOf(decided, 'encoder.name')}.`,
      others: [
        ...others.filter(({ value }) => value !== name),
        ...(weights === undefined && published !== undefined
          ? [
              {
                key: 'weights',
                value: published,
                note: 'starts from weights trained on ImageNet, a download: best for few images',
              },
            ]
          : []),
      ],
    },
    ...widthEntries(decided),
  ];
}

function widthEntries(decided: Decided): Entry[] {
  const { width } = decided.config.encoder;
  if (width === 1) return [];
  return [
    {
      path: ['encoder', 'width'],
      value: width,
      note: `Multiplier of its number of channels: ${reasonOf(decided, 'encoder.width')}.`,
      others: [{ value: 1, note: 'slower, more accurate after long training; published weights have it' }],
    },
  ];
}

function viewEntries(decided: Decided): Entry[] {
  const { config, device, given } = decided;
  const { size, recipe } = config.views;
  const larger = device === 'cpu' ? 96 : 224;
  const recipes = [
    { value: 'simclr', note: 'strong: for photographs and long training' },
    { value: 'light', note: 'for short training, few images, and where color or direction matter' },
  ];
  return [
    {
      path: ['views', 'size'],
      value: size,
      note: `Width and height of what the network sees, in pixels: ${reasonOf(decided, 'views.size')}.`,
      others: size < larger ? [{ value: larger, note: 'more detail, slower' }] : [],
    },
    {
      path: ['views', 'recipe'],
      value: recipe,
      note: `How images are altered while training: ${given.has('views.recipe') ? 'as asked' : "the published one of SimCLR and X-CLR's experiments"}.`,
      others: recipes.filter(({ value }) => value !== recipe),
    },
  ];
}

function batchEntry(decided: Decided): Entry {
  const { config, memoryKnown } = decided;
  const reason = reasonOf(decided, 'batchSize');
  return {
    path: ['batchSize'],
    value: config.batchSize,
    note: `Images that are compared with each other in a step: ${reason}${memoryKnown ? '' : ', without a look at the memory, for which LibTorch is missing'}.`,
    others: [{ value: Math.max(2, config.batchSize / 2), note: 'takes less memory' }].filter(
      ({ value }) => Number.isInteger(value) && value !== config.batchSize,
    ),
  };
}

function lengthEntry(decided: Decided): Entry {
  const { config } = decided;
  if (config.steps !== null)
    return { path: ['steps'], value: config.steps, note: 'Steps of the optimizer: as asked.' };
  const epochs = config.epochs!;
  return {
    path: ['epochs'],
    value: epochs,
    note: `Passes over the training images: ${reasonOf(decided, 'epochs')}. --dry-run measures the time.`,
    others: [
      { value: Math.max(1, Math.round(epochs / 10)), note: 'a short trial' },
      { value: 3 * epochs, note: 'longer, usually a little better' },
    ].filter(({ value }) => value !== epochs),
  };
}

function precisionEntry({ config, device, given }: Decided): Entry {
  if (given.has('precision'))
    return { path: ['precision'], value: config.precision, note: 'Arithmetic: as asked.' };
  const here = precisionOf('auto', device);
  return {
    path: ['precision'],
    value: 'auto',
    note: `Arithmetic: auto is ${here} on this machine (${machineText(device)}), which ${here === 'bfloat16' ? 'computes in it' : 'has no bfloat16 units'}.`,
    others: [{ value: here === 'bfloat16' ? 'float32' : 'bfloat16' }].filter(
      ({ value }) => value === 'float32', // bfloat16 without units for it is thirty times as slow
    ),
  };
}

function runEntry({ config }: Decided): Entry {
  return {
    path: ['run'],
    value: config.run,
    note: 'Folder for checkpoints and measurements; training makes it.',
  };
}

/** 'xclr; captions compared by wordnet; resnet18 at 64 pixels; 100 epochs in batches of 128' */
export function summaryOf({ config }: Decided): string {
  const length = config.steps === null ? `${config.epochs} epochs` : `${config.steps} steps`;
  const graph = config.graph.kind === 'text' ? `captions compared by ${config.graph.encoder}` : undefined;
  const network = `${config.encoder.name} at ${config.views.size} pixels`;
  return [config.method, graph, network, `${length} in batches of ${config.batchSize}`]
    .filter((part) => part !== undefined)
    .join('; ');
}
