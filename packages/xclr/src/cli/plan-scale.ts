// xclr plan-scale: a table of what a large training takes, with the source of every number.
import {
  dataSets,
  inputRates,
  type MeasuredEncoder,
  measuredEncoders,
  type Sourced,
} from '../train/plan-scale/constants.js';
import { planScale, type ScalePlan } from '../train/plan-scale/formulas.js';
import { UserError } from '../util/errors.js';
import { textTable } from '../util/table.js';

export interface PlanScaleOptions {
  readonly images?: string;
  readonly gpus: string;
  readonly encoder: string;
  readonly size: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly views: number;
  readonly cores: number;
  readonly stepRate?: number;
  readonly imageKb: number;
  readonly dimensions: number;
  readonly json?: boolean;
}

interface Row {
  readonly data: string;
  readonly images: number;
  readonly gpus: number;
  readonly plan: ScalePlan;
}

/** Outputs of the projector by default. */
const outputs = 128;

/** The plan of every number of images on every number of GPUs. @internal */
export function scaleRows(options: PlanScaleOptions): Row[] {
  const measured = measuredOf(options);
  const { batchSize, epochs, views, size } = options;
  const facts = {
    ...{ epochs, views, batchSize, size, outputs },
    stepRate: options.stepRate ?? measured.stepRate.value,
    inputRate: options.cores * inputRates[size]!.value,
    parameters: measured.parameters,
    activationBytes: measured.activationBytes,
    normChannels: measured.normChannels,
    captionDimensions: options.dimensions,
    imageBytes: 1000 * options.imageKb,
  };
  return imagesOf(options.images).flatMap(([data, images]) =>
    gpusOf(options.gpus).map((gpus): Row => {
      if (images < gpus * batchSize)
        throw new UserError(
          `plan-scale: ${gpus} GPUs with --batch-size ${batchSize} take ${gpus * batchSize} images a step, and there are ${images}`,
          'Plan with fewer GPUs, or a smaller --batch-size.',
        );
      return { data, images, gpus, plan: planScale({ ...facts, images, gpus }) };
    }),
  );
}

function measuredOf({ encoder, size }: PlanScaleOptions): MeasuredEncoder {
  const found = measuredEncoders.find((one) => one.encoder === encoder && one.size === size);
  if (found !== undefined) return found;
  const known = measuredEncoders.map((one) => `${one.encoder} at ${one.size}`).join(', ');
  throw new UserError(
    `plan-scale: no step was measured of ${encoder} at ${size} pixels`,
    `Measured were ${known}. For others, \`xclr train --steps 100\` prints views a second on your machine.`,
  );
}

function imagesOf(text: string | undefined): (readonly [name: string, images: number])[] {
  if (text === undefined) return Object.entries(dataSets).map(([name, { value }]) => [name, value]);
  const known = Object.hasOwn(dataSets, text) ? dataSets[text] : undefined;
  if (known !== undefined) return [[text, known.value]];
  const images = Number(text.replaceAll(/[_,]/g, ''));
  if (Number.isSafeInteger(images) && images > 0) return [['images', images]];
  throw new UserError(
    `plan-scale: --images must be a whole number above 0 or a data set, got ${text}`,
    `Data sets are ${Object.keys(dataSets).join(', ')}.`,
  );
}

function gpusOf(text: string): number[] {
  const gpus = text.split(',').map(Number);
  if (gpus.every((one) => Number.isSafeInteger(one) && one > 0)) return gpus;
  throw new UserError(
    `plan-scale: --gpus must be whole numbers above 0, got ${text}`,
    'Give them as in --gpus 1,8,64.',
  );
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 1234567 → '1.23 MB'. */
function bytes(value: number): string {
  const unit = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** unit).toPrecision(3))} ${units[unit]}`;
}

const number = (value: number) => Math.round(value).toLocaleString('en');
const hours = (value: number) => (value < 10 ? value.toFixed(1) : number(value));

function table(rows: readonly Row[]): string {
  const header = [
    ...['data', 'GPUs', 'steps', 'hours', 'limit', 'views/s', 'packed/GPU', 'shards/GPU'],
    ...['captions', 'memory/GPU', 'sent a step/GPU', 'sent/GPU'],
  ];
  const cells = rows.map(({ data, images, gpus, plan }) => [
    data === 'images' ? number(images) : data,
    String(gpus),
    number(plan.steps),
    hours(plan.hours),
    plan.limit,
    number(plan.viewsPerSecond),
    `${bytes(plan.packedBytesPerSecond)}/s`,
    `${bytes(plan.shardBytesPerSecond)}/s`,
    bytes(plan.captionStoreBytes),
    bytes(plan.memory.total),
    gpus === 1 ? '–' : bytes(plan.sent.total),
    gpus === 1 ? '–' : `${bytes(plan.sentPerSecond)}/s`,
  ]);
  return textTable(header, cells);
}

function notes(options: PlanScaleOptions): string[] {
  const measured = measuredOf(options);
  const sourced = ({ value, source }: Sourced) => `${number(value)} (${source})`;
  const step =
    options.stepRate === undefined
      ? sourced(measured.stepRate)
      : `${number(options.stepRate)} (given by --step-rate)`;
  return [
    `step: ${step} views/s`,
    `images: ${options.cores} cores × ${sourced(inputRates[options.size]!)} views/s; that it grows with the cores is assumed`,
    `memory: sgd, bfloat16, the whole matrix of similarities; what LibTorch and CUDA keep for themselves comes on top`,
    'Several GPUs were not measured: hours assume that messages take no time. "sent/GPU" is the rate at which they would take as long as the step.',
  ];
}

export function planScaleCommand(options: PlanScaleOptions): void {
  const rows = scaleRows(options);
  const { encoder, size, batchSize, epochs, views } = options;
  const title = `${encoder}, ${size} px, ${epochs} epochs, ${views} views of ${batchSize} images a step and GPU`;
  const text = [title, '', table(rows), '', ...notes(options)].join('\n');
  process.stdout.write(`${options.json === true ? JSON.stringify(rows, null, 2) : text}\n`);
}
