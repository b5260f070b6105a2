// What MobileNetV3 and EfficientNet are built of, with torchvision's parameter names.
import { empty, nn, type Tensor } from '@xclr/torch';

/** Channels scaled by `factor`, to a multiple of eight that is at least nine tenths of the product. */
export function scaledChannels(channels: number, factor: number): number {
  const wanted = channels * factor;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

export interface ConvNormOptions {
  kernel?: number;
  stride?: number;
  groups?: number;
  norm?: nn.BatchNormOptions;
  /** None: the block ends linearly. */
  activation?: nn.Module;
}

/** Convolution that keeps the size (or halves it), batch norm, activation. */
export class ConvNorm extends nn.Sequential {
  constructor(
    input: number,
    output: number,
    { kernel = 1, stride = 1, groups = 1, norm = {}, activation }: ConvNormOptions = {},
  ) {
    super(
      new nn.Conv2d(input, output, kernel, { stride, padding: (kernel - 1) / 2, groups, bias: false }),
      new nn.BatchNorm2d(output, norm),
      ...(activation === undefined ? [] : [activation]),
    );
  }
}

/** Hu et al. 2018 (arXiv 1709.01507): each channel times a gate in 0 … 1 that all channels' means decide. */
export class SqueezeExcitation extends nn.Module {
  readonly fc1;
  readonly fc2;
  readonly #pool = new nn.AdaptiveAvgPool2d(1);
  readonly #activation;
  readonly #gate;

  constructor(channels: number, squeezed: number, activation: nn.Module, gate: nn.Module) {
    super();
    this.fc1 = new nn.Conv2d(channels, squeezed, 1);
    this.fc2 = new nn.Conv2d(squeezed, channels, 1);
    this.#activation = activation;
    this.#gate = gate;
  }

  forward(x: Tensor): Tensor {
    const means = this.#pool.call(x); // (n, c, 1, 1)
    const gate = this.#gate.call(this.fc2.call(this.#activation.call(this.fc1.call(means)))); // (n, c, 1, 1)
    return gate.mul(x);
  }
}

/** Huang et al. 2016 (arXiv 1603.09382): in training, drops a sample's branch with probability p, divides the rest by 1 − p. */
export class StochasticDepth extends nn.Leaf {
  constructor(readonly p: number) {
    super();
  }

  forward(branch: Tensor): Tensor {
    if (!this.training || this.p === 0) return branch;
    const keep = 1 - this.p;
    const { dtype, device } = branch;
    const kept = empty([branch.shape[0]!, 1, 1, 1], { dtype, device }).bernoulli_({ p: keep }).div(keep);
    return branch.mul(kept);
  }
}

/** Layers whose result is added to their input where the shapes allow it. */
export class InvertedResidual extends nn.Block {
  readonly block: nn.Sequential;
  readonly stochasticDepth: StochasticDepth | null;

  /** @param drop probability of leaving the branch out in training; null where nothing is added */
  constructor(layers: readonly nn.Module[], drop: number | null) {
    super();
    this.block = new nn.Sequential(...layers);
    this.stochasticDepth = drop === null ? null : new StochasticDepth(drop);
  }

  forward(x: Tensor): Tensor {
    const h = this.block.call(x);
    return this.stochasticDepth === null ? h : this.stochasticDepth.call(h).add_(x);
  }
}

export interface MobileOptions {
  /** 'standard' begins with stride 2; 'small' with stride 1, for ≤ 64 px. */
  stem?: 'standard' | 'small';
  /** Multiplies every layer's channels; 1 is the published network. */
  width?: number;
  /** Adds the classifier; null (the default) makes an encoder: features after the average pool. */
  classes?: number | null;
}

type Members = [name: string, member: Tensor | nn.AnyModule][];

/** torchvision calls the layers `features`, which of an encoder is their width; so the field is `layers` here. */
export function torchvisionMembers(members: Members): Members {
  return members.map(([name, member]) => [name === 'layers' ? 'features' : name, member]);
}

export function initializeConvolution_({ weight, bias }: nn.Conv2d): void {
  nn.init.kaimingNormal_(weight, { mode: 'fan_out', nonlinearity: 'leaky_relu' });
  if (bias !== null) nn.init.zeros_(bias);
}
