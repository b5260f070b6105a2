// One optimizer step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
import { type Device, optim, scoped, tensor } from '@xclr/torch';
import { makeViewsBySize, type Recipe } from '../data/augment/index.js';
import type { Images } from '../data/index.js';
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

export interface StepResult {
  readonly loss: number;
  readonly targetEntropy: number;
  readonly positiveMass: number;
  readonly gradNorm?: number;
}

/** Trains on one batch. @throws {UserError} before the weights change, if the loss or the gradient is not finite. */
export function trainStep(setup: StepSetup, batch: Images, epoch: number): StepResult {
  const { config, learner, optimizer } = setup;
  return scoped(() => {
    const { loss, statistics } = measureBatch(setup, batch, epoch);
    const value = loss.item();
    if (!Number.isFinite(value)) throw notFinite('loss', value);
    loss.backward();
    const gradNorm =
      config.clipGradNorm === null
        ? undefined
        : optim.clipGradNorm(learner.model.parameters(), config.clipGradNorm);
    if (gradNorm !== undefined && !Number.isFinite(gradNorm)) throw notFinite('gradient norm', gradNorm);
    optimizer.step();
    optimizer.zeroGrad();
    return { loss: value, ...statistics(), ...(gradNorm !== undefined && { gradNorm }) };
  });
}

/** The loss of one batch: its views are made, and the method's learner measures them. */
export function measureBatch(
  { config, device, recipe, views, learner }: Omit<StepSetup, 'optimizer'>,
  { indices, pixels, channels, aspect }: Images,
  epoch: number,
): Measured {
  const side = Math.sqrt(pixels.length / (channels * indices.length));
  const images = tensor(pixels, { shape: [indices.length, side, side, channels], device }); // (b, S, S, 3 or 4) uint8
  const { seed } = config;
  const { size } = config.views;
  // (v·b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  const sizes = makeViewsBySize(images, { aspect, ids: indices, seed, epoch, size, recipe, views });
  return learner.measure({ sizes, ids: indices, epoch });
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'the last good checkpoint is kept: lower --lr, raise --temperature, or set --clip-grad-norm 1, then --resume or start again',
  );
}
