// Counter-based random numbers: a value depends only on its key and position, never on what was drawn before elsewhere.

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16); // < 2^32 + 2^16: exact in a double
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/**
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011):
 * ten rounds over a 128-bit counter (4 words) with a 64-bit key (2 words). Passes BigCrush.
 * @internal
 */
export function philox4x32(counter: Uint32Array, key0: number, key1: number, out: Uint32Array): void {
  let [c0, c1, c2, c3] = [counter[0]!, counter[1]!, counter[2]!, counter[3]!];
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** What a stream is for: the last part of a key, so that two uses of one (seed, epoch, sample, view) never share numbers. */
export const purpose = {
  order: 1,
  crop: 2,
  color: 3,
  blur: 4,
  background: 5,
  placement: 6,
  evaluation: 7,
  caption: 8,
  policy: 9,
  colorOrder: 10,
  erasing: 11,
  classes: 12,
  stream: 13,
  validation: 14,
  center: 15,
  folds: 16,
  anchors: 17,
  snapshots: 18,
  inspection: 21,
  unknownCaption: 40,
} as const;

/**
 * A stream of random numbers named by a list of integers, for instance (seed, epoch, sample, view, purpose).
 * Streams of different keys are independent; equal keys give equal streams on every machine.
 * The key is absorbed 64 bits at a time through Philox into a 128-bit state (key and upper counter half).
 */
export class Random {
  readonly #counter = new Uint32Array(4);
  readonly #block = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  #used = 4;
  #spareNormal: number | undefined;

  /** @param key safe integers of either sign, at least one */
  constructor(...key: readonly number[]) {
    const counter = this.#counter;
    const block = this.#block;
    block[0] = key.length; // (a) and (a, 0) are different keys
    for (const part of key) {
      if (!Number.isSafeInteger(part))
        throw new RangeError(`Random: key parts must be safe integers, got ${part}`);
      counter[0] = part >>> 0;
      counter[1] = Math.floor(part / 0x1_0000_0000);
      counter[2] = block[2]!;
      counter[3] = block[3]!;
      philox4x32(counter, block[0]!, block[1]!, block);
    }
    this.#key0 = block[0]!;
    this.#key1 = block[1]!;
    counter[0] = 0;
    counter[1] = 0;
    counter[2] = block[2]!;
    counter[3] = block[3]!;
  }

  /** The next 32 random bits. */
  uint32(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key0, this.#key1, this.#block);
      this.#counter[0]!++;
      if (this.#counter[0] === 0) this.#counter[1]!++;
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.uniform();
  }

  /** Uniform integer in [0, n), without modulo bias; 1 ≤ n ≤ 2^32. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x1_0000_0000) {
      throw new RangeError(`Random.below: n must be an integer from 1 to 2^32, got ${n}`);
    }
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % n;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Standard normal (Box–Muller, both halves used). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())); // 1 − u is in (0, 1]
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** A permutation of 0 … n−1 (Fisher–Yates) that depends only on n and the key. */
export function permutation(n: number, ...key: readonly number[]): Int32Array {
  const random = new Random(...key);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
