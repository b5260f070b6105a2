// AutoAugment, RandAugment, erasing and shuffled jitter against torchvision: operations to the bit, draws by their frequencies.

import { readFileSync } from 'node:fs';
import { policy_, policyOperations, scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { jitterHsv } from '../../src/data/augment/color.js';
import { drawErased, erase_ } from '../../src/data/augment/erase.js';
import { drawView } from '../../src/data/augment/parameters.js';
import { applyPolicy, drawPolicy, type PolicyStep } from '../../src/data/augment/policy.js';
import {
  autoAugmentRecipe,
  mocov2Recipe,
  type Recipe,
  randAugmentRecipe,
  simclrRecipe,
  supconRecipe,
} from '../../src/data/augment/recipe.js';
import { makeViews } from '../../src/data/augment/views.js';
import { Random } from '../../src/util/random.js';

interface Golden {
  readonly size: number;
  readonly pixels: number[];
  readonly policy: {
    name: (typeof policyOperations)[number];
    magnitude: number;
    image: 'noise' | 'dim';
    values: number[];
  }[];
  readonly equalize: { size: number; pixels: number[]; values: number[] };
  readonly autoAugmentSpace: Record<string, number[]>;
  readonly randAugmentSpace: Record<string, number[]>;
  readonly autoAugmentPolicies: [string, number, number | null][][];
  readonly erased: Record<'height' | 'width' | 'y', { mean: number; std: number }>;
}

const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/augment.json', import.meta.url), 'utf8'));

function applied(
  pixels: readonly number[],
  side: number,
  steps: readonly (readonly [number, number])[],
): number[] {
  return scoped(() => {
    const image = tensor(Uint8Array.from(pixels), { shape: [1, 3, side, side] });
    const rows = tensor(Float64Array.from(steps.flat()), { shape: [1, steps.length, 2] });
    return Array.from(policy_(image, rows).toArray() as Uint8Array);
  });
}

describe('policy_', () => {
  const dim = golden.pixels.map((value) => Math.floor(value / 3) + 40);

  it.each(golden.policy)(
    '$name at $magnitude of the $image image is what torchvision makes of it',
    ({ name, magnitude, image, values }) => {
      const result = applied(image === 'noise' ? golden.pixels : dim, golden.size, [
        [policyOperations.indexOf(name), magnitude],
      ]);
      expect(result).toEqual(values);
    },
  );

  it('equalizes where there are enough pixels', () => {
    const { size, pixels, values } = golden.equalize;
    expect(applied(pixels, size, [[policyOperations.indexOf('Equalize'), 0]])).toEqual(values);
  });

  it('applies a list in order, each image its own', () => {
    const [invert, solarize] = ['Invert', 'Solarize'].map((name) =>
      policyOperations.indexOf(name as 'Invert'),
    );
    const one = applied(golden.pixels, golden.size, [
      [invert!, 0],
      [solarize!, 100],
    ]);
    const expected = golden.pixels.map((value) => (255 - value >= 100 ? value : 255 - value));
    expect(one).toEqual(expected);
  });
});

describe('drawPolicy', () => {
  const draws = 20_000;
  const all = (policy: Parameters<typeof drawPolicy>[1]) =>
    Array.from({ length: draws }, (_, i) => drawPolicy(new Random(1, i), policy));
  const inPixels = ({ operation, magnitude }: PolicyStep) =>
    operation.startsWith('Translate') ? 100 * magnitude : magnitude;

  it("draws AutoAugment's pairs with torchvision's probabilities and magnitudes, both signs equally", () => {
    // Expected number of each (operation, magnitude) in `draws` views.
    const expected = new Map<string, number>();
    for (const pair of golden.autoAugmentPolicies) {
      for (const [name, probability, bin] of pair) {
        const magnitude = bin === null ? 0 : golden.autoAugmentSpace[name]![bin]!;
        const key = `${name} ${Math.abs(magnitude).toFixed(3)}`;
        expected.set(
          key,
          (expected.get(key) ?? 0) + (draws * probability) / golden.autoAugmentPolicies.length,
        );
      }
    }
    const found = new Map<string, number>();
    let negative = 0;
    let rotations = 0;
    for (const step of all({ kind: 'auto-augment' }).flat()) {
      const key = `${step.operation} ${Math.abs(inPixels(step)).toFixed(3)}`;
      found.set(key, (found.get(key) ?? 0) + 1);
      if (step.operation === 'Rotate') {
        rotations++;
        if (step.magnitude < 0) negative++;
      }
    }
    expect([...found.keys()].sort()).toEqual(
      [...expected]
        .filter(([, n]) => n > 0)
        .map(([key]) => key)
        .sort(),
    );
    for (const [key, n] of expected)
      expect(Math.abs((found.get(key) ?? 0) - n)).toBeLessThanOrEqual(4 * Math.sqrt(n));
    expect(Math.abs(negative / rotations - 0.5)).toBeLessThan(0.03);
  });

  it("draws RandAugment's operations evenly, at torchvision's magnitudes", () => {
    const counts = new Map<string, number>();
    for (const steps of all({ kind: 'rand-augment', operations: 2, magnitude: 9 })) {
      expect(steps).toHaveLength(2);
      for (const step of steps) {
        counts.set(step.operation, (counts.get(step.operation) ?? 0) + 1);
        expect(Math.abs(inPixels(step))).toBeCloseTo(golden.randAugmentSpace[step.operation]![9]!, 4);
      }
    }
    expect([...counts.keys()].sort()).toEqual(Object.keys(golden.randAugmentSpace).sort());
    for (const n of counts.values())
      expect(Math.abs(n - (2 * draws) / 14)).toBeLessThan(4 * Math.sqrt((2 * draws) / 14));
  });
});

describe('erasing', () => {
  const erasing = { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3], value: 0 } as const;

  it("draws rectangles as torchvision's RandomErasing does", () => {
    const boxes = Array.from({ length: 20_000 }, (_, i) =>
      drawErased(new Random(2, i), { ...erasing, probability: 1 }),
    );
    for (const name of ['height', 'width', 'y'] as const) {
      const values = boxes.map((box) => box![name]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      // Both sides are means of 20,000 draws: four standard errors of their difference.
      const { mean: expectedMean, std: expectedStd } = golden.erased[name];
      expect(Math.abs(mean - expectedMean)).toBeLessThan((4 * Math.SQRT2 * expectedStd) / Math.sqrt(20_000));
      expect(Math.abs(std / expectedStd - 1)).toBeLessThan(0.03);
    }
    const some = Array.from({ length: 8000 }, (_, i) => drawErased(new Random(3, i), erasing)).filter(
      (box) => box !== null,
    );
    expect(Math.abs(some.length / 8000 - 0.25)).toBeLessThan(0.02);
  });

  it('fills the rectangle and nothing else, with a value or with noise', () => {
    const box = { x: 0.25, y: 0.5, width: 0.5, height: 0.25, noise: new Random(1) };
    using x = tensor(new Float32Array(3 * 64).fill(1), { shape: [1, 3, 8, 8] });
    scoped(() => erase_(x, [box], 0));
    const values = x.toArray() as Float32Array;
    values.forEach((value, i) => {
      const [column, row] = [i % 8, Math.floor(i / 8) % 8];
      expect(value).toBe(column >= 2 && column < 6 && row >= 4 && row < 6 ? 0 : 1);
    });
    scoped(() => erase_(x, [box], 'random'));
    const noisy = (x.toArray() as Float32Array).filter((value) => value !== 1);
    expect(noisy).toHaveLength(3 * 8);
    expect(new Set(noisy).size).toBeGreaterThan(20);
    scoped(() => erase_(x, [box], [2, 3, 4]));
    (x.toArray() as Float32Array).forEach((value, i) => {
      const [column, row] = [i % 8, Math.floor(i / 8) % 8];
      const inside = column >= 2 && column < 6 && row >= 4 && row < 6;
      expect(value).toBe(inside ? 2 + Math.floor(i / 64) : 1);
    });
  });
});

describe('shuffled jitter', () => {
  it('draws each of the 24 orders about as often', () => {
    const counts = new Map<string, number>();
    for (let sample = 0; sample < 4800; sample++) {
      const { colorOrder } = drawView(simclrRecipe(), { seed: 1, epoch: 0, sample, view: 0 }, 1);
      counts.set(colorOrder.join(), (counts.get(colorOrder.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const n of counts.values()) expect(Math.abs(n - 200)).toBeLessThan(4 * Math.sqrt(200));
  });

  it('changes each image in its own order', () => {
    const change = { brightness: 1.6, contrast: 0.5, saturation: 1.7, hue: 0.2 };
    const pixels = Float32Array.from({ length: 2 * 3 * 16 }, (_, i) => ((i * 37) % 101) / 100);
    const both = (orders: number[][]) =>
      scoped(() =>
        (
          jitterHsv(tensor(pixels, { shape: [2, 3, 4, 4] }), [change, change], orders)
            .contiguous()
            .toArray() as Float32Array
        ).slice(),
      );
    const [a, b] = [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ];
    const mixed = both([a!, b!]);
    expect(mixed.subarray(0, 48)).toEqual(both([a!, a!]).subarray(0, 48));
    expect(mixed.subarray(48)).toEqual(both([b!, b!]).subarray(48));
    expect(both([a!, a!]).subarray(48)).not.toEqual(both([b!, b!]).subarray(48));
  });
});

describe('recipes', () => {
  const b = 6;
  const side = 24;
  const pixels = Uint8Array.from({ length: b * side * side * 3 }, (_, i) => (i * 2654435761) >>> 24);
  const options = {
    aspect: new Float32Array(b).fill(1),
    ids: Int32Array.from({ length: b }, (_, i) => i),
    seed: 1,
    epoch: 0,
    size: 20,
  };

  it.each([
    ['supcon', supconRecipe],
    ['mocov2', mocov2Recipe(20)],
    ['autoaugment', autoAugmentRecipe],
    ['randaugment', randAugmentRecipe],
  ] as [string, Recipe][])(
    '%s makes the same views by the fused operator and by tensor operations',
    (_, recipe) => {
      scoped(() => {
        const batch = tensor(pixels, { shape: [b, side, side, 3] });
        const fused = makeViews(batch, { ...options, recipe }).contiguous();
        const reference = makeViews(batch, { ...options, recipe, method: 'tensors' }).contiguous();
        const [one, other] = [fused.toArray() as Float32Array, reference.toArray() as Float32Array];
        // Rounding to 8 bits before the policy may fall to either side; what equalize makes of it is a few pixels.
        const far = one.reduce((n, value, i) => n + Number(Math.abs(value - other[i]!) > 0.02), 0);
        expect(far / one.length).toBeLessThan(0.01);
      });
    },
  );

  it('applies a policy to 8-bit images only where it has operations', () => {
    scoped(() => {
      const x = tensor(
        Float32Array.from({ length: 2 * 3 * 16 }, (_, i) => (i % 256) / 255),
        { shape: [2, 3, 4, 4] },
      );
      const result = applyPolicy(x, [[], [{ operation: 'Invert', magnitude: 0 }]]).toArray() as Float32Array;
      const before = x.toArray() as Float32Array;
      result.forEach((value, i) => {
        expect(value).toBeCloseTo(i < 48 ? before[i]! : 1 - before[i]!, 6);
      });
    });
  });
});
