// One optimizer step: views, forward, loss, backward, update. Everything it makes is freed when it ends.
//
// On the CPU a step reads its loss, its gradient's norm and what else tells of it in one go, before the weights change. On a GPU
// nothing inside a step waits for the device: the values are read when the next step was asked for, and the device itself leaves
// out a step that is not finite (step-guard.ts). test/train/waits.test.ts counts the readings.
import { type nn, optim, scoped } from '@xclr/torch';
import type { LossScale } from './loss-scale.js';
import type { ViewedImages } from './made-views.js';
import { type MeasureSetup, measureStep } from './measured-step.js';
import type { AnyOptimizer } from './optimize.js';
import { doneStep, type QueuedStep, readNow, readStepLater, type StepResult } from './queued-step.js';
import type { StepGuard } from './step-guard.js';
import { joinedValues } from './world/joined-values.js';
import { alone } from './world/world.js';

export interface StepSetup extends MeasureSetup {
  readonly optimizer: AnyOptimizer;
  /** The model's, where they are known: finding them takes as long as a small step. */
  readonly parameters?: readonly nn.Parameter[];
  /** Where steps are queued on a device; without it each step is read before the weights change. */
  readonly guard?: StepGuard | null;
  /** In float16. */
  readonly lossScale?: LossScale | null;
}

/** Epochs and samples decide the views; a batch knows its own place. */
export type PlacedImages = ViewedImages & {
  readonly position: { readonly epoch: number };
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
    const measured = measureStep(setup, batch, batch.position.epoch);
    const part = world.part(measured.loss);
    world.backward(measured.lastPass(lossScale?.scaled(part) ?? part), measured.afterLastPass);
    const joined = joinedValues(world, measured, statistics ? measured.statistics() : null);
    const { loss } = joined; // ()
    const parameters = setup.parameters ?? learner.model.parameters();
    const overflow = lossScale?.unscale(parameters) ?? null; // ()
    const norm = optim.gradNorm(parameters); // ()
    const values = { ...joined, norm, overflowAllowed: overflow !== null };
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
