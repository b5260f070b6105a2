// All training settings as one schema: each key with its range, its default and its one-line explanation.
import { z } from 'zod';
import { dataSettings, loaderSettings } from './data.js';
import { fraction, orAuto, positive, section, text, whole } from './fields.js';
import { graphSettings } from './graph.js';
import { encoderSettings, projectorSettings, textTowerSettings } from './model.js';
import { lossSettings, optimizerSettings, scheduleSettings } from './optimize.js';

/** Names of the methods. */
export const methods = ['simclr', 'supcon', 'xclr', 'clip', 'clip-frozen', 'supervised'] as const;

const viewSettings = section({
  size: orAuto(whole(8, 2048))
    .default('auto')
    .describe('Crop size: width and height of a view in pixels; auto chooses for device and images'),
  source: orAuto(whole(8, 4096))
    .default('auto')
    .describe(
      'Shorter side in pixels that larger images are reduced to when they are decoded; auto keeps the detail that the smallest crop can show',
    ),
  count: z
    .union([z.literal(1), z.literal(2), z.literal('auto')])
    .default('auto')
    .describe('Full-size views per image: auto uses 2 for xclr, supcon and simclr, and 1 for the others'),
  recipe: text()
    .default('simclr')
    .describe(
      'Augmentation: simclr, supcon, mocov2, autoaugment, randaugment, multicrop and light for photographs, emoji for cut-outs',
    ),
  overrides: z
    .record(z.string(), z.json())
    .default({})
    .describe('Parameters of the recipe to change, e.g. geometry.flip=0,gray=0.1'),
});

const checkpointSettings = section({
  steps: whole(1).nullable().default(null).describe('Save a checkpoint every n steps'),
  minutes: positive().nullable().default(10).describe('Save a checkpoint every n minutes'),
});

const snapshotSettings = section({
  count: whole(0, 10_000)
    .default(0)
    .describe(
      'Write the vectors of a sample of the validation part this many times, into snapshots/: the map of xclr studio; 0: never',
    ),
  images: whole(2, 20_000).default(500).describe('Images in that sample'),
  maxCost: fraction()
    .default(0.01)
    .describe(
      'Most that snapshots may take, as a fraction of the time of training: where they would take more, some between the first and the last are left out; 1: none is',
    ),
});

const evaluationSettings = section({
  /** Checked by evaluate/tasks.ts, which lies above this layer. */
  tasks: z
    .array(z.looseObject({ metric: z.string(), name: z.string() }))
    .optional()
    .describe('Evaluation tasks (only in a file; default: what the data allows)'),
});

/** The settings as they are saved with a run: nothing left to default, but for what the data must decide. */
export const trainSchema = section({
  data: dataSettings,
  run: text().optional().describe('Folder to write (default: runs/<method>-<data>)'),
  resume: z.boolean().default(false).describe('Resume the run in that folder exactly where it stopped'),
  method: z
    .enum(methods)
    .default('xclr')
    .describe(
      'xclr: as similar as captions are; supcon: labels; simclr: views of one image; clip: images and captions in two towers; clip-frozen: the same with a frozen text encoder; supervised: cross-entropy over labels',
    ),
  encoder: encoderSettings.prefault({}),
  projector: projectorSettings.prefault({}),
  graph: graphSettings,
  textTower: textTowerSettings.prefault({}),
  loss: lossSettings.prefault({}),
  views: viewSettings.prefault({}),
  epochs: positive()
    .nullable()
    .optional()
    .describe('Passes over the training data (default: chosen for the device and the number of images)'),
  steps: whole(1).nullable().optional().describe('Optimizer steps, instead of epochs'),
  batchSize: orAuto(whole(2))
    .default('auto')
    .describe(
      'Images per step; each gives two views, or more with multicrop. auto chooses for device, memory and data',
    ),
  chunkSize: whole(2)
    .nullable()
    .default(null)
    .describe(
      'Images that go through the networks at a time, for a batch whose activations do not fit into memory: it is compared as a whole all the same, and takes about a third longer. Batch normalization takes its statistics over a chunk',
    ),
  emaDecay: fraction()
    .lt(1)
    .optional()
    .describe(
      'Keep the moving average of the weights, of which a step keeps this fraction (0.999 is usual), and evaluate, export and resume with it beside the weights in training (default: no average)',
    ),
  checkpointActivations: z
    .boolean()
    .default(false)
    .describe(
      'Keep the inputs of residual blocks alone, and make what is inside them again when the gradient comes: less memory, about a third more time, the same numbers',
    ),
  optimizer: optimizerSettings.prefault({}),
  schedule: scheduleSettings.prefault({}),
  precision: z
    .enum(['auto', 'float32', 'tf32', 'bfloat16', 'float16'])
    .default('auto')
    .describe(
      'Arithmetic of the forward and backward pass; auto is bfloat16 on GPUs and processors that have it (AVX512-BF16, AMX), else float32. GPUs alone: tf32 (float32 with products of 10 bits), float16 (with a scaled loss)',
    ),
  deterministic: z
    .boolean()
    .default(false)
    .describe('GPUs: only algorithms that give the same bits each time; slower'),
  clipGradNorm: positive().nullable().default(null).describe('Clip the gradient to this norm'),
  device: text()
    .regex(/^(auto|cpu|cuda(:\d+)?)$/, 'must be auto, cpu, cuda or cuda:N')
    .default('auto')
    .describe('Where to compute: auto, cpu, cuda or cuda:N'),
  threads: orAuto(whole(1, 1024))
    .default('auto')
    .describe('Threads within an operator; auto uses all cores, or what OMP_NUM_THREADS says'),
  ...loaderSettings,
  seed: whole(0, 0xffff_ffff).default(0).describe('Seed of all random numbers'),
  checkpointEvery: checkpointSettings.prefault({}),
  snapshots: snapshotSettings.prefault({}),
  logEvery: whole(1).default(10).describe('Write metrics every n steps'),
  logTo: text()
    .regex(/^(wandb|mlflow)(,(wandb|mlflow))*$/, 'must be wandb, mlflow or both with a comma between')
    .optional()
    .describe(
      'Send settings and metrics to wandb (WANDB_API_KEY) or mlflow (MLFLOW_TRACKING_URI) as well, or to wandb,mlflow',
    ),
  notice: text()
    .optional()
    .describe(
      "A sentence that goes with the encoder: first on its pages, in its model card, its preprocessor and the server's answers about it",
    ),
  evaluation: evaluationSettings.prefault({}),
});

/** What the schema gives; resolveTrainConfig fills in the rest. */
export type ParsedTrainConfig = z.output<typeof trainSchema>;

/** Any part of an object, at every depth. */
type Part<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Part<T[Key]> }
    : T;

/**
 * Settings as a program gives them: any part of the keys of a settings file, such as
 * `{ encoder: { name: 'resnet18' }, graph: { kind: 'text', encoder: 'wordnet' } }`. What is left out takes its default.
 */
export type TrainSettings = Part<z.input<typeof trainSchema>>;
