// The loss on the validation part, about ten times a run; seldomer where it would take longer than training.
import { noGrad, scoped } from '@xclr/torch';
import { type ImageReader, Loader } from '../data/index.js';
import { measureBatch, type StepSetup } from './step.js';

export class Validation {
  readonly #setup: Omit<StepSetup, 'optimizer'>;
  readonly #loader: Loader | null;
  readonly #every: number;
  readonly #totalSteps: number;

  /** @param indices of the validation part; fewer than two images are never measured: there is nothing to compare with */
  constructor(
    setup: Omit<StepSetup, 'optimizer'>,
    store: ImageReader,
    indices: Int32Array,
    totalSteps: number,
  ) {
    this.#setup = setup;
    this.#totalSteps = totalSteps;
    const { batchSize, seed } = setup.config;
    this.#loader =
      indices.length < 2
        ? null
        : new Loader(store, {
            indices,
            batchSize: Math.min(batchSize, indices.length),
            seed,
            order: 'sequential',
            dropLast: true,
          });
    // In a short run on many images a validation after every step would be most of the work.
    this.#every = Math.max(1, Math.ceil(totalSteps / 10), this.#loader?.batchesPerEpoch ?? 1);
  }

  /** Whether the loss is measured after `step` steps. */
  due(step: number): boolean {
    return this.#loader !== null && (step % this.#every === 0 || step === this.#totalSteps);
  }

  /** Mean loss in evaluation mode, with the same views every time. Waits for the device once a batch. */
  async measure(): Promise<number> {
    const { model } = this.#setup.learner;
    let sum = 0;
    let images = 0;
    model.eval();
    for await (const batch of this.#loader!.epoch({ epoch: 0 })) {
      const count = batch.indices.length;
      if (count < 2) continue;
      sum += count * noGrad(() => scoped(() => measureBatch(this.#setup, batch, 0).loss.item()));
      images += count;
    }
    model.train();
    return sum / images;
  }
}
