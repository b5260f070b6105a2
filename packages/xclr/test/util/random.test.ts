// Random numbers: the published answers of Philox, uniformity, independence of keys, permutations.

import { describe, expect, it } from 'vitest';
import { permutation, philox4x32, Random } from '../../src/util/random.js';

function philox(counter: number[], key: [number, number]): string[] {
  const out = new Uint32Array(4);
  philox4x32(Uint32Array.from(counter), key[0], key[1], out);
  return [...out].map((word) => word.toString(16).padStart(8, '0'));
}

describe('philox4x32', () => {
  // kat_vectors of the Random123 library (Salmon et al.), lines "philox4x32 10".
  it('gives the published answers', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const ones = 0xffffffff;
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });

  it('agrees with itself when a block is its own counter', () => {
    const block = Uint32Array.from([1, 2, 3, 4]);
    philox4x32(block, 5, 6, block);
    expect([...block].map((word) => word.toString(16).padStart(8, '0'))).toEqual(
      philox([1, 2, 3, 4], [5, 6]),
    );
  });
});

describe('Random', () => {
  it('is a function of its key alone', () => {
    const draw = (...key: number[]) =>
      Array.from(
        { length: 9 },
        (
          (random) => () =>
            random.uint32()
        )(new Random(...key)),
      );
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
    const keys = [[1], [1, 0], [0, 1], [1, 0, 0], [2], [-1], [2 ** 32], [2 ** 32 + 1], [1, 2 ** 40]];
    expect(new Set(keys.map((key) => draw(...key).join())).size).toBe(keys.length);
    expect(() => new Random(0.5)).toThrow(/safe integers.*0\.5/);
  });

  it('is uniform in [0, 1) along a stream and across neighboring keys', () => {
    const stream = new Random(7);
    const along = Array.from({ length: 20_000 }, () => stream.uniform());
    const across = Array.from({ length: 20_000 }, (_, sample) => new Random(7, 0, sample, 1).uniform());
    for (const values of [along, across]) {
      const bins = new Array<number>(20).fill(0);
      for (const value of values) bins[Math.floor(value * 20)]!++;
      const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
      const lagged = values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * (values[i]! - 0.5), 0);
      expect(Math.abs((lagged * 12) / values.length)).toBeLessThan(0.025); // about 3.5 standard errors
    }
  });

  it('draws integers below n without bias, and normals', () => {
    const random = new Random(11);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[random.below(3)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(330); // 4 standard errors
    expect(random.below(1)).toBe(0);
    expect(() => random.below(0)).toThrow(/from 1 to 2\^32, got 0/);
    const normals = Array.from({ length: 20_000 }, () => random.normal());
    const moment = (k: number) => normals.reduce((sum, value) => sum + value ** k, 0) / normals.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.35);
  });

  it('counts beyond one block without repeating', () => {
    const random = new Random(3);
    expect(new Set(Array.from({ length: 4000 }, () => random.uint32())).size).toBe(4000);
  });
});

describe('permutation', () => {
  it('is a seeded bijection', () => {
    const order = permutation(1000, 5, 0);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(permutation(1000, 5, 0)).toEqual(order);
    expect(permutation(1000, 5, 1)).not.toEqual(order);
    expect(permutation(0, 1).length).toBe(0);
  });

  it('reaches all orders of three equally', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = permutation(3, seed).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
