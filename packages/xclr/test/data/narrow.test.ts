// Some classes only, a part held out, less to train on.
import { describe, expect, it } from 'vitest';
import { narrowed } from '../../src/data/narrow.js';
import type { Dataset, Sample, Split } from '../../src/data/types.js';

/** `each` samples of every class in every split. */
function data(
  each: number,
  splits: readonly Split[],
  classes: readonly (string | null)[] = ['a', 'b'],
): Dataset {
  const samples = splits.flatMap((split) =>
    classes.flatMap((label) =>
      Array.from({ length: each }, (_, i): Sample => {
        const id = `${split}/${label}/${i}`;
        return { id, image: { path: id }, captions: [id], label, split, attributes: {} };
      }),
    ),
  );
  return { name: 'made', source: 'test', root: '/', samples, problems: [], fingerprint: 'whole' };
}

const ids = (dataset: Dataset, split: Split) =>
  dataset.samples.filter((sample) => sample.split === split).map(({ id }) => id);

describe('narrowed', () => {
  it('gives the data as they are where nothing is asked for', () => {
    const whole = data(3, ['train']);
    expect(narrowed(whole, {})).toBe(whole);
    expect(narrowed(whole, { only: {}, holdOut: 0, fraction: 1, fractionSeed: 7 })).toBe(whole);
  });

  it('keeps a fraction of each class of the training split, and all of the others', () => {
    const some = narrowed(data(40, ['train', 'test']), { fraction: 0.25 });
    expect(ids(some, 'test')).toHaveLength(80);
    for (const label of ['a', 'b'])
      expect(ids(some, 'train').filter((id) => id.includes(`/${label}/`))).toHaveLength(10);
  });

  it('keeps of a smaller fraction only what a larger one keeps, by seed', () => {
    const whole = data(40, ['train']);
    const kept = (fraction: number, fractionSeed: number) =>
      new Set(ids(narrowed(whole, { fraction, fractionSeed }), 'train'));
    const large = kept(0.5, 1);
    for (const id of kept(0.1, 1)) expect(large).toContain(id);
    expect(kept(0.5, 2)).not.toEqual(large);
  });

  it('keeps at least one sample a class, and a fraction of everything where there are no labels', () => {
    expect(ids(narrowed(data(3, ['train']), { fraction: 0.01 }), 'train')).toHaveLength(2);
    expect(ids(narrowed(data(40, ['train'], [null]), { fraction: 0.1 }), 'train')).toHaveLength(4);
  });

  it('holds a part of the training split out; a lone validation split becomes the test split', () => {
    const held = narrowed(data(500, ['train', 'validation']), { holdOut: 0.2 });
    expect(ids(held, 'test')).toHaveLength(1000);
    expect(ids(held, 'validation').length).toBeGreaterThan(150);
    expect(ids(held, 'validation').length).toBeLessThan(250);
    expect(ids(held, 'validation').every((id) => id.startsWith('train/'))).toBe(true);
  });

  it('does not move the held-out part when less is trained on', () => {
    const whole = data(100, ['train', 'validation']);
    const [large, small] = [1, 0.2].map((fraction) => narrowed(whole, { holdOut: 0.1, fraction }));
    expect(ids(small!, 'validation')).toEqual(ids(large!, 'validation'));
  });

  it('reads some classes only', () => {
    const some = narrowed(data(2, ['train', 'test'], ['a', 'b', 'c']), { only: { label: ['a', 'c'] } });
    expect(new Set(some.samples.map(({ label }) => label))).toEqual(new Set(['a', 'c']));
  });

  it('is part of the fingerprint', () => {
    const whole = data(10, ['train', 'test']);
    const all = [
      { fraction: 0.5 },
      { fraction: 0.5, fractionSeed: 1 },
      { fraction: 0.4 },
      { only: { label: 'a' } },
    ];
    const prints = all.map((narrowing) => narrowed(whole, narrowing).fingerprint);
    expect(new Set(['whole', ...prints]).size).toBe(5);
  });

  it.each([
    ['no sample is left', { only: { label: 'zebra' } }, ['train'], /selects no sample of made/],
    ['there is nothing to hold out of', { holdOut: 0.1 }, ['test'], /the data have none/],
    [
      'there is a validation and a test split',
      { holdOut: 0.1 },
      ['train', 'validation', 'test'],
      /already have a validation and a test split/,
    ],
    ['a filter names what is not there', { only: { lable: 'a' } }, ['train'], /no "lable"/],
  ] as const)('refuses where %s', (_, narrowing, splits, message) => {
    expect(() => narrowed(data(4, splits), narrowing)).toThrow(message);
  });
});
