// The loss on the validation part, about ten times a run; seldomer where it would take longer than training.
import { noGrad, scoped } from '@xclr/torch';
import { type ImageReader, Loader } from '../data/index.js';
import { permutation, purpose } from '../util/random.js';
import { measureBatch } from './measured-step.js';
import type { StepSetup } from './step.js';
import { alone } from './world/world.js';

/**
 * The validation part in batches of about the training's size: shuffled once by the seed, so that a batch is a mixture of classes
 * however the data lie, and of sizes that differ by one at most, so that no sample is left over or has hardly any other to be
 * compared with.
 * @param options least: samples that a batch needs; two, and in several processes one for each of them
 * @returns none where there are fewer
 * @internal
 */
export function validationBatches(
  indices: Int32Array,
  batchSize: number,
  seed: number,
  { least = 2 }: { readonly least?: number } = {},
): Int32Array[] {
  const n = indices.length;
  if (n < least) return [];
  const mixed = permutation(n, seed, purpose.validation).map((place) => indices[place]!);
  const count = Math.max(1, Math.min(Math.round(n / batchSize), Math.floor(n / least)));
  const startOf = (batch: number) => Math.floor((batch * n) / count);
  return Array.from({ length: count }, (_, batch) => mixed.slice(startOf(batch), startOf(batch + 1)));
}

export class Validation {
  readonly #setup: Omit<StepSetup, 'optimizer'>;
  /** One for each size of batch, counted over all processes. */
  readonly #loaders: readonly { readonly loader: Loader; readonly size: number }[];
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
    const { rank, size: ranks } = setup.world ?? alone;
    const batches = validationBatches(indices, ranks * batchSize, seed, { least: Math.max(2, ranks) });
    this.#loaders = [...new Set(batches.map(({ length }) => length))].map((size) => {
      // A batch is divided among the processes, which join their parts again.
      const parts = batches
        .filter(({ length }) => length === size)
        .map((batch) => batch.filter((_, place) => place % ranks === rank));
      const loader = new Loader(store, {
        indices: Int32Array.from(parts.flatMap((part) => [...part])),
        batchSize: parts[0]!.length,
        order: 'sequential',
        complete: ranks > 1,
      });
      return { loader, size };
    });
    // In a short run on many images a validation after every step would be most of the work.
    this.#every = Math.max(1, Math.ceil(totalSteps / 10), batches.length);
  }

  /** Whether the loss is measured after `step` steps. */
  due(step: number): boolean {
    return this.#loaders.length > 0 && (step % this.#every === 0 || step === this.#totalSteps);
  }

  /**
   * Mean loss over samples in evaluation mode, in the same batches and views every time. Waits for the device once a batch. In
   * several processes the same number in each.
   * @returns undefined where no batch has anything to compare
   */
  async measure(): Promise<number | undefined> {
    const { learner, world = alone } = this.#setup;
    const { model } = learner;
    let sum = 0;
    let images = 0;
    model.eval();
    for (const { loader, size } of this.#loaders) {
      for await (const batch of loader.epoch({ epoch: 0 })) {
        const own = batch.indices.length;
        const count = world.size === 1 ? own : size;
        if (count < 2) continue; // the others of the batch are broken
        const loss = noGrad(() =>
          scoped(() => {
            const { loss, comparable = true } = measureBatch(this.#setup, batch, 0);
            return comparable ? world.mean(loss, own).item() : undefined;
          }),
        );
        if (loss === undefined) continue;
        sum += count * loss;
        images += count;
      }
    }
    model.train();
    return images === 0 ? undefined : sum / images;
  }
}
