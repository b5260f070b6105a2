// Pooling over (n, c, h, w), and Flatten.
import type { Tensor } from '../tensor.js';
import { extents, type Pair, pair } from './conv.js';
import { Leaf } from './module.js';

export interface MaxPool2dOptions {
  /** Default: the kernel's size. */
  stride?: Pair;
  padding?: Pair;
  dilation?: Pair;
  ceilMode?: boolean;
}

export class MaxPool2d extends Leaf {
  /** Both extents of each, as given or defaulted. */
  readonly geometry;
  readonly #kernelSize;
  readonly #options;

  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super();
    const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
    this.geometry = {
      kernel: pair(kernelSize),
      stride: pair(stride),
      padding: pair(padding),
      dilation: pair(dilation),
      ceilMode,
    };
    this.#kernelSize = extents(kernelSize);
    this.#options = {
      stride: extents(stride),
      padding: extents(padding),
      dilation: extents(dilation),
      ceilMode,
    };
  }

  forward(input: Tensor): Tensor {
    return input.maxPool2d(this.#kernelSize, this.#options);
  }
}

export interface AvgPool2dOptions {
  /** Default: the kernel's size. */
  stride?: Pair;
  padding?: Pair;
  ceilMode?: boolean;
  /** Count the padding's zeros in the mean. Default true. */
  countIncludePad?: boolean;
}

export class AvgPool2d extends Leaf {
  /** Both extents of each, as given or defaulted. */
  readonly geometry;
  readonly #kernelSize;
  readonly #options;

  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
    this.geometry = {
      kernel: pair(kernelSize),
      stride: pair(stride),
      padding: pair(padding),
      ceilMode,
      countIncludePad,
    };
    this.#kernelSize = extents(kernelSize);
    this.#options = { stride: extents(stride), padding: extents(padding), ceilMode, countIncludePad };
  }

  forward(input: Tensor): Tensor {
    return input.avgPool2d(this.#kernelSize, this.#options);
  }
}

/** Averages into a grid of the given size, whatever the input's; 1 is global average pooling. */
export class AdaptiveAvgPool2d extends Leaf {
  /** [height, width] of what comes out. */
  readonly outputSize;
  readonly #outputSize;

  constructor(outputSize: Pair) {
    super();
    this.outputSize = pair(outputSize);
    this.#outputSize = extents(outputSize);
  }

  forward(input: Tensor): Tensor {
    return input.adaptiveAvgPool2d(this.#outputSize);
  }
}

/** Joins the dimensions from `startDim` to `endDim`, by default all but the first. */
export class Flatten extends Leaf {
  readonly #options;

  constructor({ startDim = 1, endDim = -1 }: { startDim?: number; endDim?: number } = {}) {
    super();
    this.#options = { startDim, endDim };
  }

  forward(input: Tensor): Tensor {
    return input.flatten(this.#options);
  }
}
