// A world of several processes, connected by a group.
import { distributed, nn, onesLike, scoped, stack, type Tensor, tensor } from '@xclr/torch';
import type { Checkpointed } from '../checkpoint.js';
import { joinBatch } from './joined-batch.js';
import { shareState } from './share-state.js';
import { trainable, type World } from './world.js';

export class SharedWorld implements World, Disposable {
  readonly #group: distributed.Group;
  readonly #most: number;
  #buckets: distributed.GradientBuckets | undefined;

  /** @param most samples that a process may have in a step or in a batch of the validation, the same on all */
  constructor(group: distributed.Group, { most }: { readonly most: number }) {
    this.#group = group;
    this.#most = most;
  }

  get rank(): number {
    return this.#group.rank;
  }

  get size(): number {
    return this.#group.size;
  }

  get localRank(): number {
    return this.#group.place.localRank;
  }

  get localSize(): number {
    return this.#group.place.localSize;
  }

  join(ids: Int32Array): ReturnType<World['join']> {
    return joinBatch(this.#group, ids, this.#most);
  }

  mean(value: Tensor, weight = 1): Tensor {
    const own = value.detach(); // (…)
    const sums = stack([own.mul(weight), onesLike(own).mul(weight)]); // (2, …)
    this.#group.allReduce_(sums);
    return sums.select(0, 0).div(sums.select(0, 1));
  }

  /** Gradients are summed, in `rows` and over the parameters. */
  part(loss: Tensor): Tensor {
    return loss.div(this.size);
  }

  backward(part: Tensor, rest?: () => void): void {
    this.#buckets?.arm();
    part.backward();
    rest?.();
    this.#buckets?.finish();
  }

  any(own: boolean): boolean {
    return scoped(() => {
      const flag = tensor(Int32Array.of(own ? 1 : 0)); // (1)
      this.#group.allReduce_(flag, 'max');
      return flag.toNumbers()[0] === 1;
    });
  }

  begin(parts: Checkpointed): void {
    nn.synchronizeBatchNorm(parts.model);
    shareState(this.#group, parts);
    this.#buckets?.[Symbol.dispose]();
    this.#buckets = new distributed.GradientBuckets(this.#group, trainable(parts.model));
  }

  traffic(): { readonly messages: number; readonly bytes: number } {
    return this.#group.traffic();
  }

  [Symbol.dispose](): void {
    this.#buckets?.[Symbol.dispose]();
  }
}
