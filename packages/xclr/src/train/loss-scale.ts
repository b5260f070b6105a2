// Scaling of the loss for float16, whose smallest gradients would be lost: Micikevicius et al. 2018 (arXiv 1710.03740), with the
// scale found while training, as PyTorch's GradScaler finds it, and without waiting for the device.
import { type Device, keep, type nn, noGrad, optim, scoped, type Tensor, tensor } from '@xclr/torch';
import type { Stateful } from './stateful.js';

export interface LossScaleState {
  /** What the loss is multiplied by. */
  readonly scale: number;
  /** Steps without an overflow since the scale last changed. */
  readonly steady: number;
}

/** PyTorch's defaults: the scale is doubled after so many steps without an overflow, and halved by one. */
const first: LossScaleState = { scale: 65_536, steady: 0 };
const growthInterval = 2000;

export class LossScale implements Stateful<LossScaleState>, Disposable {
  readonly #device: Device;
  #scale: Tensor; // (1)
  #steady: Tensor; // (1) int32

  constructor(device: Device) {
    this.#device = device;
    this.#scale = this.#kept(first.scale, 'float32');
    this.#steady = this.#kept(first.steady, 'int32');
  }

  #kept(value: number, dtype: 'float32' | 'int32'): Tensor {
    return keep(tensor([value], { dtype, device: this.#device }));
  }

  /** The loss times the scale, to go backward from. */
  scaled(loss: Tensor): Tensor {
    return loss.mul(this.#scale.squeeze(0)); // ()
  }

  /**
   * Divides the gradients by the scale, and adapts the scale.
   * @returns (): 1 where a gradient overflowed, and the step is to be left out
   */
  unscale(parameters: readonly nn.Parameter[]): Tensor {
    return noGrad(() =>
      scoped(() => {
        const overflow = optim.unscaleGradients(parameters, this.#scale); // (1)
        optim.updateScale_(this.#scale, this.#steady, overflow, { growthInterval });
        return overflow.squeeze(0); // ()
      }),
    );
  }

  stateDict(): LossScaleState {
    const [scale = first.scale] = this.#scale.toNumbers();
    const [steady = 0] = this.#steady.toNumbers();
    return { scale, steady };
  }

  loadStateDict({ scale, steady }: LossScaleState): void {
    this[Symbol.dispose]();
    this.#scale = this.#kept(scale, 'float32');
    this.#steady = this.#kept(steady, 'int32');
  }

  [Symbol.dispose](): void {
    this.#scale.dispose();
    this.#steady.dispose();
  }
}
