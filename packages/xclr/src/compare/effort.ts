// What a method took to train, in a form that can be compared: views and steps for every method, times only where they were measured alike.

import { viewsPerSample } from '../data/augment/index.js';
import { median } from '../report/format.js';
import type { TrainConfig } from '../train/config.js';
import { viewRecipe } from '../train/view-recipe.js';
import { maxOf, minOf } from '../util/arrays.js';
import type { Cell } from './cell.js';
import type { Pace } from './pace.js';
import type { Plan } from './plan.js';

/** What a method's training took on one fraction; with the run that it began from, where it began from one. */
export interface Effort {
  readonly method: string;
  readonly fraction: number;
  /** Views of every image and step. */
  readonly viewsPerImage: number;
  readonly steps: number;
  /** The method whose encoder it began from, and that one's steps, which are not in `steps`. */
  readonly began: { readonly method: string; readonly steps: number } | null;
  /** Seconds of training, with those of what it began from: median over seeds of step time × steps; null where not comparable. */
  readonly seconds: number | null;
  /** The same of the waits for images, which are not in `seconds`. */
  readonly waiting: number | null;
}

/** Efforts of all methods, and why times are not given, where they are not. */
export interface Efforts {
  readonly efforts: readonly Effort[];
  readonly withoutTimes: string | null;
}

/** Views that a step makes of an image: two where views are compared with each other, one where they are with a text or a label. */
function viewsPerImage({ method, views }: TrainConfig): number {
  const auto = method === 'clip' || method === 'clip-frozen' || method === 'supervised' ? 1 : 2;
  const full = typeof views.count === 'number' ? views.count : auto;
  return viewsPerSample(viewRecipe(views), full);
}

/** Of a cell from before paces were kept: by its settings. */
function stepsOf({ pace, config, training }: Cell): number {
  if (pace !== undefined) return pace.steps;
  const perEpoch = Math.floor(training / config.batchSize);
  return config.steps ?? Math.max(1, Math.round((config.epochs ?? 1) * perEpoch));
}

/** Step times of two seeds that differ by more were not measured on an idle machine. */
const MOST_SPREAD = 1.25;

/** @param cells those that are done */
export function effortsOf(plan: Plan, cells: readonly Cell[]): Efforts {
  const trained = cells.filter(({ method }) =>
    plan.methods.some(({ key, control }) => key === method && !control),
  );
  const withoutTimes = whyNoTimes(trained);
  const efforts = plan.fractions.flatMap((fraction) =>
    plan.methods.flatMap(({ key, control }): Effort[] => {
      const own = trained.filter((cell) => cell.method === key && cell.fraction === fraction);
      const [first] = own;
      if (control || first === undefined) return [];
      const chains = own.map((cell) => [cell, ...beganFrom(plan, cell, cells)]);
      const [, start] = chains[0]!;
      const total = (of: (pace: Pace) => number) =>
        withoutTimes === null
          ? median(chains.map((chain) => chain.reduce((sum, { pace }) => sum + of(pace!) * pace!.steps, 0)))
          : null;
      return [
        {
          method: key,
          fraction,
          viewsPerImage: viewsPerImage(first.config),
          steps: stepsOf(first),
          began: start === undefined ? null : { method: start.method, steps: stepsOf(start) },
          seconds: total(({ stepSeconds }) => stepSeconds),
          waiting: total(({ waitSeconds }) => waitSeconds),
        },
      ];
    }),
  );
  return { efforts, withoutTimes };
}

/** The cells whose runs it began from, nearest first. */
function beganFrom(plan: Plan, cell: Cell, cells: readonly Cell[]): Cell[] {
  const init = plan.cells.find(({ key }) => key === cell.key)?.init;
  const start = init === undefined ? undefined : cells.find(({ key }) => key === init);
  return start === undefined ? [] : [start, ...beganFrom(plan, start, cells)];
}

/** A sentence, or null where times can be compared: all kept, on one kind of machine, and alike over the seeds of a method. */
function whyNoTimes(cells: readonly Cell[]): string | null {
  if (cells.some(({ pace }) => pace === undefined))
    return 'Times are not given: some runs were made before the time of each step was kept.';
  const machines = new Set(
    cells.map(({ environment: { processor, cores, device } }) => `${processor}, ${cores}, ${device}`),
  );
  if (machines.size > 1) return 'Times are not given: the runs were made on different machines.';
  for (const { method, fraction } of cells) {
    const group = cells.filter((one) => one.method === method && one.fraction === fraction);
    const times = group.map(({ pace }) => pace!.stepSeconds);
    if (maxOf(times) > MOST_SPREAD * minOf(times))
      return `Times are not given: the steps of ${method} took ${Math.round(100 * (maxOf(times) / minOf(times) - 1))} % longer with one seed than with another, so the machine did other work.`;
  }
  return null;
}
