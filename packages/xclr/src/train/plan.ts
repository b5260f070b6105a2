// What a training will do and take, for people: told before the first step, and by `--dry-run` alone.

import { getNumThreads } from '@xclr/torch';
import { maxOf } from '../util/arrays.js';
import { duration } from '../util/progress.js';
import type { Choice, TrainConfig } from './config.js';
import { gibibytes, type MemoryPlan } from './memory/check.js';
import { precisionOf } from './precision.js';
import type { Prepared } from './prepare.js';
import { viewSource } from './view-source.js';

export interface TrainingPlan {
  /** 'data', 'encoder', … and what there is to say of each. */
  readonly lines: readonly { readonly label: string; readonly text: string }[];
  readonly choices: readonly Choice[];
  readonly memory: MemoryPlan | null;
  readonly totalSteps: number;
  /** Seconds of training; undefined before a step was measured. */
  readonly seconds: number | undefined;
}

const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
const count = (value: number): string => value.toLocaleString('en-GB');

/** 11,176,512 → '11.2 million'. */
function millions(value: number): string {
  return value < 1e5 ? count(value) : `${(value / 1e6).toFixed(1)} million`;
}

export function planOf(
  prepared: Prepared,
  { secondsAStep }: { readonly secondsAStep?: number } = {},
): TrainingPlan {
  const { config, choices, dataset, training, validation, objective, parameters, memory, processes } =
    prepared;
  const stepsPerEpoch = Math.floor(training.length / (processes * config.batchSize));
  const totalSteps = config.steps ?? Math.max(1, Math.round((config.epochs ?? 1) * stepsPerEpoch));
  const seconds = secondsAStep === undefined ? undefined : secondsAStep * totalSteps;
  const { name, stem, width } = config.encoder;
  const shape = `${stem === 'small' ? ', small stem' : ''}${width === 1 ? '' : `, width ${width}`}`;
  const time =
    seconds === undefined
      ? 'measured on the first steps'
      : `about ${duration(seconds)} of computing (${secondsAStep!.toPrecision(2)} s a step), and the decoding of the images where it is slower`;
  const lines = {
    data: `${dataset.name} (${dataset.source}): ${count(training.length)} training and ${count(validation.length)} validation images`,
    'learns from': objective.description,
    encoder: `${name}${shape}: ${millions(parameters.encoder)} parameters, ${millions(parameters.all)} with what only training needs`,
    views: viewsText(config, objective.views),
    batch: `${batchText(config.batchSize, processes)}; ${objective.contrast}`,
    steps: stepsText(config, stepsPerEpoch, totalSteps),
    computes: computesText(prepared),
    memory: memory === null ? 'unknown: nobody tells how much this device has' : memoryText(memory),
    time,
    writes: config.run,
    ...(choices.length > 0 && { chosen: choices.map(choiceText).join('; ') }),
  };
  return {
    lines: Object.entries(lines).map(([label, text]) => ({ label, text })),
    ...{ choices, memory, totalSteps, seconds },
  };
}

function batchText(batchSize: number, processes: number): string {
  const each = `${count(batchSize)} images`;
  return processes === 1
    ? each
    : `${each} in each of ${processes} processes, ${count(processes * batchSize)} in all`;
}

function viewsText({ views }: TrainConfig, full: number): string {
  const { size, recipe, overrides } = views;
  const changed = Object.keys(overrides).length > 0 ? ', changed' : '';
  return `${full} of ${size} × ${size} pixels an image, recipe ${recipe}${changed}; images reduced to ${viewSource(views).shorter} pixels where their shorter side is longer`;
}

function stepsText({ epochs, optimizer, schedule }: TrainConfig, perEpoch: number, total: number): string {
  const passes = epochs === null ? '' : ` (${epochs} epochs of ${count(perEpoch)})`;
  const rate = optimizer.lr.toPrecision(3).replace(/\.?0+$/, '');
  return `${count(total)}${passes}; ${optimizer.name}, learning rate ${rate}, schedule ${schedule.name}`;
}

function computesText({ config, device }: Prepared): string {
  const threads = device === 'cpu' ? `, ${plural(getNumThreads(), 'thread')}` : '';
  const decoding = config.workers === 'auto' ? '' : `; ${plural(config.workers, 'thread')} for decoding`;
  return `${precisionOf(config.precision, device)} on ${device}${threads}${decoding}`;
}

function memoryText({ estimate, limit }: MemoryPlan): string {
  const { activations, images, process, weights } = estimate;
  const parts = `activations ${gibibytes(activations)}, images ${gibibytes(images)}, weights ${gibibytes(weights)}, process ${gibibytes(process)}`;
  return `about ${gibibytes(estimate.total)} (${parts}) of ${gibibytes(limit.available)} (${limit.source})`;
}

function choiceText({ setting, value, why }: Choice): string {
  return `${setting} ${typeof value === 'number' ? count(value) : value} ${why}`;
}

/** The plan as lines with their labels in a column. */
export function planText({ lines }: TrainingPlan): string {
  const width = maxOf(lines.map(({ label }) => label.length));
  return lines.map(({ label, text }) => `  ${label.padEnd(width)}  ${text}`).join('\n');
}
