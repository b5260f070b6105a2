// The order in which an epoch visits samples, by each kind of sampler: pure functions of (seed, epoch).

import { UserError } from '../util/errors.js';
import { permutation, purpose, Random } from '../util/random.js';
import type { Dataset } from './types.js';

/** Gives an epoch's order: indices into the dataset's samples. */
export type Order = (epoch: number) => Int32Array;

/** A new permutation every epoch. */
export function shuffled(indices: Int32Array, seed: number): Order {
  return (epoch) => permutation(indices.length, seed, epoch, purpose.order).map((place) => indices[place]!);
}

/** As given, every epoch. */
export function sequential(indices: Int32Array): Order {
  return () => indices;
}

/**
 * Each place of an epoch draws its class uniformly, however many images the class has, then takes the class's next
 * image: all of them once, in a new order, before any comes again. An epoch has as many places as there are samples,
 * so images of rare classes come several times in it, and some of common ones not at all.
 * @param classOf (n) class of indices[i], from 0, every one of 0 … classes−1 in use
 */
export function classBalanced(indices: Int32Array, classOf: Int32Array, seed: number): Order {
  const members: number[][] = [];
  classOf.forEach((code, i) => {
    members[code] ??= [];
    members[code].push(indices[i]!);
  });
  return (epoch) => {
    const random = new Random(seed, epoch, purpose.classes);
    const rounds = members.map(() => 0);
    const left: Int32Array[] = members.map(() => new Int32Array(0));
    return indices.map(() => {
      const code = random.below(members.length);
      const group = members[code]!;
      if (left[code]!.length === 0)
        left[code] = permutation(group.length, seed, epoch, code, rounds[code]!++, purpose.classes);
      const [place] = left[code]!;
      left[code] = left[code]!.subarray(1);
      return group[place!]!;
    });
  };
}

/**
 * For tars and packed shards on slow disks: files in a new order every epoch, each read from its beginning to its end,
 * through a buffer of `buffer` samples from which the next is drawn at random. Reads stay within a window of so many
 * samples, so that the disk reads on rather than seeks. The larger the buffer, the better the shuffle.
 * @param fileOf (n) the file of indices[i], from 0; samples of a file in the order in which they lie there
 */
export function streamed(indices: Int32Array, fileOf: Int32Array, buffer: number, seed: number): Order {
  const files: number[][] = [];
  fileOf.forEach((file, i) => {
    files[file] ??= [];
    files[file].push(indices[i]!);
  });
  return (epoch) => {
    const random = new Random(seed, epoch, purpose.stream);
    const order = new Int32Array(indices.length);
    const held: number[] = [];
    let done = 0;
    const take = () => {
      const place = random.below(held.length);
      order[done++] = held[place]!;
      held[place] = held.at(-1)!;
      held.pop();
    };
    for (const file of permutation(files.length, seed, epoch, purpose.stream)) {
      for (const index of files[file]!) {
        held.push(index);
        if (held.length > buffer) take();
      }
    }
    while (held.length > 0) take();
    return order;
  };
}

/** One of several processes that train together. */
export interface Rank {
  /** From 0. */
  readonly rank: number;
  /** How many processes there are. */
  readonly world: number;
  /**
   * Where the samples do not divide evenly: 'drop' (default) leaves out the last few of the epoch's order, others every
   * epoch; 'pad' repeats its first few. Every rank has as many samples as any other.
   */
  readonly uneven?: 'drop' | 'pad';
}

/** How many samples of `count` a rank has in an epoch. */
export function shardSize(count: number, { world, uneven = 'drop' }: Rank): number {
  return uneven === 'drop' ? Math.floor(count / world) : Math.ceil(count / world);
}

/** A rank's shard of an order that all ranks agree on: every world-th sample, from the rank's own on. */
export function shardByRank(order: Order, rank: Rank): Order {
  const { rank: own, world } = rank;
  if (!Number.isInteger(world) || world < 1 || !Number.isInteger(own) || own < 0 || own >= world) {
    throw new RangeError(`Sampler: rank must be in 0 … world−1, got rank ${own} of world ${world}`);
  }
  return (epoch) => {
    const whole = order(epoch);
    return Int32Array.from(
      { length: shardSize(whole.length, rank) },
      (_, i) => whole[(i * world + own) % whole.length]!,
    );
  };
}

function codes<T>(values: readonly T[]): Int32Array {
  const known = new Map<T, number>();
  return Int32Array.from(values, (value) => {
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
}

/** The samplers that a training run can choose from. */
export const samplerNames = ['shuffle', 'class-balanced', 'stream'] as const;
/** The name of a sampler: 'shuffle', 'class-balanced' or 'stream'. */
export type SamplerName = (typeof samplerNames)[number];

/** An order of a dataset's samples by a sampler's name. @throws {UserError} where the data cannot be drawn so */
export function orderOf(
  dataset: Dataset,
  indices: Int32Array,
  { sampler, seed, buffer }: { sampler: SamplerName; seed: number; buffer: number },
): Order {
  if (sampler === 'shuffle') return shuffled(indices, seed);
  if (sampler === 'class-balanced') {
    const labels = Array.from(indices, (index) => dataset.samples[index]!.label);
    const without = labels.indexOf(null);
    if (without >= 0) {
      throw new UserError(
        `sampler: class-balanced draws by label, and "${dataset.samples[indices[without]!]!.id}" has none`,
        'Choose sampler shuffle, or leave samples without a label out with data.train.',
      );
    }
    return classBalanced(indices, codes(labels), seed);
  }
  // Images in files of their own have no neighbors to read on to: their folder's order serves as one file's.
  const images = Array.from(indices, (index) => dataset.samples[index]!.image);
  const files = codes(images.map(({ path, part }) => (part === undefined ? '' : path)));
  const offsets = Float64Array.from(images, ({ part }, i) => part?.offset ?? i);
  const places = indices
    .map((_, place) => place)
    .sort((a, b) => files[a]! - files[b]! || offsets[a]! - offsets[b]!);
  const inOrder = (values: Int32Array) => places.map((place) => values[place]!);
  return streamed(inOrder(indices), inOrder(files), buffer, seed);
}
