// Augmentation against torchvision's own numbers (goldens/make_augment_goldens.py).

import { readFileSync } from 'node:fs';
import { scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { blur_ } from '../../src/data/augment/blur.js';
import { cropBox } from '../../src/data/augment/boxes.js';
import {
  brightness_,
  contrast_,
  gray_,
  grayOf,
  jitterHsv,
  saturation_,
  solarize,
  turnHue,
} from '../../src/data/augment/color.js';
import { simclrRecipe } from '../../src/data/augment/recipe.js';
import { composite, resample } from '../../src/data/augment/resample.js';
import { Random } from '../../src/util/random.js';

interface Strength {
  factor: number;
  values: number[];
}
interface Statistics {
  mean: number;
  std: number;
  quantiles: number[];
}
interface Goldens {
  size: number;
  pixels: number[];
  crops: { top: number; left: number; height: number; width: number; out: number; values: number[] }[];
  gray: number[];
  brightness: Strength[];
  contrast: Strength[];
  saturation: Strength[];
  hue: Strength[];
  chain: { factors: [number, number, number, number]; values: number[] };
  blur: { sigma: number; kernel: number; values: number[] }[];
  solarize: { threshold: number; values: number[] };
  windows: {
    aspect: number;
    draws: number;
    stats: Record<'x' | 'y' | 'width' | 'height' | 'logRatio', Statistics>;
  }[];
}

const golden: Goldens = JSON.parse(readFileSync(new URL('../goldens/augment.json', import.meta.url), 'utf8'));
const { size } = golden;

/** float32 sums in another order: a few units in the last place of values up to 1. */
const tolerance = 2e-6;
/** Hue divides by the chroma, which is as small as 1/255. */
const hueTolerance = 2e-5;

function expectClose(actual: Tensor, expected: readonly number[], within = tolerance): void {
  const values = actual.contiguous().toArray() as Float32Array;
  expect(values).toHaveLength(expected.length);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0);
  expect(worst).toBeLessThan(within);
}

/** The image twice, so that strengths can differ within the batch: (2, 3, size, size). */
function twice(): Tensor {
  const one = Float32Array.from(golden.pixels, (value) => value / 255);
  return tensor(Float32Array.from([...one, ...one]), { shape: [2, 3, size, size] });
}

const each = (a: number, b: number) => tensor([a, b], { shape: [2, 1, 1, 1] });

/** A function of x and two strengths gives torchvision's result for each strength, in one batch. */
function expectStrengths(
  [a, b]: readonly Strength[],
  change: (x: Tensor, f: Tensor) => Tensor,
  within = tolerance,
): void {
  scoped(() => {
    const y = change(twice(), each(a!.factor, b!.factor));
    expectClose(y.select(0, 0), a!.values, within);
    expectClose(y.select(0, 1), b!.values, within);
  });
}

describe('resample', () => {
  /** (1, size, size, 4) uint8 RGBA, opaque. */
  const rgba = () => {
    const bytes = new Uint8Array(size * size * 4).fill(255);
    golden.pixels.forEach((value, i) => {
      bytes[(i % (size * size)) * 4 + Math.floor(i / (size * size))] = value;
    });
    return tensor(bytes, { shape: [1, size, size, 4] });
  };

  it.each(golden.crops)(
    'equals resized_crop with antialias: $width×$height at $left, $top to $out',
    (crop) => {
      scoped(() => {
        const box = {
          x: crop.left / size,
          y: crop.top / size,
          width: crop.width / size,
          height: crop.height / size,
        };
        const options = { out: crop.out, edges: 'box', device: 'cpu' } as const;
        const boxes = [
          { ...box, flip: false },
          { ...box, flip: true },
        ];
        const views = composite(resample(rgba(), boxes, options), null); // (2, 3, out, out)
        expectClose(views.select(0, 0), crop.values);
        expectClose(views.select(0, 1).flip([2]), crop.values);
      });
    },
  );
});

describe('color', () => {
  it('equals torchvision', () => {
    expectStrengths(golden.brightness, brightness_);
    expectStrengths(golden.contrast, contrast_);
    expectStrengths(golden.saturation, saturation_);
    expectStrengths(golden.hue.slice(0, 2), turnHue, hueTolerance);
    expectStrengths(golden.hue.slice(2), turnHue, hueTolerance);
  });

  it('equals torchvision in a row, and leaves an image without change alone', () => {
    scoped(() => {
      const [brightness, contrast, saturation, hue] = golden.chain.factors;
      const none = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
      const before = twice();
      const y = jitterHsv(twice(), [{ brightness, contrast, saturation, hue }, none]);
      expectClose(y.select(0, 0), golden.chain.values, hueTolerance);
      expectClose(
        y.select(0, 1),
        [...(before.select(0, 1).contiguous().toArray() as Float32Array)],
        hueTolerance,
      );
    });
  });

  it('grays and solarizes the chosen images only', () => {
    scoped(() => {
      const x = twice();
      const same = [...(x.select(0, 0).contiguous().toArray() as Float32Array)];
      expectClose(grayOf(x).select(0, 1), golden.gray);
      const grayed = gray_(twice(), [false, true]);
      expectClose(grayed.select(0, 0), same);
      for (let c = 0; c < 3; c++) expectClose(grayed.select(0, 1).select(0, c), golden.gray);
      const inverted = solarize(twice(), [true, false], golden.solarize.threshold);
      expectClose(inverted.select(0, 0), golden.solarize.values);
      expectClose(inverted.select(0, 1), same);
    });
  });
});

describe('blur', () => {
  it.each(golden.blur)('equals gaussian_blur: sigma $sigma, kernel $kernel', ({ sigma, kernel, values }) => {
    scoped(() => {
      const same = [...(twice().select(0, 0).contiguous().toArray() as Float32Array)];
      const y = blur_(twice(), [null, sigma], kernel);
      expectClose(y.select(0, 0), same);
      expectClose(y.select(0, 1), values);
    });
  });
});

describe('cropBox', () => {
  it.each(golden.windows)(
    'draws windows as RandomResizedCrop does, aspect $aspect',
    ({ aspect, draws, stats }) => {
      const { geometry } = simclrRecipe();
      if (geometry.kind !== 'crop') throw new Error('the preset crops');
      const boxes = Array.from({ length: draws }, (_, i) => cropBox(new Random(1, i), geometry, aspect));
      const columns = {
        x: boxes.map((box) => box.x),
        y: boxes.map((box) => box.y),
        width: boxes.map((box) => box.width),
        height: boxes.map((box) => box.height),
        logRatio: boxes.map((box) => Math.log((box.width * aspect) / box.height)),
      };
      for (const [name, values] of Object.entries(columns)) {
        const { mean, std, quantiles } = stats[name as keyof typeof stats];
        const sorted = values.toSorted((a, b) => a - b);
        const ours = values.reduce((a, b) => a + b, 0) / draws;
        // Five standard errors of the difference of two means; quantiles of heaped values get a fixed 3 %.
        expect(Math.abs(ours - mean), `${name} mean`).toBeLessThan(5 * std * Math.sqrt(2 / draws) + 1e-3);
        [0.1, 0.5, 0.9].forEach((fraction, i) => {
          expect(
            Math.abs(sorted[Math.floor(fraction * draws)]! - quantiles[i]!),
            `${name} ${fraction}`,
          ).toBeLessThan(0.03);
        });
      }
      for (const box of boxes) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(box.x + box.width, box.y + box.height)).toBeLessThanOrEqual(1 + 1e-12);
      }
    },
  );
});
