// Corrupted images: each kind against its definition, and the metric from images to numbers.
import { scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import {
  type Corruption,
  corrupt,
  corruptionNames,
  corruptions,
  type Severity,
} from '../../src/evaluate/corruptions.js';
import { evaluateTasks } from '../../src/evaluate/evaluate.js';
import { parseTasks, variantsOf } from '../../src/evaluate/tasks.js';
import { VariantFeatures } from '../../src/evaluate/variants.js';
import { Random } from '../../src/util/random.js';
import { makeDataset, makeFeatures } from './make.js';

const S = 32;
/** (2, S, S, 4) smooth colors with an alpha of their own. */
function images(): Tensor {
  const values = Uint8Array.from({ length: 2 * S * S * 4 }, (_, at) => {
    const [channel, x, y] = [at % 4, Math.floor(at / 4) % S, Math.floor(at / (4 * S)) % S];
    return channel === 3 ? 77 : Math.round(128 + 60 * Math.sin(0.3 * x + channel) * Math.cos(0.2 * y));
  });
  return tensor(values, { shape: [2, S, S, 4] });
}
const corrupted = (kind: Corruption, severity: Severity, seed = 0) => {
  const x = images();
  const y = corrupt(x, Int32Array.of(3, 8), { kind, severity, seed });
  return {
    x: x.narrow(3, 0, 3).to({ dtype: 'float32' }).div(255),
    y: y.narrow(3, 0, 3).to({ dtype: 'float32' }).div(255),
    whole: y,
  };
};
const rms = (a: Tensor, b: Tensor) => Math.sqrt(a.sub(b).square().mean().item());

describe.each(corruptionNames)('%s', (kind) => {
  it('degrades more with each severity, keeps alpha and shape, and is the same every time', () =>
    scoped(() => {
      const strengths = ([1, 2, 3, 4, 5] as const).map((severity) => {
        const { x, y } = corrupted(kind, severity);
        return rms(x, y);
      });
      expect(strengths[0]).toBeGreaterThan(0.002);
      for (let i = 1; i < 5; i++) expect(strengths[i]!).toBeGreaterThan(strengths[i - 1]! * 1.02);
      const [one, again] = [corrupted(kind, 3), corrupted(kind, 3)];
      expect(rms(one.y, again.y)).toBe(0);
      expect(one.whole.shape).toEqual([2, S, S, 4]);
      expect(one.whole.narrow(3, 3, 1).eq(77).all().item()).toBe(1);
    }));
});

describe('each kind', () => {
  it('of noise has the strength that it states', () =>
    scoped(() => {
      const { x, y } = corrupted('gaussian-noise', 3);
      expect(rms(x, y)).toBeCloseTo(corruptions['gaussian-noise'][2], 2);
      const shot = corrupted('shot-noise', 3);
      expect(rms(shot.x, shot.y)).toBeCloseTo(
        corruptions['shot-noise'][2] * Math.sqrt(shot.x.mean().item()),
        2,
      );
      const impulse = corrupted('impulse-noise', 5);
      const changed = impulse.y.eq(0).logicalOr(impulse.y.eq(1)).to({ dtype: 'float32' }).mean().item();
      expect(changed).toBeCloseTo(corruptions['impulse-noise'][4], 2);
    }));

  it('of noise depends on the image and the seed, not on the batch', () =>
    scoped(() => {
      const noise = (ids: readonly number[], seed: number) => {
        const x = images().narrow(0, 0, 1).repeat([ids.length, 1, 1, 1]);
        return corrupt(x, Int32Array.from(ids), { kind: 'gaussian-noise', severity: 3, seed });
      };
      const together = noise([5, 6], 0);
      expect(
        together
          .narrow(0, 1, 1)
          .eq(noise([6], 0))
          .all()
          .item(),
      ).toBe(1);
      expect(
        together
          .narrow(0, 0, 1)
          .eq(together.narrow(0, 1, 1))
          .all()
          .item(),
      ).toBe(0);
      expect(
        noise([5], 1)
          .eq(noise([5], 0))
          .all()
          .item(),
      ).toBe(0);
    }));

  it('of blur keeps the mean and a constant image', () =>
    scoped(() => {
      for (const kind of ['defocus-blur', 'motion-blur', 'pixelate'] as const) {
        const flat = tensor(new Uint8Array(S * S * 3).fill(90), { shape: [1, S, S, 3] });
        const y = corrupt(flat, Int32Array.of(1), { kind, severity: 5, seed: 0 });
        expect(y.eq(90).all().item(), kind).toBe(1);
      }
    }));

  it('of light does what it says', () =>
    scoped(() => {
      const { x, y } = corrupted('brightness', 1);
      expect(y.sub(x).mean().item()).toBeCloseTo(0.1, 2);
      const low = corrupted('contrast', 5);
      const spread = (of: Tensor) =>
        of
          .sub(of.mean([1, 2], { keepdim: true }))
          .square()
          .mean()
          .sqrt()
          .item();
      expect(spread(low.y) / spread(low.x)).toBeCloseTo(0.2, 2);
    }));
});

describe('the metric', () => {
  const samples = [
    ...['a', 'b'].map((label) => ({ label, split: 'train' as const })),
    ...['a', 'b', 'a'].map((label) => ({ label, split: 'test' as const })),
  ];
  const axes = [
    [1, 0],
    [0, 1],
  ];
  const dataset = makeDataset(samples);
  const task = {
    metric: 'corruptions',
    name: 'x',
    gallery: { split: 'train' },
    queries: { split: 'test' },
    kinds: ['brightness', 'pixelate'],
    severities: [1, 5],
    k: 1,
  };

  it('is the mean over kinds and severities of what is still right, by hand', async () => {
    const tasks = parseTasks([task]);
    // What each altered query is taken for: brightness changes nothing, pixelate 5 turns every image into b.
    const takenFor = (key: string) => (key === 'pixelate-5' ? [1, 1, 1] : [0, 1, 0]);
    using variants = await VariantFeatures.encode(
      variantsOf(tasks, dataset),
      dataset,
      async ({ key }, indices) =>
        makeFeatures(
          takenFor(key).map((at) => axes[at]!),
          Array.from(indices),
        ),
    );
    const features = makeFeatures([0, 1, 0, 1, 0].map((at) => axes[at]!));
    using _ = features.rows;
    const metrics = evaluateTasks({ features, dataset, tasks, variants });
    expect(metrics.corrupted_x!.value).toBeCloseTo((3 + 3 + 3 + 1) / 12, 6);
    expect(metrics['corrupted-brightness_x']!.value).toBeCloseTo(1, 6);
    expect(metrics['corrupted-pixelate_x']!.value).toBeCloseTo((3 + 1) / 6, 6);
  });

  it('asks for one set of features for each kind and severity', () => {
    expect(variantsOf(parseTasks([task, { ...task, name: 'y' }]), dataset).map(({ key }) => key)).toEqual([
      'brightness-1',
      'brightness-5',
      'pixelate-1',
      'pixelate-5',
    ]);
  });

  it('says that images must be encoded for it, and which kinds there are', () => {
    const features = makeFeatures(Array.from({ length: 5 }, () => [new Random(1).normal(), 1]));
    using _ = features.rows;
    expect(() => evaluateTasks({ features, dataset, tasks: parseTasks([task]) })).toThrow(
      /altered by brightness-1/,
    );
    expect(() => parseTasks([{ ...task, kinds: ['fog'] }])).toThrow(/kinds/);
  });
});
