// What `auto` becomes: encoder, image size, batch, length and optimizer that fit the device and the data.
import { existsSync } from 'node:fs';
import type { encoderNames } from './model.js';
import type { ParsedTrainConfig } from './schema.js';

type Section<Key extends keyof ParsedTrainConfig> = ParsedTrainConfig[Key];
type EncoderName = (typeof encoderNames)[number];

/** What the encoder of a run is. */
export interface EncoderShape {
  readonly name: EncoderName;
  /** Multiplier of the number of channels. */
  readonly width: number;
}

/** The settings as they were asked for: `auto` may stand in them, and lengths and rates may be missing. */
export interface AskedTrainConfig extends ParsedTrainConfig {
  /** Folder to write. */
  readonly run: string;
}

/** The settings of a training run, complete. Saved as they are in the run folder's config.json. */
export interface TrainConfig
  extends Omit<
    AskedTrainConfig,
    'encoder' | 'views' | 'batchSize' | 'optimizer' | 'epochs' | 'steps' | 'sampler'
  > {
  readonly sampler: Exclude<ParsedTrainConfig['sampler'], 'auto'>;
  readonly encoder: Omit<Section<'encoder'>, 'name' | 'width'> & Pick<EncoderShape, 'name' | 'width'>;
  readonly views: Omit<Section<'views'>, 'size'> & { readonly size: number };
  readonly batchSize: number;
  readonly optimizer: Omit<Section<'optimizer'>, 'name'> & {
    readonly name: Exclude<Section<'optimizer'>['name'], 'auto'>;
    readonly lr: number;
    readonly weightDecay: number;
  };
  /** How long to train; exactly one of the two is set. */
  readonly epochs: number | null;
  readonly steps: number | null;
}

/** What the choice rests on. What is not known yet is left out, and then does not count. */
export interface Circumstances {
  readonly device: 'cpu' | 'cuda';
  /** Images that train. */
  readonly images?: number;
  /** Processes that train together, each with a batch of its own; 1 by default. */
  readonly processes?: number;
  /** True where the data are shards of which the cache cannot hold all. */
  readonly streams?: boolean;
  /** Side of a typical image in pixels: the root of its area. */
  readonly side?: number;
  /** The encoder of the run that training starts from, where it starts from one. */
  readonly startsFrom?: EncoderShape;
  /** The largest batch for which memory suffices; asked only where the batch is to be chosen. */
  readonly largestBatch?: (config: TrainConfig) => number;
}

/** A setting that was left to be chosen. */
export interface Choice {
  /** 'encoder.name'. */
  readonly setting: string;
  readonly value: string | number;
  readonly why: string;
}

export interface Fitted {
  readonly config: TrainConfig;
  readonly choices: readonly Choice[];
}

/** This machine, by what can be seen without LibTorch: training itself asks LibTorch for the device (prepare.ts). */
export function thisMachine({ device }: Pick<AskedTrainConfig, 'device'>): Circumstances {
  const onGpu = device === 'auto' ? existsSync('/proc/driver/nvidia/version') : device.startsWith('cuda');
  return { device: onGpu ? 'cuda' : 'cpu' };
}

/** Fills in what was left to be chosen. Settings without `auto` come back as they are. */
export function fitTrainConfig(asked: AskedTrainConfig, circumstances: Circumstances): Fitted {
  const choices: Choice[] = [];
  const choose = <T extends string | number>(setting: string, value: T, why: string): T => {
    choices.push({ setting, value, why });
    return value;
  };
  const { encoder, views, optimizer } = asked;
  const { processes = 1 } = circumstances;
  const name = encoder.name === 'auto' ? choose('encoder.name', ...encoderFor(circumstances)) : encoder.name;
  const width = encoder.width === 'auto' ? widthFor(encoder, circumstances, choose) : encoder.width;
  const size = views.size === 'auto' ? choose('views.size', ...sizeFor(circumstances)) : views.size;
  const sampler = asked.sampler === 'auto' ? samplerFor(circumstances, choose) : asked.sampler;
  const shaped = { ...asked, encoder: { ...encoder, name, width }, views: { ...views, size }, sampler };

  const optimizerName =
    optimizer.name === 'auto'
      ? choose('optimizer.name', 'adamw' as const, 'for batches below 1,024 and short training')
      : optimizer.name;
  const complete = (batchSize: number, length: Pick<TrainConfig, 'epochs' | 'steps'>): TrainConfig => ({
    ...shaped,
    ...length,
    batchSize,
    optimizer: {
      ...optimizer,
      name: optimizerName,
      ...ratesOf(optimizer, optimizerName, processes * batchSize),
    },
    schedule: withWarmup(asked.schedule, length),
  });
  const provisional = { epochs: 1, steps: null };
  const batchSize =
    asked.batchSize === 'auto'
      ? choose('batchSize', ...batchFor(circumstances, (batch) => complete(batch, provisional)))
      : asked.batchSize;
  const length = asked.steps
    ? { epochs: null, steps: asked.steps }
    : { epochs: asked.epochs ?? choose('epochs', ...epochsFor(circumstances)), steps: null };
  return { config: complete(batchSize, length), choices };
}

/** Notes a choice, and gives its value. */
type Choose<T> = (setting: string, value: T, why: string) => T;

const startingRun = 'as the run that it starts from';
const onDevice = ({ device }: Circumstances) => (device === 'cpu' ? 'for a CPU' : 'for a GPU');

function encoderFor(circumstances: Circumstances): [name: EncoderName, why: string] {
  const { device, startsFrom } = circumstances;
  if (startsFrom !== undefined) return [startsFrom.name, startingRun];
  return [device === 'cpu' ? 'resnet18' : 'resnet50', onDevice(circumstances)];
}

/** Half of it on a CPU, for a training of minutes rather than an hour. The usual one is no choice worth a line. */
function widthFor(
  { name, weights }: Pick<Section<'encoder'>, 'name' | 'weights'>,
  { device, startsFrom }: Circumstances,
  choose: Choose<number>,
): number {
  if (startsFrom !== undefined)
    return startsFrom.width === 1 ? 1 : choose('encoder.width', startsFrom.width, startingRun);
  if (name !== 'auto' || device !== 'cpu' || weights !== undefined) return 1;
  return choose('encoder.width', 0.5, 'for a CPU');
}

/** The usual one is no choice worth a line. */
function samplerFor({ streams = false }: Circumstances, choose: Choose<'stream'>): TrainConfig['sampler'] {
  return streams ? choose('sampler', 'stream', 'the shards are more than the cache may hold') : 'shuffle';
}

/** View sizes that networks take without waste: multiples of 16, from 32. */
const sizes = [32, 48, 64, 96, 128, 160, 192, 224] as const;

/** A CPU trains on small views. */
function sizeFor(circumstances: Circumstances): [size: number, why: string] {
  const { device, side } = circumstances;
  const most = device === 'cpu' ? 64 : 224;
  if (side === undefined || side >= most) return [most, onDevice(circumstances)];
  // A little enlargement costs nothing, so that images of 60 × 80 pixels still give views of 64.
  const fitting = sizes.filter((size) => size <= most && size <= 1.1 * side).at(-1) ?? sizes[0];
  return [fitting, `for images of about ${Math.round(side)} pixels`];
}

/** A power of two: as many others to compare with as memory and data allow, up to what a device takes well. */
function batchFor(
  circumstances: Circumstances,
  configOf: (batch: number) => TrainConfig,
): [batch: number, why: string] {
  const { device, images, processes = 1, largestBatch } = circumstances;
  const usual = device === 'cpu' ? 128 : 256;
  const floor = (value: number) => 2 ** Math.floor(Math.log2(Math.max(2, value)));
  // At least eight batches an epoch: a batch that is most of the data sees the same others every time.
  const byData = images === undefined ? usual : floor(images / processes / 8);
  const byMemory = largestBatch === undefined ? usual : floor(largestBatch(configOf(usual)));
  const least = Math.min(usual, byData, byMemory);
  if (least === usual) return [usual, onDevice(circumstances)];
  return [
    least,
    byMemory < byData ? 'for the memory that there is' : `for ${images!.toLocaleString('en')} images`,
  ];
}

/** Images that a training sees in all, repeats counted, and the most and fewest passes over the data. */
const lengths = {
  cpu: { seen: 250_000, least: 1, most: 100 },
  cuda: { seen: 10_000_000, least: 10, most: 200 },
};

function epochsFor(circumstances: Circumstances): [epochs: number, why: string] {
  const { device, images } = circumstances;
  const { seen, least, most } = lengths[device];
  if (images === undefined) return [most, onDevice(circumstances)];
  const epochs = Math.min(most, Math.max(least, Math.round(seen / images)));
  return [epochs, `for ${images.toLocaleString('en')} images`];
}

/** Learning rates grow with the batch, as in SimCLR (lars) and MoCo (sgd); adamw's does not. */
function ratesOf(
  { lr, weightDecay }: Section<'optimizer'>,
  name: TrainConfig['optimizer']['name'],
  batchSize: number,
): { lr: number; weightDecay: number } {
  const scale = batchSize / 256;
  return {
    lr: lr ?? { sgd: 0.06 * scale, lars: 0.3 * scale, adamw: 0.001 }[name],
    weightDecay: weightDecay ?? { sgd: 1e-4, lars: 1e-6, adamw: 0.05 }[name],
  };
}

function withWarmup(
  schedule: Section<'schedule'>,
  { epochs, steps }: Pick<TrainConfig, 'epochs' | 'steps'>,
): Section<'schedule'> {
  if (schedule.warmupEpochs !== undefined || schedule.warmupSteps !== undefined) return schedule;
  if (steps !== null) return { ...schedule, warmupSteps: Math.floor(steps / 10) };
  return { ...schedule, warmupEpochs: Math.min(10, epochs! / 10) };
}
