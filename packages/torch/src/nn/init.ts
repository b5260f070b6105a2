// Initializers, drawing from the default generator in PyTorch's order, so that equal seeds give equal weights.
//
// Source: torch/nn/init.py. Each fills its argument in place and returns it.
import { noGrad } from '../autograd.js';
import { scoped } from '../scope.js';
import { type Tensor, tensor } from '../tensor.js';

export type FanMode = 'fan_in' | 'fan_out';
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

export interface KaimingOptions {
  /** Negative slope, for leaky_relu. Default 0. */
  a?: number;
  /** Keep the variance of the forward pass (fan_in, default) or of the gradients (fan_out). */
  mode?: FanMode;
  nonlinearity?: Nonlinearity;
}

/** fan in and fan out of a weight (out, in, …kernel). Throws for fewer than two dimensions. */
export function fans(weight: Tensor): { fanIn: number; fanOut: number } {
  const [out, into, ...kernel] = weight.shape;
  if (out === undefined || into === undefined) {
    throw new Error(
      `init: a weight needs at least 2 dimensions to have a fan, got (${weight.shape.join(', ')})`,
    );
  }
  const receptive = kernel.reduce((a, b) => a * b, 1);
  return { fanIn: into * receptive, fanOut: out * receptive };
}

/** The factor by which a nonlinearity shrinks the standard deviation, as torch.nn.init.calculate_gain. */
export function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + a ** 2));
    case 'selu':
      return 3 / 4;
    default:
      return 1;
  }
}

export function constant_(target: Tensor, value: number): Tensor {
  noGrad(() => target.fill_(value));
  return target;
}

export const zeros_ = (target: Tensor): Tensor => constant_(target, 0);
export const ones_ = (target: Tensor): Tensor => constant_(target, 1);

/** Uniform in [from, to). */
export function uniform_(target: Tensor, from = 0, to = 1): Tensor {
  noGrad(() => target.uniform_({ from, to }));
  return target;
}

export function normal_(target: Tensor, mean = 0, std = 1): Tensor {
  noGrad(() => target.normal_({ mean, std }));
  return target;
}

export interface TruncatedOptions {
  mean?: number;
  std?: number;
  /** Lower and upper cut, in values and not in standard deviations. Default −2 and 2. */
  low?: number;
  high?: number;
}

/** A normal cut to [low, high], by the inverse of its distribution function. */
export function truncNormal_(
  target: Tensor,
  { mean = 0, std = 1, low = -2, high = 2 }: TruncatedOptions = {},
): Tensor {
  scoped(() =>
    noGrad(() => {
      // erf(z / √2) is 2 · cdf(z) − 1, the range from which erfinv makes a truncated normal.
      const cuts = tensor([(low - mean) / std, (high - mean) / std], { dtype: 'float64' }); // (2)
      const [from, to] = cuts.div(Math.SQRT2).erf().toArray(); // (2)
      target.uniform_({ from: Number(from), to: Number(to) }).erfinv_();
      target
        .mul_(std * Math.SQRT2)
        .add_(mean)
        .clamp_({ min: low, max: high });
    }),
  );
  return target;
}

/** Glorot and Bengio 2010: uniform in ±gain·√(6 / (fan in + fan out)). */
export function xavierUniform_(target: Tensor, { gain = 1 }: { gain?: number } = {}): Tensor {
  const { fanIn, fanOut } = fans(target);
  const bound = Math.sqrt(3) * gain * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(target, -bound, bound);
}

export function xavierNormal_(target: Tensor, { gain = 1 }: { gain?: number } = {}): Tensor {
  const { fanIn, fanOut } = fans(target);
  return normal_(target, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

function kaimingStd(
  target: Tensor,
  { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' }: KaimingOptions,
): number {
  const { fanIn, fanOut } = fans(target);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/** He et al. 2015: uniform with standard deviation gain / √fan. */
export function kaimingUniform_(target: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(target, options);
  return uniform_(target, -bound, bound);
}

/** He et al. 2015: normal with standard deviation gain / √fan. ResNets use fan_out and relu. */
export function kaimingNormal_(target: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(target, 0, kaimingStd(target, options));
}

/** PyTorch's default for Linear and Conv2d: weight kaiming uniform with a = √5, then bias uniform in ±1/√fan in. */
export function defaultWeightAndBias_(weight: Tensor, bias: Tensor | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  if (bias === null) return;
  const bound = 1 / Math.sqrt(fans(weight).fanIn);
  uniform_(bias, -bound, bound);
}
