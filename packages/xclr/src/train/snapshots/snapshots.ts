// Snapshots while training: the vectors of a fixed sample of the validation part, every so often.
import type { ImageReader } from '../../data/index.js';
import type { TrainConfig } from '../config.js';
import type { TrainingJob } from '../training-job.js';
import type { TrainingModel } from '../training-model.js';
import { encodeSample } from './encode-sample.js';
import { readSnapshot, snapshotFolder, snapshotSteps, writeSnapshot } from './files.js';
import { chooseSample, writeSampleOf } from './sample.js';

export class Snapshots {
  readonly #job: TrainingJob;
  readonly #store: ImageReader;
  readonly #config: TrainConfig;
  readonly #folder: string;
  /** Places of the sample; empty where none is taken. */
  #sample: Int32Array;
  readonly #every: number;
  readonly #total: number;
  readonly #maxCost: number;
  /** When training began, in milliseconds. */
  readonly #since = performance.now();
  #taken = 0;
  #leftOut = 0;
  #seconds = 0;
  /** Of the last one: what another will take. */
  #lastSeconds = 0;
  /** Seconds that snapshots took before the run was resumed. */
  #earlier = 0;

  constructor(job: TrainingJob, totalSteps: number) {
    const { count, images, maxCost } = job.config.snapshots;
    const takes = count > 0 && (job.world?.rank ?? 0) === 0;
    this.#job = job;
    this.#store = job.store;
    this.#config = job.config;
    this.#folder = snapshotFolder(job.run.path);
    this.#sample = takes ? chooseSample(job.validation, images) : new Int32Array();
    this.#total = totalSteps;
    this.#maxCost = maxCost;
    this.#every = Math.max(1, Math.ceil(totalSteps / Math.max(1, count)));
  }

  /** Before the first step, every so many steps, and after the last. */
  due(step: number): boolean {
    if (this.#sample.length < 2) return false;
    return step === 0 || step % this.#every === 0 || step === this.#total;
  }

  /**
   * Takes a snapshot if it is due, and if snapshots stay within their part of the time with it and the last one. Draws no random
   * number, and leaves the model in training mode.
   */
  async takeIfDue(step: number, model: TrainingModel): Promise<void> {
    if (!this.due(step)) return;
    const began = performance.now();
    const isFirst = this.#taken === 0;
    if (!isFirst && step !== this.#total && this.#takesTooLong(began)) {
      this.#leftOut++;
      return;
    }
    const { device, dataset, objective, onNotice } = this.#job;
    const { indices, features, projected } = await encodeSample(model, this.#store, this.#sample, {
      config: this.#config,
      device,
    });
    model.train();
    if (isFirst) {
      this.#earlier = step === 0 ? 0 : await earlierSeconds(this.#folder, step);
      this.#sample = indices; // without those that cannot be read
      writeSampleOf(this.#folder, dataset, indices, {
        graph: objective.graph ?? null,
        description: objective.description,
      });
    }
    const seconds = (performance.now() - began) / 1000;
    const totalSeconds = this.#earlier + this.#seconds + seconds;
    writeSnapshot(this.#folder, { step, seconds, totalSeconds, features, projected });
    this.#taken++;
    this.#lastSeconds = (performance.now() - began) / 1000;
    this.#seconds += this.#lastSeconds;
    if (step === this.#total) onNotice?.(this.#cost());
  }

  /** Whether another one and the last would take more than they may. @param now in milliseconds */
  #takesTooLong(now: number): boolean {
    const allowed = this.#maxCost * ((now - this.#since) / 1000);
    return this.#maxCost < 1 && this.#seconds + 2 * this.#lastSeconds > allowed;
  }

  #cost(): string {
    const whole = (performance.now() - this.#since) / 1000;
    const fraction = (100 * this.#seconds) / whole;
    const left =
      this.#leftOut === 0
        ? ''
        : `; ${this.#leftOut} more would have taken over ${100 * this.#maxCost} % (--snapshots-max-cost) and were left out`;
    return `${this.#taken} snapshots of ${this.#sample.length} images took ${this.#seconds.toPrecision(2)} s, ${fraction.toPrecision(2)} % of the training${left}`;
  }
}

/** What the snapshots before a step took, as the last of them says. */
async function earlierSeconds(folder: string, step: number): Promise<number> {
  const before = (await snapshotSteps(folder)).filter((one) => one < step).at(-1);
  return before === undefined ? 0 : ((await readSnapshot(folder, before)).totalSeconds ?? 0);
}
