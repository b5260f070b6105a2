// Collectives, gradients in buckets and normalization over all batches, for any number of processes.
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../support.js';
import { type RankEnd, runRanks } from './ranks.js';

/** The largest difference, by the largest expected value. */
function off(got: readonly number[], expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...got.map((value, i) => Math.abs(value - expected[i]!))) / largest;
}

/** What several processes do together, of any number. */
export function describeGroup(size: number): void {
  describe(`${size} processes`, () => {
    let ends: RankEnd[] = [];

    beforeAll(async () => {
      ends = await runRanks(size, 'collectives,buckets,norm');
      for (const [rank, { out, err }] of ends.entries())
        expect(out?.error ?? '', `rank ${rank}: ${err}`).toBe('');
    });

    it('sum, take the largest, and have rank 1’s', () => {
      for (const { out, code } of ends) {
        expect(code).toBe(0);
        const sum = (size * (size + 1)) / 2;
        expect(out.collectives.sum).toEqual([sum, 10 * sum]);
        expect(out.collectives.most).toEqual([size - 1, 5]);
        expect(out.collectives.root).toEqual([12, 1]);
        expect(out.collectives.layout).toEqual(
          ends[0]!.out.collectives.layout.map((_: number, i: number) => i),
        );
      }
    });

    it('gather rows; their gradient sums what all ranks say, as finite differences do', () => {
      const rows = Array.from({ length: size }, (_, rank) =>
        [1, 2, 3, 4, 5, 6].map((value) => value + 10 * rank),
      );
      for (const { out } of ends) {
        expect(out.collectives.gathered).toEqual(rows.flat());
        // Central differences of a quadratic are exact but for rounding: 1e-16 · 1e3 / 1e-4.
        expectClose(out.collectives.gradient, out.collectives.differences, { relative: 0, absolute: 1e-7 });
      }
    });

    it('sum gradients in buckets: one process’s on all samples, in float64 to 1e-12', () => {
      for (const { out } of ends) {
        const { expected, got, accumulated } = out.buckets;
        for (const name of Object.keys(expected)) {
          if (name.startsWith('unused')) {
            expect([got[name], accumulated[name]], name).toEqual([null, null]);
            continue;
          }
          expect(off(got[name], expected[name]), name).toBeLessThan(1e-12);
          expect(off(accumulated[name], expected[name]), `accumulated ${name}`).toBeLessThan(1e-12);
        }
      }
    });

    it('start buckets while backward goes on, from the second step on', () => {
      for (const [rank, { out }] of ends.entries()) {
        const [first, ...later] = out.buckets.overlapped as number[];
        expect(first).toBe(0);
        // Rank 1 has all gradients; where the others lack some, their last bucket waits for the end.
        for (const count of later) expect(count).toBeGreaterThanOrEqual(rank === 1 ? 3 : 2);
        expect(out.buckets.traffic.messages).toBeGreaterThan(0);
      }
    });

    it('normalize by all batches, of different sizes, as one process does', () => {
      // In float32 by means around 100: the deviations have 1e-7 · 100 of rounding each. bfloat16 has 8 bits.
      // `bare` has neither parameters nor running statistics, in float64.
      const tolerances = { float32: 1e-4, float64: 1e-11, bfloat16: 0.02, bare: 1e-11 };
      for (const { out } of ends) {
        for (const [dtype, tolerance] of Object.entries(tolerances)) {
          for (const [what, difference] of Object.entries(out.norm[dtype]))
            expect(difference, `${dtype} ${what}`).toBeLessThan(tolerance);
        }
      }
    });

    it('leave no tensor behind', () => {
      for (const { out } of ends) expect(out.leaked).toBe(0);
    });
  });
}
