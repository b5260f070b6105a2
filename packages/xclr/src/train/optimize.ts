// Optimizer and learning-rate schedule as the settings say.
import { optim, type Tensor } from '@xclr/torch';
import type { TrainConfig } from './config.js';

export type AnyOptimizer = optim.SGD | optim.LARS | optim.AdamW;

/** Weight decay of adamw leaves biases and norms (1-d) alone, as is usual; LARS does so by itself, SGD decays all. */
export function createOptimizer(
  params: readonly Tensor[],
  { optimizer: settings }: TrainConfig,
): AnyOptimizer {
  const { name, lr, weightDecay, momentum, nesterov, betas, eps, trustCoefficient } = settings;
  switch (name) {
    case 'sgd':
      return new optim.SGD({ params }, { lr, momentum, nesterov, weightDecay });
    case 'lars':
      return new optim.LARS({ params }, { lr, momentum, weightDecay, trustCoefficient });
    case 'adamw': {
      const groups = [
        { params: params.filter((one) => one.ndim > 1) },
        { params: params.filter((one) => one.ndim <= 1), weightDecay: 0 },
      ];
      return new optim.AdamW({ groups }, { lr, beta1: betas[0], beta2: betas[1], eps, weightDecay });
    }
  }
}

/** Factor of the peak learning rate for each step, from 0. */
export function createSchedule(
  { schedule }: TrainConfig,
  totalSteps: number,
  stepsPerEpoch: number,
): optim.Schedule {
  const warmupSteps = Math.min(
    totalSteps,
    schedule.warmupSteps ?? Math.round((schedule.warmupEpochs ?? 0) * stepsPerEpoch),
  );
  if (schedule.name === 'cosine')
    return optim.warmupCosine({ totalSteps, warmupSteps, endFactor: schedule.finalFactor });
  const milestones =
    schedule.name === 'step' ? schedule.milestones.map((fraction) => Math.round(fraction * totalSteps)) : [];
  const after = optim.multiStep({ milestones, gamma: schedule.gamma });
  return (step) => (step < warmupSteps ? (step + 1) / warmupSteps : after(step));
}

/** Sets every group's learning rate and gives it back. */
export function setLearningRate(optimizer: AnyOptimizer, lr: number): number {
  for (const group of optimizer.groups) group.lr = lr;
  return lr;
}
