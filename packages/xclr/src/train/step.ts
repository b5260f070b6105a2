// One optimizer step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
//
// A step waits for the device (reads a value back from it) so often; test/train/waits.test.ts counts:
//   1. the loss and the gradient's norm, so that a value that is not finite stops the run before the weights change;
//   2. targetDistribution's check that every row of the graph has a positive (xclr, supcon, simclr);
//   3. the targets' statistics, only in a logged step (xclr, supcon, simclr).
// Copying the batch to a GPU waits as well, for the copy: its memory is not pinned.
import { type Device, optim, scoped, stack, type Tensor } from '@xclr/torch';
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
export type PlacedImages = Images & {
  readonly position: { readonly epoch: number };
  /** (b) how often each sample came before in its epoch; absent where none comes twice. */
  readonly occurrences?: Int32Array;
};

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
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
    measured.loss.backward();
    const parameters = [...learner.model.parameters()];
    const norm = optim.gradNorm(parameters); // ()
    const [loss = Number.NaN, gradNorm = Number.NaN] = readTogether(measured.loss, norm); // waits for the device
    if (!Number.isFinite(loss)) throw notFinite('loss', loss);
    if (!Number.isFinite(gradNorm)) throw notFinite('gradient norm', gradNorm);
    const factor = config.clipGradNorm === null ? 1 : optim.clipFactor(gradNorm, config.clipGradNorm);
    if (factor < 1) optim.scaleGradients(parameters, factor);
    optimizer.step();
    learner.afterStep?.();
    optimizer.zeroGrad();
    return {
      loss,
      gradNorm,
      ...(statistics && { statistics: measured.statistics() }), // waits for the device
    };
  });
}

/**
 * What the views of a batch are drawn by: the sample, and where it comes again in an epoch another number for each time, so that
 * its views are new ones.
 */
function viewKeys(ids: Int32Array, occurrences: Int32Array | undefined): Int32Array {
  if (occurrences === undefined) return ids;
  return ids.map((id, i) => (id + Math.imul(occurrences[i]!, 0x9e3779b1)) | 0); // far from every other sample's
}

/** Values of tensors of no dimensions, in one wait for the device. */
function readTogether(...scalars: readonly Tensor[]): number[] {
  const { device } = scalars[0]!;
  return stack(scalars.map((one) => one.detach().to({ dtype: 'float32', device }))).toNumbers();
}

/** The loss of one batch: its views are made, and the method's learner measures them. */
export function measureBatch(
  { config, device, recipe, views, learner }: Omit<StepSetup, 'optimizer'>,
  { indices: ids, images, occurrences }: Images & Pick<PlacedImages, 'occurrences'>,
  epoch: number,
): Measured {
  const pixels = imageTensors(images, device); // b of (h, w, 3 or 4) uint8
  const aspect = aspectsOf(images);
  const { seed } = config;
  const { size } = config.views;
  // (v·b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  const keys = viewKeys(ids, occurrences);
  const sizes = makeViewsBySize(pixels, { aspect, ids: keys, seed, epoch, size, recipe, views });
  return learner.measure({ sizes, ids, epoch });
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'Lower --lr, raise --temperature, or set --clip-grad-norm 1.',
  );
}
