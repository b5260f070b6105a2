// Normalizations that do not look across the batch.
import { groupNorm, layerNorm, ones, zeros } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { Leaf, type Parameter, parameter } from './module.js';

export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Learn a scale and a shift. */
  affine?: boolean;
}

/** torch.nn.GroupNorm: (n, c, …), normalized over each of `numGroups` groups of channels. */
export class GroupNorm extends Leaf {
  readonly weight: Parameter | null; // (c)
  readonly bias: Parameter | null; // (c)
  readonly #options;

  constructor(
    readonly numGroups: number,
    numChannels: number,
    { eps = 1e-5, affine = true }: NormOptions = {},
  ) {
    super();
    if (numChannels % numGroups !== 0) {
      throw new Error(`GroupNorm: numGroups must divide numChannels, got ${numGroups} for ${numChannels}`);
    }
    this.weight = affine ? parameter(ones([numChannels])) : null;
    this.bias = affine ? parameter(zeros([numChannels])) : null;
    this.#options = { weight: this.weight, bias: this.bias, eps };
  }

  forward(input: Tensor): Tensor {
    return groupNorm(input, this.numGroups, this.#options);
  }
}

/** torch.nn.LayerNorm: normalized over the last dimensions, which must be `normalizedShape`. */
export class LayerNorm extends Leaf {
  readonly normalizedShape: number[];
  readonly weight: Parameter | null; // normalizedShape
  readonly bias: Parameter | null; // normalizedShape
  readonly eps: number;
  readonly #options;

  constructor(normalizedShape: number | readonly number[], { eps = 1e-5, affine = true }: NormOptions = {}) {
    super();
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.weight = affine ? parameter(ones(this.normalizedShape)) : null;
    this.bias = affine ? parameter(zeros(this.normalizedShape)) : null;
    this.#options = { weight: this.weight, bias: this.bias, eps };
  }

  forward(input: Tensor): Tensor {
    return layerNorm(input, this.normalizedShape, this.#options);
  }
}
