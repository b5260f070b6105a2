// One optimizer step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
//
// A step waits for the device (reads a value back from it) so often; test/train/waits.test.ts counts:
//   1. the loss, so that a value that is not finite stops the run before the weights change;
//   2. contrastiveLoss's check that every row of the graph has a positive (xclr, supcon, simclr);
//   3. the gradient's norm, only with clipGradNorm;
//   4. the targets' statistics, only in a logged step (xclr, supcon, simclr).
// Copying the batch to a GPU waits as well, for the copy: its memory is not pinned.
import { type Device, optim, scoped } from '@xclr/torch';
import { makeViewsBySize, type Recipe } from '../data/augment/index.js';
import { aspectsOf, type Images, imageTensors } from '../data/index.js';
import type { TargetStatistics } from '../graph/index.js';
import { UserError } from '../util/errors.js';
import type { TrainConfig } from './config.js';
import type { Learner, Measured } from './objectives/index.js';
import type { AnyOptimizer } from './optimize.js';

export interface StepSetup {
  readonly config: TrainConfig;
  readonly device: Device;
  readonly recipe: Recipe;
  /** Views of full size an image. */
  readonly views: number;
  readonly learner: Learner;
  readonly optimizer: AnyOptimizer;
}

/** Epochs and samples decide the views; a batch knows its own place. */
export type PlacedImages = Images & { readonly position: { readonly epoch: number } };

export interface StepResult {
  readonly loss: number;
  readonly gradNorm?: number;
  /** Where they were asked for. */
  readonly statistics?: TargetStatistics;
}

/**
 * Trains on one batch.
 * @param options statistics: whether to measure the targets as well, which waits for the device once more
 * @throws {UserError} before the weights change, if the loss or the gradient is not finite
 */
export function trainStep(
  setup: StepSetup,
  batch: PlacedImages,
  { statistics = false }: { readonly statistics?: boolean } = {},
): StepResult {
  const { config, learner, optimizer } = setup;
  return scoped(() => {
    const measured = measureBatch(setup, batch, batch.position.epoch);
    const loss = measured.loss.item(); // waits for the device
    if (!Number.isFinite(loss)) throw notFinite('loss', loss);
    measured.loss.backward();
    const gradNorm =
      config.clipGradNorm === null
        ? undefined
        : optim.clipGradNorm(learner.model.parameters(), config.clipGradNorm); // waits for the device
    if (gradNorm !== undefined && !Number.isFinite(gradNorm)) throw notFinite('gradient norm', gradNorm);
    optimizer.step();
    optimizer.zeroGrad();
    return {
      loss,
      ...(gradNorm !== undefined && { gradNorm }),
      ...(statistics && { statistics: measured.statistics() }), // waits for the device
    };
  });
}

/** The loss of one batch: its views are made, and the method's learner measures them. */
export function measureBatch(
  { config, device, recipe, views, learner }: Omit<StepSetup, 'optimizer'>,
  { indices: ids, images }: Images,
  epoch: number,
): Measured {
  const pixels = imageTensors(images, device); // b of (h, w, 3 or 4) uint8
  const aspect = aspectsOf(images);
  const { seed } = config;
  const { size } = config.views;
  // (v·b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  const sizes = makeViewsBySize(pixels, { aspect, ids, seed, epoch, size, recipe, views });
  return learner.measure({ sizes, ids, epoch });
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'Lower --lr, raise --temperature, or set --clip-grad-norm 1.',
  );
}
