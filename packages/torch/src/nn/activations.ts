// Activations, each one operator. `inplace` overwrites the input and so saves its memory.
import { fastRelu_ } from '../kernels.js';
import type { Tensor } from '../tensor.js';
import { Leaf } from './module.js';

export interface InplaceOptions {
  inplace?: boolean;
}

export class ReLU extends Leaf {
  readonly inplace: boolean;

  constructor({ inplace = false }: InplaceOptions = {}) {
    super();
    this.inplace = inplace;
  }

  forward(input: Tensor): Tensor {
    return this.inplace ? fastRelu_(input) : input.relu();
  }
}

export class SiLU extends Leaf {
  readonly inplace: boolean;

  constructor({ inplace = false }: InplaceOptions = {}) {
    super();
    this.inplace = inplace;
  }

  forward(input: Tensor): Tensor {
    return this.inplace ? input.silu_() : input.silu();
  }
}

export class Hardswish extends Leaf {
  readonly inplace: boolean;

  constructor({ inplace = false }: InplaceOptions = {}) {
    super();
    this.inplace = inplace;
  }

  forward(input: Tensor): Tensor {
    return this.inplace ? input.hardswish_() : input.hardswish();
  }
}

export class Hardsigmoid extends Leaf {
  readonly inplace: boolean;

  constructor({ inplace = false }: InplaceOptions = {}) {
    super();
    this.inplace = inplace;
  }

  forward(input: Tensor): Tensor {
    return this.inplace ? input.hardsigmoid_() : input.hardsigmoid();
  }
}

export class GELU extends Leaf {
  readonly approximate: 'none' | 'tanh';

  /** `approximate: 'tanh'` is GPT-2's form; 'none', the default, is exact. */
  constructor({ approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {}) {
    super();
    this.approximate = approximate;
  }

  forward(input: Tensor): Tensor {
    return input.gelu({ approximate: this.approximate });
  }
}

export class Sigmoid extends Leaf {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

export class Tanh extends Leaf {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** Returns its input, the same tensor. */
export class Identity extends Leaf {
  forward(input: Tensor): Tensor {
    return input;
  }
}
