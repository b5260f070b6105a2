// The optimizer that the settings name.
import { type nn, optim } from '@xclr/torch';
import type { TrainConfig } from './config.js';
import { decayGroups } from './decay-groups.js';

export type AnyOptimizer = optim.SGD | optim.LARS | optim.AdamW;

export function createOptimizer(model: nn.Module, { optimizer: settings }: TrainConfig): AnyOptimizer {
  const { name, lr, weightDecay, momentum, nesterov, betas, eps, trustCoefficient } = settings;
  const groups = decayGroups(model);
  switch (name) {
    case 'sgd':
      return new optim.SGD({ groups }, { lr, momentum, nesterov, weightDecay });
    case 'lars':
      return new optim.LARS({ groups }, { lr, momentum, weightDecay, trustCoefficient });
    case 'adamw':
      return new optim.AdamW({ groups }, { lr, beta1: betas[0], beta2: betas[1], eps, weightDecay });
  }
}
