// Steps on a device that is not waited for: one whose loss or gradient is not finite is left out by the device itself, and so is
// every step after it, until the reading of its values stops the run.
import { type Device, keep, noGrad, scoped, type Tensor, zeros } from '@xclr/torch';

export class StepGuard implements Disposable {
  /** (): 1 once a step was not finite, else 0. */
  readonly #broken: Tensor;

  constructor(device: Device) {
    this.#broken = keep(zeros([], { dtype: 'float32', device }));
  }

  /**
   * Looks at a step's values, on the device.
   * @param values of no dimensions each; one that is not finite breaks the run
   * @param overflow (): 1 where this step alone is to be left out, in float16
   * @returns (): 1 where the step is to be left out
   */
  see(values: readonly Tensor[], overflow: Tensor | null = null): Tensor {
    return noGrad(() =>
      scoped(() => {
        for (const value of values) this.#broken.copy_(this.#broken.maximum(brokenBy(value)));
        return overflow === null ? this.#broken.clone() : this.#broken.maximum(overflow);
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#broken.dispose();
  }
}

/** (): 1 where a value is NaN or infinite. */
function brokenBy(value: Tensor): Tensor {
  return value.detach().to({ dtype: 'float32' }).isfinite().logicalNot().to({ dtype: 'float32' });
}
