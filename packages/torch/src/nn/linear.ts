// Fully connected layer.
import { empty, linear } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { defaultWeightAndBias_ } from './init.js';
import { Leaf, type Parameter, parameter } from './module.js';

/** torch.nn.Linear: (…, in) → (…, out). */
export class Linear extends Leaf {
  readonly weight: Parameter; // (out, in)
  readonly bias: Parameter | null; // (out)
  readonly #options;

  constructor(inFeatures: number, outFeatures: number, { bias = true }: { bias?: boolean } = {}) {
    super();
    this.weight = parameter(empty([outFeatures, inFeatures]));
    this.bias = bias ? parameter(empty([outFeatures])) : null;
    this.#options = this.bias === null ? {} : { bias: this.bias };
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.#options);
  }
}
