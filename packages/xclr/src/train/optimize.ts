// The optimizer that the settings name.
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
