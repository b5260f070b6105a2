// To and from devices other than the CPU without waiting for them, and what they compute by.
import type { Device } from './dtype.js';
import { native } from './native.js';
import { keep } from './scope.js';
import { type Tensor, wrap } from './tensor.js';

const placeOf = (device: Device): Device => (device === 'cuda' ? 'cuda:0' : device);

/**
 * The tensor on a device; itself where it is there already. From the CPU it goes through pinned memory, and the device fetches
 * it when its queue comes to it: nothing waits.
 */
export function toDevice(source: Tensor, device: Device): Tensor {
  return wrap(native.toDevice(source.handle, placeOf(device)));
}

/** Values on their way from the device. Read them, or dispose of them. */
export class PendingRead implements Disposable {
  #host: Tensor | null;
  #event: number;

  /** @internal made by `readLater` */
  constructor(host: Tensor, event: number) {
    this.#host = keep(host);
    this.#event = event;
  }

  /** The values in row-major order; waits until the device has come so far, and no further. Once only. */
  numbers(): number[] {
    if (this.#host === null) throw new Error('PendingRead: the values were read or disposed of already');
    native.finishRead(this.#event);
    this.#event = 0;
    const values = this.#host.toNumbers();
    this[Symbol.dispose]();
    return values;
  }

  [Symbol.dispose](): void {
    if (this.#host === null) return;
    native.finishRead(this.#event); // the device may still write into the memory
    this.#host.dispose();
    this.#host = null;
  }
}

/** Begins to copy a tensor's values to the CPU, behind everything that the device has been asked for until now. */
export function readLater(tensor: Tensor): PendingRead {
  const [host, event] = native.startRead(tensor.handle);
  return new PendingRead(wrap(host), event);
}

/** How CUDA computes; nothing of it concerns the CPU. */
export interface Arithmetic {
  /** float32 products and convolutions in TensorFloat-32: 10 bits of mantissa instead of 23, several times as fast. */
  readonly tf32: boolean;
  /** cuDNN tries its algorithms at each new shape and keeps the fastest. */
  readonly benchmark: boolean;
  /** Only algorithms that give the same bits each time, with a warning where there is none. */
  readonly deterministic: boolean;
}

/** Sets how CUDA computes, for the whole process. */
export function setArithmetic({ tf32, benchmark, deterministic }: Arithmetic): void {
  native.setArithmetic(tf32, benchmark, deterministic);
}

/** How CUDA computes at present. */
export function arithmetic(): Arithmetic {
  const [products = false, convolutions = false, benchmark = false, deterministic = false] =
    native.arithmetic();
  return { tf32: products && convolutions, benchmark, deterministic };
}

/** Bytes of a device's memory, as LibTorch's allocator has them. */
export interface DeviceMemory {
  /** In tensors. */
  readonly allocated: number;
  /** Taken from the device: in tensors, and kept for later ones. */
  readonly reserved: number;
  /** Most that were in tensors at a time. */
  readonly peak: number;
}

/** What tensors take of a device's memory; null where LibTorch does not tell (before 2.10, and on the CPU). */
export function deviceMemory(device: Device): DeviceMemory | null {
  const found = native.deviceMemory(placeOf(device));
  if (found === null) return null;
  const [allocated = 0, reserved = 0, peak = 0] = found;
  return { allocated, reserved, peak };
}
