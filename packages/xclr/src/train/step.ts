// One optimiser step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
import { autocast, cat, type Device, optim, scoped, type Tensor, tensor } from '@xclr/torch';
import { makeViewsBySize, type Recipe, viewsPerSample } from '../data/augment/index.js';
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
    return {
      loss: value,
      ...targetStatistics(targets, { views: viewsPerSample(setup.recipe) }),
      ...(gradNorm !== undefined && { gradNorm }),
    };
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
  // (2b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  const sizes = makeViewsBySize(pictures, { aspect, ids: indices, seed: config.seed, epoch, size, recipe });
  const forward = () =>
    together(sizes.map((views) => model.call(views.to({ memoryFormat: 'channels_last' })))); // (v·b, d)
  const z = config.precision === 'bfloat16' ? autocast(device, 'bfloat16', forward) : forward();
  const targets = graph.logits(repeated(indices, viewsPerSample(recipe)), { epoch }); // (v·b, v·b)
  return { loss: contrastiveLoss(z, targets, { temperature: config.loss.temperature }), targets };
}

/** Embeddings of the views of each size as the rows of one. */
function together(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : cat([...parts], { dim: 0 });
}

/** Views come view-major: all first views, then all second ones, and so on. */
function repeated(ids: Int32Array, views: number): Int32Array {
  return Int32Array.from({ length: views * ids.length }, (_, i) => ids[i % ids.length]!);
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'the last good checkpoint is kept: lower --lr, raise --temperature, or set --clip-grad-norm 1, then --resume or start again',
  );
}
