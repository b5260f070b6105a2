// Gradients summed over the processes, in buckets that travel while the backward pass goes on.
import { native } from '../native.js';
import { scoped } from '../scope.js';
import { type Tensor, tensor } from '../tensor.js';
import type { Group } from './group.js';

export interface BucketOptions {
  /** Bytes of a bucket, about: 25 MiB by default, as PyTorch's DistributedDataParallel. */
  readonly bytes?: number;
}

/**
 * Sums the gradients of some parameters over all ranks. `arm` before the backward pass whose gradients are summed, `finish` after
 * it; passes before `arm` only add to this process's own gradients, which is how they are accumulated. A parameter that has no
 * gradient on any rank in the first step is left without one.
 */
export class GradientBuckets implements Disposable {
  readonly #group: Group;
  readonly #id: number;
  readonly #count: number;
  readonly #bytes: number;

  constructor(group: Group, parameters: readonly Tensor[], { bytes = 25 * 2 ** 20 }: BucketOptions = {}) {
    this.#group = group;
    this.#bytes = bytes;
    this.#count = parameters.length;
    this.#id = native.createBuckets(parameters.map(({ handle }) => handle));
  }

  arm(): void {
    native.armBuckets(this.#id);
  }

  /** Waits for the sums, which are the gradients then. @returns how many buckets were under way before backward ended */
  finish(): number {
    const order = native.bucketOrder(this.#id);
    if (order !== null) native.assignBuckets(this.#id, this.#agreed(order), this.#bytes);
    return native.finishBuckets(this.#id);
  }

  /** Rank 0's order, and after it what has a gradient elsewhere alone. */
  #agreed(order: readonly number[]): number[] {
    return scoped(() => {
      const places = new Int32Array(this.#count).fill(this.#count);
      order.forEach((parameter, place) => {
        places[parameter] = place;
      });
      const used = Int32Array.from(places, (place) => (place < this.#count ? 1 : 0));
      const first = tensor(places); // (parameters)
      const anywhere = tensor(used); // (parameters)
      this.#group.broadcast_(first);
      this.#group.allReduce_(anywhere, 'max');
      const [place, any] = [first.toNumbers(), anywhere.toNumbers()];
      const parameters = Array.from({ length: this.#count }, (_, parameter) => parameter);
      return parameters
        .filter((parameter) => any[parameter] === 1)
        .sort((a, b) => place[a]! - place[b]! || a - b);
    });
  }

  [Symbol.dispose](): void {
    native.disposeBuckets(this.#id);
  }
}
