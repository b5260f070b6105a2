// Objects before other backgrounds: how composites are made, and the metric by hand.
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import {
  composites,
  drawPartners,
  hideObject_,
  onBackground,
  parseBox,
  usableBox,
} from '../../src/evaluate/backgrounds.js';
import { evaluateTasks } from '../../src/evaluate/evaluate.js';
import { parseTasks, variantsOf } from '../../src/evaluate/tasks.js';
import { VariantFeatures } from '../../src/evaluate/variants.js';
import { makeDataset, makeFeatures } from './make.js';

const S = 4;
/** (S, S, 1) from rows of digits. */
const image = (...rows: string[]) => Uint8Array.from(rows.join(''), Number);
const rowsOf = (pixels: Uint8Array) =>
  Array.from({ length: S }, (_, y) => Array.from(pixels.subarray(y * S, (y + 1) * S)).join(''));

describe('composites', () => {
  it('hide the object behind the mirrored background of its widest side', () => {
    const cases = [
      { box: '0.5 0 1 1', from: ['1299', '1299', '1299', '1299'], to: ['1221', '1221', '1221', '1221'] },
      { box: '0 0 0.5 1', from: ['9912', '9912', '9912', '9912'], to: ['2112', '2112', '2112', '2112'] },
      { box: '0 0.25 1 1', from: ['1234', '9999', '9999', '9999'], to: ['1234', '1234', '1234', '1234'] },
      { box: '0 0 1 0.5', from: ['9999', '9999', '1234', '5678'], to: ['5678', '1234', '1234', '5678'] },
    ];
    for (const { box, from, to } of cases) {
      const pixels = image(...from);
      hideObject_(pixels, S, 1, parseBox(box)!);
      expect(rowsOf(pixels), box).toEqual(to);
    }
  });

  it('put the object in its own place, before the other image without its own object', () => {
    const object = {
      image: image('7777', '7557', '7557', '7777'),
      box: parseBox('0.25 0.25 0.75 0.75')!,
    };
    const background = { image: image('1199', '1199', '1111', '1111'), box: parseBox('0.5 0 1 0.5')! };
    expect(rowsOf(onBackground(object, background, S, 1))).toEqual(['1111', '1551', '1551', '1111']);
    expect(rowsOf(background.image)[0]).toBe('1199'); // the images themselves stay
  });

  it('are made row by row', () =>
    scoped(() => {
      const solid = (value: number) => Array.from({ length: S * S * 3 }, () => value);
      const pixels = tensor(Uint8Array.from([...solid(5), ...solid(6)]), { shape: [2, S, S, 3] });
      const partners = tensor(Uint8Array.from([...solid(1), ...solid(2)]), { shape: [2, S, S, 3] });
      const boxes = ['0 0 0.5 0.5', '0.5 0.5 1 1'].map((text) => ({
        object: parseBox(text)!,
        background: parseBox('0 0 0.5 0.5')!,
      }));
      const made = composites(pixels, partners, boxes).narrow(3, 0, 1).toNumbers();
      expect(made.slice(0, 16).filter((value) => value === 5)).toHaveLength(4);
      expect(made[0]).toBe(5);
      expect(made.slice(16).filter((value) => value === 6)).toHaveLength(4);
      expect(made[31]).toBe(6);
      expect(made[16]).toBe(2);
    }));

  it('need a box inside the image that leaves some background', () => {
    const usable = (box: string) => usableBox(makeDataset([{ attributes: { box } }]).samples[0]!, 'box');
    expect(usable('0.2 0.2 0.7 0.7')).toEqual({ left: 0.2, top: 0.2, right: 0.7, bottom: 0.7 });
    expect(usable('0.2,0.2,0.7,0.7')).not.toBeNull();
    for (const box of [
      '0.05 0.05 0.95 0.95', // all object
      '0.4 0.4 0.5 0.5', // hardly any
      '0 0 64 64', // pixels
      '0.7 0.2 0.2 0.7', // inside out
      '0.2 0.2 0.7',
      'none',
      '',
    ]) {
      expect(usable(box), box).toBeNull();
    }
  });

  it('take backgrounds of the same class or of another, never the image’s own, and the same every time', () => {
    const labels = ['a', 'b', 'a', 'b', 'a', 'c'];
    const dataset = makeDataset(labels.map((label) => ({ label })));
    const all = Int32Array.from(labels.keys());
    const same = drawPartners(dataset, all, { label: 'label', partner: 'same' });
    const random = drawPartners(dataset, all, { label: 'label', partner: 'random' });
    expect([...same.keys()]).toEqual([0, 1, 2, 3, 4]); // c is alone
    for (const [sample, other] of same) {
      expect(other).not.toBe(sample);
      expect(labels[other]).toBe(labels[sample]);
    }
    expect(random.size).toBe(6);
    for (const [sample, other] of random) expect(labels[other]).not.toBe(labels[sample]);
    expect(drawPartners(dataset, all, { label: 'label', partner: 'random' })).toEqual(random);
  });
});

const axes = [
  [1, 0],
  [0, 1],
];

describe('the metric', () => {
  const box = '0.2 0.2 0.7 0.7';
  const dataset = makeDataset([
    ...['a', 'b'].map((label) => ({ label, split: 'train' as const })),
    ...['a', 'a', 'b', 'b'].map((label) => ({ label, split: 'test' as const, attributes: { box } })),
    { label: 'a', split: 'test' as const, attributes: { box: '0 0 1 1' } },
  ]);
  const task = {
    metric: 'backgrounds',
    name: 'x',
    gallery: { split: 'train' },
    queries: { split: 'test' },
    k: 1,
  };

  it('is the fraction of right answers before each background, and the gap query by query', async () => {
    const tasks = parseTasks([task]);
    // Before backgrounds of their own class all four are right; before others' the first two are taken for b.
    const takenFor = (key: string) => (key.startsWith('background-same') ? [0, 0, 1, 1] : [1, 1, 1, 1]);
    using variants = await VariantFeatures.encode(variantsOf(tasks, dataset), dataset, async ({ key }) =>
      makeFeatures(
        takenFor(key).map((at) => axes[at]!),
        [2, 3, 4, 5],
      ),
    );
    const features = makeFeatures([0, 1, 0, 0, 1, 0, 1].map((at) => axes[at]!)); // the last b is taken for a as it is
    using _ = features.rows;
    const metrics = evaluateTasks({ features, dataset, tasks, variants });
    expect(metrics['background-original_x']!.value).toBeCloseTo(3 / 4, 6);
    expect(metrics['background-same_x']!.value).toBeCloseTo(1, 6);
    expect(metrics['background-random_x']!.value).toBeCloseTo(1 / 2, 6);
    expect(metrics['background-gap_x']!.value).toBeCloseTo(1 / 2, 6);
    expect(metrics['background-gap_x']).toMatchObject({
      n: 4,
      leftOut: { 'queries without a usable box or partner': 1 },
    });
  });

  it('reads composites that come with the data, through a map of labels', () => {
    const backgrounds = ['original', 'mixed_same', 'mixed_rand', 'mixed_rand'];
    const published = makeDataset([
      ...['tabby', 'truck'].map((label) => ({ label, split: 'train' as const })),
      ...backgrounds.map((background) => ({ label: 'tabby', attributes: { background } })),
    ]);
    const features = makeFeatures([0, 1, 0, 0, 0, 1].map((at) => axes[at]!));
    using _ = features.rows;
    const tasks = parseTasks([{ ...task, queries: {}, column: 'background' }]);
    expect(variantsOf(tasks, published)).toEqual([]);
    const metrics = evaluateTasks({ features, dataset: published, tasks });
    expect(metrics['background-same_x']!.value).toBe(1);
    expect(metrics['background-random_x']!.value).toBe(0.5);
    expect(metrics['background-gap_x']!.value).toBeCloseTo(0.5, 6);
  });

  it('says what data it needs', () => {
    const features = makeFeatures([0, 1, 0, 0, 1, 0, 1].map((at) => axes[at]!));
    using _ = features.rows;
    const ask = (settings: object, data = dataset) =>
      evaluateTasks({ features, dataset: data, tasks: parseTasks([{ ...task, ...settings }]) });
    expect(() => ask({ box: 'boxes' })).toThrow(/no sample of 'zoo' has a value for 'boxes'/);
    expect(() => ask({ column: 'background' })).toThrow(/background/);
    expect(() => ask({})).toThrow(/altered by background-same/);
    const tooLarge = makeDataset(
      dataset.samples.map((sample) => ({ ...sample, attributes: { box: '0 0 1 1' } })),
    );
    expect(() => ask({}, tooLarge)).toThrow(/can be cut out.*5 to 70 %/s);
  });
});
