// One optimizer step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
//
// On the CPU a step reads its loss, its gradient's norm and what else tells of it in one go, before the weights change. On a GPU
// nothing inside a step waits for the device: the values are read when the next step was asked for, and the device itself leaves
// out a step that is not finite (step-guard.ts). test/train/waits.test.ts counts the readings.
import { type Device, type nn, optim, scoped, type Tensor } from '@xclr/torch';
import { makeViewsBySize, type Recipe } from '../data/augment/index.js';
import { aspectsOf, type Images, imageTensors } from '../data/index.js';
import type { TrainConfig } from './config.js';
import type { LossScale } from './loss-scale.js';
import type { Learner, Measured } from './objectives/index.js';
import type { AnyOptimizer } from './optimize.js';
import { doneStep, type QueuedStep, readNow, readStepLater, type StepResult } from './queued-step.js';
import type { StepGuard } from './step-guard.js';
import { toModel } from './to-model.js';
import { viewKeys } from './view-keys.js';
import { alone, type World } from './world/world.js';

export interface StepSetup {
  readonly config: TrainConfig;
  readonly device: Device;
  readonly recipe: Recipe;
  /** Views of full size an image. */
  readonly views: number;
  readonly learner: Learner;
  readonly optimizer: AnyOptimizer;
  /** The model's, where they are known: finding them takes as long as a small step. */
  readonly parameters?: readonly nn.Parameter[];
  /** Where steps are queued on a device; without it each step is read before the weights change. */
  readonly guard?: StepGuard | null;
  /** In float16. */
  readonly lossScale?: LossScale | null;
  /** The processes that train together; `alone` by default. */
  readonly world?: World;
}

/** Epochs and samples decide the views; a batch knows its own place. */
export type PlacedImages = Images & {
  readonly position: { readonly epoch: number };
  /** (b) how often each sample came before in its epoch; absent where none comes twice. */
  readonly occurrences?: Int32Array;
  /** Their views by size on the CPU, where they were made ahead; disposed of by the step. */
  readonly sizes?: readonly Tensor[];
};

interface StepOptions {
  /** Whether to measure the targets as well. */
  readonly statistics?: boolean;
}

/**
 * Trains on one batch, and waits for its values.
 * @throws {UserError} before the weights change, if the loss or the gradient is not finite
 */
export function trainStep(setup: StepSetup, batch: PlacedImages, options: StepOptions = {}): StepResult {
  return queueStep(setup, batch, options).read();
}

/** Trains on one batch; with a guard, asks the device for it and waits for nothing. */
export function queueStep(
  setup: StepSetup,
  batch: PlacedImages,
  { statistics = false }: StepOptions = {},
): QueuedStep {
  const { config, learner, optimizer, guard = null, lossScale = null, world = alone } = setup;
  const { clipGradNorm } = config;
  return scoped(() => {
    const measured = measureBatch(setup, batch, batch.position.epoch);
    const { fault = null } = measured;
    world.backward(lossScale?.scaled(measured.loss) ?? measured.loss);
    const loss = world.mean(measured.loss); // ()
    const parameters = setup.parameters ?? learner.model.parameters();
    const overflow = lossScale?.unscale(parameters) ?? null; // ()
    const norm = optim.gradNorm(parameters); // ()
    const values = {
      ...{ loss, norm, fault },
      statistics: statistics ? measured.statistics() : null,
      overflowAllowed: overflow !== null,
    };
    let step: QueuedStep;
    if (guard === null) {
      const result = readNow(values); // waits for the device
      step = doneStep(result);
      if (clipGradNorm !== null) {
        const factor = optim.clipFactor(result.gradNorm, clipGradNorm);
        if (factor < 1) optim.scaleGradients(parameters, factor);
      }
      optimizer.step(overflow === null ? {} : { skip: overflow });
    } else {
      step = readStepLater(values);
      const skip = guard.see(overflow === null ? [loss, norm] : [loss], overflow);
      if (clipGradNorm !== null) optim.scaleGradients(parameters, optim.clipFactorTensor(norm, clipGradNorm));
      optimizer.step({ skip });
    }
    learner.afterStep?.();
    optimizer.zeroGrad();
    return step;
  });
}

/**
 * The loss of one batch: its views are made, and the method's learner measures them among those of all processes. Views are made on the CPU, which has an
 * operator for it that does all in one pass, whatever the device of the model.
 */
export function measureBatch(
  { config, device, recipe, views, learner, world = alone }: Omit<StepSetup, 'optimizer'>,
  { indices: ids, images, occurrences, sizes: madeAhead }: Omit<PlacedImages, 'position'>,
  epoch: number,
): Measured {
  const aspect = aspectsOf(images);
  const { seed } = config;
  const { size } = config.views;
  const keys = viewKeys(ids, occurrences);
  // (v·b, 3, size, size), and with multi-crop (count·b, 3, local, local)
  const made =
    madeAhead ??
    makeViewsBySize(imageTensors(images), { aspect, ids: keys, seed, epoch, size, recipe, views });
  const sizes = made.map((one) => toModel(one, config, device));
  for (const one of madeAhead ?? []) one.dispose(); // the device still fetches from their memory, which waits for it
  return learner.measure({ sizes, own: ids, epoch, ...world.join(ids) });
}
