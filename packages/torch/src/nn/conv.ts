// Two-dimensional convolution.
import { fastConv2d } from '../kernels.js';
import { empty } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { defaultWeightAndBias_ } from './init.js';
import { Leaf, type Parameter, parameter } from './module.js';

/** One extent for both dimensions, or [height, width]. */
export type Pair = number | readonly [height: number, width: number];

export const pair = (value: Pair): [number, number] =>
  typeof value === 'number' ? [value, value] : [...value];
// A plain number crosses the native border faster than a list, and ATen repeats it.
export const extents = (value: Pair): number | number[] => (typeof value === 'number' ? value : [...value]);

export interface Conv2dOptions {
  stride?: Pair;
  padding?: Pair;
  dilation?: Pair;
  groups?: number;
  bias?: boolean;
}

export interface ConvGeometry {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** torch.nn.Conv2d: input (n, in, h, w) → (n, out, h', w'). */
export class Conv2d extends Leaf {
  readonly weight: Parameter; // (out, in / groups, kh, kw)
  readonly bias: Parameter | null; // (out)
  /** Both extents of each, as given or defaulted. */
  readonly geometry: ConvGeometry;
  readonly #options;

  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: Conv2dOptions = {}) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = options;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new Error(
        `Conv2d: groups must divide inChannels and outChannels, got ${groups} for ${inChannels} and ${outChannels}`,
      );
    }
    this.weight = parameter(empty([outChannels, inChannels / groups, ...pair(kernelSize)]));
    this.bias = bias ? parameter(empty([outChannels])) : null;
    this.geometry = {
      kernel: pair(kernelSize),
      stride: pair(stride),
      padding: pair(padding),
      dilation: pair(dilation),
      groups,
    };
    this.#options = {
      ...(this.bias !== null && { bias: this.bias }),
      stride: extents(stride),
      padding: extents(padding),
      dilation: extents(dilation),
      groups,
    };
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(input: Tensor): Tensor {
    return fastConv2d(input, this.weight, this.#options);
  }
}
