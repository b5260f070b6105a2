// Size and power of the test of a comparison, over seed variances, numbers of seeds and of items. With XCLR_STATISTICS=FILE the
// figures are written there: docs/statistics.md is made from them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rate, type Setting, simulate } from './simulate.js';

const TIMES = 5000;
/** Holm's first step among 16 differences: eight other methods, two amounts of data. */
const FAMILY = 16;
const file = process.env.XCLR_STATISTICS;

interface Row {
  readonly kind: 'answers' | 'alignment';
  readonly seeds: number;
  readonly items: number;
  readonly sd: readonly number[];
  readonly effect: number;
  readonly times: number;
  /** Fraction of comparisons with p ≤ 0.05, and with p ≤ 0.05 / 16. */
  readonly at05: number;
  readonly atFamily: number;
}
const rows: Row[] = [];

function measured(kind: Row['kind'], setting: Setting, times: number): Row {
  const ps = simulate(setting, { kind, times, seed: 1000 + rows.length });
  const row = {
    kind,
    ...setting,
    effect: setting.effect ?? 0,
    times,
    at05: rate(ps, 0.05),
    atFamily: rate(ps, 0.05 / FAMILY),
  };
  rows.push(row);
  return row;
}

const each = <T, U>(list: readonly T[], of: (one: T) => readonly U[]) => list.flatMap(of);

describe('size: methods that are equal are called different in at most 6 of 100 comparisons', () => {
  const equal: Setting[] = each([2, 3, 5], (seeds) =>
    each([0, 0.01, 0.02, 0.04, 0.06], (sd) =>
      [50, 200, 500, 2000].map((items) => ({ seeds, items, sd: [sd, sd] as const })),
    ),
  );
  // A control that does not depend on the seed, or a method that varies more than the other.
  const unequal: Setting[] = each([2, 3, 5], (seeds) =>
    each([50, 2000], (items) =>
      (
        [
          [0.02, 0],
          [0.06, 0],
          [0.06, 0.02],
        ] as const
      ).map((sd) => ({ seeds, items, sd })),
    ),
  );
  const single: Setting[] = [50, 200, 500, 2000].map((items) => ({ seeds: 1, items, sd: [0, 0] as const }));
  it.each([...single, ...equal, ...unequal])('$seeds seeds, $items items, sd $sd', (setting) => {
    const { at05, atFamily } = measured('answers', setting, TIMES);
    expect(at05).toBeLessThanOrEqual(0.06);
    // Far out in the tail, where Holm’s method reads it: at most twice the nominal.
    expect(atFamily).toBeLessThanOrEqual((2 * 0.05) / FAMILY);
  });

  const alignments: Setting[] = each([1, 3], (seeds) =>
    each([24, 60], (items) =>
      (seeds === 1 ? [0] : [0, 0.3]).map((sd) => ({ seeds, items, sd: [sd, sd] as const })),
    ),
  );
  it.each(alignments)('alignment over $items concepts, $seeds seeds, sd of the noise $sd', (setting) => {
    const { at05 } = measured('alignment', setting, 1500);
    expect(at05).toBeLessThanOrEqual(0.07); // 1,500 times: 6 % and two standard errors
  });
});

describe('power', () => {
  const settings: Setting[] = each([3, 5, 10], (seeds) =>
    each([0.01, 0.02, 0.04], (sd) =>
      each([500, 2000], (items) =>
        [0.02, 0.05, 0.1].map((effect) => ({ seeds, items, sd: [sd, sd] as const, effect })),
      ),
    ),
  );
  it.each(settings)('$seeds seeds, $items items, sd $sd, $effect better', (setting) => {
    const { at05 } = measured('answers', setting, 1000);
    // A difference of five standard deviations of a run, or more, is found with five seeds.
    if (setting.seeds >= 5 && setting.effect! >= 5 * setting.sd[0]) expect(at05).toBeGreaterThan(0.8);
    expect(at05).toBeGreaterThan(0.03);
  });
});

afterAll(() => {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `[\n${rows.map((row) => ` ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
});
