// One optimiser step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
import { autocast, type Device, optim, scoped, type Tensor, tensor } from '@xclr/torch';
import { makeViews, type Recipe } from '../data/augment/index.js';
import type { Pictures } from '../data/index.js';
import { type SimilarityGraph, targetStatistics } from '../graph/index.js';
import { contrastiveLoss } from '../losses/index.js';
import { UserError } from '../util/errors.js';
import type { TrainConfig } from './config.js';
import type { AnyOptimiser } from './optimise.js';
import type { TrainingModel } from './training-model.js';

export interface StepSetup {
  readonly config: TrainConfig;
  readonly device: Device;
  readonly recipe: Recipe;
  readonly model: TrainingModel;
  readonly optimiser: AnyOptimiser;
  readonly graph: SimilarityGraph;
}

export interface StepResult {
  readonly loss: number;
  readonly targetEntropy: number;
  readonly positiveMass: number;
  readonly gradNorm?: number;
}

/** Trains on one batch. @throws {UserError} before the weights change, if the loss or the gradient is not finite. */
export function trainStep(setup: StepSetup, batch: Pictures, epoch: number): StepResult {
  const { config, model, optimiser } = setup;
  return scoped(() => {
    const { loss, targets } = contrast(setup, batch, epoch);
    const value = loss.item();
    if (!Number.isFinite(value)) throw notFinite('loss', value);
    loss.backward();
    const gradNorm =
      config.clipGradNorm === null ? undefined : optim.clipGradNorm(model.parameters(), config.clipGradNorm);
    if (gradNorm !== undefined && !Number.isFinite(gradNorm)) throw notFinite('gradient norm', gradNorm);
    optimiser.step();
    optimiser.zeroGrad();
    return { loss: value, ...targetStatistics(targets), ...(gradNorm !== undefined && { gradNorm }) };
  });
}

/** The loss of one batch, with the graph's logits it was measured against. */
export function contrast(
  { config, device, recipe, model, graph }: Omit<StepSetup, 'optimiser'>,
  { indices, pixels, channels, aspect }: Pictures,
  epoch: number,
): { loss: Tensor; targets: Tensor } {
  const side = Math.sqrt(pixels.length / (channels * indices.length));
  const pictures = tensor(pixels, { shape: [indices.length, side, side, channels], device }); // (b, S, S, 3 or 4) uint8
  const { size } = config.views;
  const views = makeViews(pictures, { aspect, ids: indices, seed: config.seed, epoch, size, recipe }); // (2b, 3, size, size)
  const forward = () => model.call(views.to({ memoryFormat: 'channels_last' })); // (2b, d)
  const z = config.precision === 'bfloat16' ? autocast(device, 'bfloat16', forward) : forward();
  const targets = graph.logits(twice(indices), { epoch }); // (2b, 2b)
  return { loss: contrastiveLoss(z, targets, { temperature: config.loss.temperature }), targets };
}

/** Views come view-major: all first views, then all second ones. */
function twice(ids: Int32Array): Int32Array {
  const both = new Int32Array(2 * ids.length);
  both.set(ids);
  both.set(ids, ids.length);
  return both;
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'the last good checkpoint is kept: lower --lr, raise --temperature, or set --clip-grad-norm 1, then --resume or start again',
  );
}
