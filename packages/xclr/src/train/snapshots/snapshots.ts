// Snapshots while training: the vectors of a fixed sample of the validation part, every so often.
import type { ImageReader } from '../../data/index.js';
import type { TrainConfig } from '../config.js';
import type { TrainingJob } from '../training-job.js';
import type { TrainingModel } from '../training-model.js';
import { encodeSample } from './encode-sample.js';
import { snapshotFolder, writeSnapshot } from './files.js';
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
  #began = false;
  #taken = 0;
  #seconds = 0;

  constructor(job: TrainingJob, totalSteps: number) {
    const { count, images } = job.config.snapshots;
    const takes = count > 0 && (job.world?.rank ?? 0) === 0;
    this.#job = job;
    this.#store = job.store;
    this.#config = job.config;
    this.#folder = snapshotFolder(job.run.path);
    this.#sample = takes ? chooseSample(job.validation, images) : new Int32Array();
    this.#total = totalSteps;
    this.#every = Math.max(1, Math.ceil(totalSteps / Math.max(1, count)));
  }

  /** Before the first step, every so many steps, and after the last. */
  due(step: number): boolean {
    if (this.#sample.length < 2) return false;
    return step === 0 || step % this.#every === 0 || step === this.#total;
  }

  /** Takes a snapshot if it is due. Draws no random number, and leaves the model in training mode. */
  async takeIfDue(step: number, model: TrainingModel): Promise<void> {
    if (!this.due(step)) return;
    const began = performance.now();
    const { device, dataset, objective, onNotice } = this.#job;
    const { indices, features, projected } = await encodeSample(model, this.#store, this.#sample, {
      config: this.#config,
      device,
    });
    model.train();
    if (!this.#began) {
      this.#began = true;
      this.#sample = indices; // without those that cannot be read
      writeSampleOf(this.#folder, dataset, indices, {
        graph: objective.graph ?? null,
        description: objective.description,
      });
    }
    const seconds = (performance.now() - began) / 1000;
    writeSnapshot(this.#folder, { step, seconds, features, projected });
    this.#taken++;
    this.#seconds += (performance.now() - began) / 1000;
    if (step === this.#total) onNotice?.(this.#cost());
  }

  #cost(): string {
    return `${this.#taken} snapshots of ${this.#sample.length} images took ${this.#seconds.toPrecision(2)} s`;
  }
}
