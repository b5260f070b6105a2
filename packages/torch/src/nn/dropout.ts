// Dropout.
import { dropout } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { Leaf } from './module.js';

/** torch.nn.Dropout: in training, zeroes each value with probability p and divides the rest by 1 − p. */
export class Dropout extends Leaf {
  constructor(readonly p = 0.5) {
    super();
    if (!(p >= 0 && p <= 1)) throw new Error(`Dropout: p must be a probability in 0 … 1, got ${p}`);
  }

  forward(input: Tensor): Tensor {
    return this.training && this.p > 0 ? dropout(input, this.p, true) : input;
  }
}
