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

/** The images of a class in a new order, all of them before any comes again, but for those that a batch holds already. */
class Deck {
  readonly #members: readonly number[];
  readonly #shuffle: (round: number) => Int32Array;
  #round = 0;
  /** What is left of the present rounds, the next one last: taking from the end costs nothing. */
  #left: number[] = [];

  /** @param shuffle a permutation of the members' places for each round */
  constructor(members: readonly number[], shuffle: (round: number) => Int32Array) {
    this.#members = members;
    this.#shuffle = shuffle;
  }

  /** The next image that is not among `taken`; undefined where all are. */
  next(taken: ReadonlySet<number>): number | undefined {
    let at = this.#left.findLastIndex((one) => !taken.has(one));
    if (at < 0) {
      if (this.#members.every((one) => taken.has(one))) return undefined;
      const fresh = Array.from(this.#shuffle(this.#round++), (place) => this.#members[place]!);
      this.#left = [...fresh.reverse(), ...this.#left];
      at = this.#left.findLastIndex((one) => !taken.has(one));
    }
    return this.#left.splice(at, 1)[0];
  }
}

/**
 * Each place of an epoch draws its class uniformly, however many images the class has, then takes the class's next
 * image: all of them once, in a new order, before any comes again. An epoch has as many places as there are samples,
 * so images of rare classes come several times in it, and some of common ones not at all. No image comes twice in a
 * batch as long as there are other images: a class of which a batch holds all images is not drawn again for it, so that
 * it comes less often than others where it has fewer images than its part of a batch.
 * @param classOf (n) class of indices[i], from 0, every one of 0 … classes−1 in use
 * @param options batch: images that are trained on together, in all processes; 1 by default, which asks nothing
 */
export function classBalanced(
  indices: Int32Array,
  classOf: Int32Array,
  seed: number,
  { batch = 1 }: { readonly batch?: number } = {},
): Order {
  const members: number[][] = [];
  classOf.forEach((code, i) => {
    members[code] ??= [];
    members[code].push(indices[i]!);
  });
  return (epoch) => {
    const random = new Random(seed, epoch, purpose.classes);
    const decks = members.map(
      (group, code) =>
        new Deck(group, (round) => permutation(group.length, seed, epoch, code, round, purpose.classes)),
    );
    const taken = new Set<number>();
    let open = [...decks];
    return indices.map((_, place) => {
      if (place % batch === 0) {
        taken.clear();
        open = [...decks];
      }
      for (;;) {
        if (open.length === 0) {
          taken.clear(); // fewer images than a batch has: they come again
          open = [...decks];
        }
        const at = random.below(open.length);
        const image = open[at]!.next(taken);
        if (image !== undefined) {
          taken.add(image);
          return image;
        }
        open.splice(at, 1);
      }
    });
  };
}

/** (n) how often each place's sample came before in the epoch; null where none comes twice. */
export function occurrencesIn(order: Int32Array): Int32Array | null {
  const counts = new Int32Array(order.reduce((most, sample) => Math.max(most, sample), -1) + 1);
  const occurrences = order.map((sample) => counts[sample]!++);
  return occurrences.every((before) => before === 0) ? null : occurrences;
}

/**
 * For shards on a server and for slow disks: files in a new order every epoch, each read from its beginning to its end,
 * through a buffer of `buffer` samples from which the next is drawn at random. Reads stay within a window of so many
 * samples, so that the disk reads on rather than seeks. The larger the buffer, the better the shuffle.
 *
 * With `interleave` above 1 the files' order is cut into so many equal lanes, and sample i of the epoch comes from lane i modulo
 * `interleave`, each with its part of the buffer. Processes take every K-th sample (shardByRank), so where K divides
 * `interleave`, each reads its own lanes' files, and the epoch's order is the same for every such K.
 * @param fileOf (n) the file of indices[i], from 0; samples of a file in the order in which they lie there
 */
export function streamed(
  indices: Int32Array,
  fileOf: Int32Array,
  { buffer, seed, interleave = 1 }: { buffer: number; seed: number; interleave?: number },
): Order {
  const files: number[][] = [];
  fileOf.forEach((file, i) => {
    files[file] ??= [];
    files[file].push(indices[i]!);
  });
  const lanes = Math.min(interleave, indices.length);
  return (epoch) => {
    const sequence = new Int32Array(indices.length);
    let placed = 0;
    for (const file of permutation(files.length, seed, epoch, purpose.stream))
      for (const index of files[file]!) sequence[placed++] = index;
    const order = new Int32Array(indices.length);
    let begin = 0;
    for (let lane = 0; lane < lanes; lane++) {
      const end = begin + Math.ceil((indices.length - lane) / lanes); // as many as there are places for it
      const random =
        lanes === 1 ? new Random(seed, epoch, purpose.stream) : new Random(seed, epoch, lane, purpose.stream);
      const drawn = throughBuffer(sequence.subarray(begin, end), Math.ceil(buffer / lanes), random);
      drawn.forEach((index, i) => {
        order[i * lanes + lane] = index;
      });
      begin = end;
    }
    return order;
  };
}

/** The values in the order in which a buffer gives them out that they pass through. */
function throughBuffer(values: Int32Array, buffer: number, random: Random): Int32Array {
  const order = new Int32Array(values.length);
  const held: number[] = [];
  let done = 0;
  const take = () => {
    const place = random.below(held.length);
    order[done++] = held[place]!;
    held[place] = held.at(-1)!;
    held.pop();
  };
  for (const value of values) {
    held.push(value);
    if (held.length > buffer) take();
  }
  while (held.length > 0) take();
  return order;
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
  {
    sampler,
    seed,
    buffer,
    interleave = 1,
    batchSize = 1,
  }: {
    sampler: SamplerName;
    seed: number;
    buffer: number;
    interleave?: number;
    batchSize?: number;
  },
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
    return classBalanced(indices, codes(labels), seed, { batch: batchSize });
  }
  // Images in files of their own have no neighbors to read on to: their folder's order serves as one file's.
  const images = Array.from(indices, (index) => dataset.samples[index]!.image);
  const files = codes(images.map(({ path, part }) => (part === undefined ? '' : path)));
  const offsets = Float64Array.from(images, ({ part }, i) => part?.offset ?? i);
  const places = indices
    .map((_, place) => place)
    .sort((a, b) => files[a]! - files[b]! || offsets[a]! - offsets[b]!);
  const inOrder = (values: Int32Array) => places.map((place) => values[place]!);
  return streamed(inOrder(indices), inOrder(files), { buffer, seed, interleave });
}
