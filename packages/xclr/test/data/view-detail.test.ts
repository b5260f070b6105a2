// Views beside torchvision's: as sharp, with the same statistics, and the same pixels.
// The goldens are made by goldens/make_view_goldens.py, from JPEGs of 500×375 and 333×500 pixels.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _upsampleBilinear2dAa, manualSeed, scoped, setNumThreads, type Tensor, tensor } from '@xclr/torch';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { fusedViews } from '../../src/data/augment/fused.js';
import { drawEvaluationView, type ViewParameters } from '../../src/data/augment/parameters.js';
import { type Recipe, simclrRecipe } from '../../src/data/augment/recipe.js';
import { evaluationView } from '../../src/data/augment/views.js';
import { decodeBytes } from '../../src/data/decode/decode.js';
import { aspectsOf, type DecodedImage } from '../../src/data/decode/decoded.js';
import { imageTensors } from '../../src/data/image-tensors.js';
import { openDataset } from '../../src/data/open.js';
import { openImages } from '../../src/data/open-images.js';
import { packDataset } from '../../src/data/packed/pack.js';
import { Preprocessor } from '../../src/deploy/encoder/preprocessor.js';
import { preprocessorConfig } from '../../src/deploy/encoder/preprocessor-config.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { createEvaluationModel } from '../../src/train/training-model.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { viewSource } from '../../src/train/view-source.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from './make.js';

interface Measured {
  readonly detail: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly pixels?: string;
}

interface Golden {
  readonly images: readonly {
    readonly name: string;
    readonly height: number;
    readonly width: number;
    readonly sizes: readonly {
      readonly size: number;
      readonly evaluation: Measured;
      readonly crops: readonly (Measured & {
        readonly top: number;
        readonly left: number;
        readonly height: number;
        readonly width: number;
      })[];
    }[];
  }[];
}

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));
const golden = JSON.parse(readFileSync(join(goldens, 'views.json'), 'utf8')) as Golden;
const fileOf = (name: string) => readFileSync(join(goldens, 'views', `${name}.jpg`));

const cases = golden.images.flatMap(({ name, height, width, sizes }) =>
  sizes.map((one) => ({ name, imageHeight: height, imageWidth: width, ...one })),
);

/** Not normalized: values are those of the golden, 0 … 1. */
const plain = (size: number): Recipe => ({
  ...simclrRecipe(size),
  normalize: { mean: [0, 0, 0], std: [1, 1, 1] },
});

const configOf = (size: number) =>
  resolveTrainConfig({ base: { data: { path: 'x' } }, overrides: { views: { size } } });

/** (3, s, s) → the golden's measures. */
function measure(view: Tensor): { detail: number; mean: number[]; std: number[]; pixels: Float32Array } {
  return scoped(() => {
    const x = view.contiguous();
    const s = x.size(1);
    const squares = (dim: number) =>
      x
        .narrow(dim, 1, s - 1)
        .sub(x.narrow(dim, 0, s - 1))
        .square()
        .mean()
        .item();
    const mean = x.mean([1, 2], { keepdim: true }); // (3, 1, 1)
    return {
      detail: squares(1) + squares(2),
      mean: [...(mean.flatten().toArray() as Float32Array)],
      std: [...(x.sub(mean).square().mean([1, 2]).sqrt().toArray() as Float32Array)],
      pixels: x.toArray() as Float32Array,
    };
  });
}

/**
 * Sharp's JPEG decoder and torchvision's differ by some levels where color changes (in how they enlarge chroma), and the
 * golden's pixels are kept as bytes: 3/1000 of the range on average, and 10 levels in a pixel, are what that can make.
 */
function expectSame(view: Tensor, expected: Measured, within: number): void {
  const found = measure(view);
  expect(Math.abs(found.detail / expected.detail - 1)).toBeLessThan(within);
  for (const [c, value] of expected.mean.entries()) {
    expect(Math.abs(found.mean[c]! - value)).toBeLessThan(0.002);
    expect(Math.abs(found.std[c]! / expected.std[c]! - 1)).toBeLessThan(within);
  }
  if (expected.pixels === undefined) return;
  const bytes = Buffer.from(expected.pixels, 'base64');
  expect(found.pixels).toHaveLength(bytes.length);
  let sum = 0;
  let worst = 0;
  bytes.forEach((byte, i) => {
    const off = Math.abs(found.pixels[i]! - byte / 255);
    sum += off;
    worst = Math.max(worst, off);
  });
  expect(sum / bytes.length).toBeLessThan(0.003);
  expect(worst).toBeLessThan(10 / 255);
}

/** A crop without any other augmentation. */
function cropOf(image: DecodedImage, box: ViewParameters['box'], size: number): Tensor {
  const recipe = plain(size);
  const still = drawEvaluationView(
    recipe.evaluation,
    { seed: 0, sample: 0, rendering: 0 },
    { size, aspect: 1 },
  );
  return fusedViews(imageTensors([image]), [{ ...still, box }], recipe, {
    size,
    edges: 'box',
    recolor: false,
  }).select(0, 0);
}

beforeAll(() => setNumThreads(1));

describe.each(cases)(
  '$name at $size pixels',
  ({ name, size, imageHeight, imageWidth, evaluation, crops }) => {
    const source = viewSource(configOf(size).views);
    const jpeg = () => decodeBytes({ bytes: fileOf(name) }, source);
    const box = ({ left, top, width, height }: (typeof crops)[number]) => ({
      x: left / imageWidth,
      y: top / imageHeight,
      width: width / imageWidth,
      height: height / imageHeight,
      flip: false,
    });
    const evaluated = (image: DecodedImage) =>
      evaluationView(imageTensors([image]), {
        aspect: aspectsOf([image]),
        ids: Int32Array.of(0),
        seed: 0,
        size,
        recipe: plain(size),
      }).select(0, 0);

    it("evaluation is torchvision's Resize and CenterCrop, from JPEG and from PNG", async () => {
      const decoded = await jpeg();
      scoped(() => expectSame(evaluated(decoded), evaluation, 0.01));
      const png = await sharp(fileOf(name)).png().toBuffer();
      const fromPng = await decodeBytes({ bytes: png }, source);
      scoped(() => expectSame(evaluated(fromPng), evaluation, 0.01));
    });

    // At 64 pixels these images are reduced when they are decoded: a little detail is lost of one crop, and won by another.
    it("training crops are torchvision's resized_crop of the whole image", async () => {
      const decoded = await jpeg();
      const ratios = crops.map((crop) =>
        scoped(() => {
          const view = cropOf(decoded, box(crop), size);
          expectSame(view, crop, 0.03);
          return measure(view).detail / crop.detail;
        }),
      );
      const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
      expect(Math.abs(mean - 1)).toBeLessThan(0.01);
    });

    it("the exported model's own preprocessor gives the evaluation view", async () => {
      const preprocessor = new Preprocessor(
        { ...preprocessorConfig(configOf(size)), image_mean: [0, 0, 0], image_std: [1, 1, 1] },
        'test',
      );
      const { pixels } = await preprocessor.prepare({ bytes: fileOf(name) });
      scoped(() => expectSame(tensor(pixels, { shape: [3, size, size] }), evaluation, 0.01));
      const decoded = await jpeg();
      scoped(() => {
        const view = evaluated(decoded).contiguous().toArray() as Float32Array;
        const off = view.reduce((sum, value, i) => sum + Math.abs(value - pixels[i]!), 0) / view.length;
        expect(off).toBeLessThan(0.0015); // the preprocessor rounds to bytes, as the libraries do: 1/1020 on average
      });
    });
  },
);

describe('an encoder', () => {
  it('gives the same features to what evaluation, a run in use and its export make of a file', async () => {
    const config = resolveTrainConfig({
      base: { data: { path: 'x' } },
      overrides: { views: { size: 64 }, encoder: { name: 'resnet18', stem: 'small', width: 0.25 } },
    });
    const preprocessor = new Preprocessor(preprocessorConfig(config), 'test');
    manualSeed(1);
    using model = createEvaluationModel(config);
    model.eval();
    const cosines: number[] = [];
    for (const { name } of golden.images) {
      const decoded = await decodeBytes({ bytes: fileOf(name) }, viewSource(config.views));
      const { pixels } = await preprocessor.prepare({ bytes: fileOf(name) });
      scoped(() => {
        const evaluated = evaluationView(imageTensors([decoded]), {
          aspect: aspectsOf([decoded]),
          ids: Int32Array.of(0),
          seed: 0,
          size: 64,
          recipe: viewRecipe(config.views),
        });
        const prepared = tensor(pixels, { shape: [1, 3, 64, 64] });
        const [a, b] = [evaluated, prepared].map((x) => model.encoder.call(x)) as [Tensor, Tensor]; // (1, d)
        const length = (x: Tensor) => Math.sqrt(x.square().sum().item());
        cosines.push(a.mul(b).sum().item() / (length(a) * length(b)));
      });
    }
    for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.9999);
  });
});

describe('images that are reduced', () => {
  const [height, width] = [1500, 2000];

  /** Noise of equal contrast at all scales from 2 to 512 pixels. */
  async function photograph(): Promise<Buffer> {
    const layers = [2, 4, 8, 16, 32, 64, 128, 256, 512].map(async (cell, octave) => {
      const [h, w] = [Math.ceil(height / cell), Math.ceil(width / cell)];
      const random = new Random(octave);
      const values = Uint8Array.from({ length: h * w * 3 }, () => random.below(256));
      return sharp(values, { raw: { width: w, height: h, channels: 3 } })
        .resize(width, height, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer();
    });
    const drawn = await Promise.all(layers);
    const pixels = Uint8Array.from({ length: height * width * 3 }, (_, i) =>
      Math.max(0, Math.min(255, 128 + drawn.reduce((sum, layer) => sum + 0.3 * (layer[i]! - 128), 0))),
    );
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 95 })
      .toBuffer();
  }

  /** PyTorch's own resize of the whole image, or of a part: torchvision's Resize and resized_crop with antialias. */
  const resized = (whole: Tensor, [h, w]: [number, number]) =>
    _upsampleBilinear2dAa(whole.unsqueeze(0), [h, w], false).squeeze(0);

  it('show what the whole image shows: evaluation views, from the packed store too, and crops', async () => {
    const file = await photograph();
    const root = temporaryFolder();
    put(join(root, 'a', '1.jpg'), file);
    const store = join(temporaryFolder(), 'store');
    await packDataset(await openDataset(root), store);
    const raw = await sharp(file).raw().toBuffer();
    for (const size of [64, 224]) {
      const source = viewSource(configOf(size).views);
      const reduced = await decodeBytes({ bytes: file }, source);
      expect(Math.min(reduced.height, reduced.width)).toBe(source.shorter);
      await using read = openImages(await openDataset(store), { size: source });
      const { images } = await read.fetch(Int32Array.of(0));
      expect([images[0]!.height, images[0]!.width]).toEqual([448, 597]);
      const { pixels: planes } = await new Preprocessor(
        { ...preprocessorConfig(configOf(size)), image_mean: [0, 0, 0], image_std: [1, 1, 1] },
        'test',
      ).prepare({ bytes: file });
      scoped(() => {
        const whole = tensor(raw, { shape: [height, width, 3] })
          .to({ dtype: 'float32' })
          .div(255)
          .permute([2, 0, 1])
          .contiguous();
        const edge = Math.round(size / 0.875);
        const long = Math.floor((edge * 4) / 3);
        const [top, left] = [Math.floor((edge - size) / 2), Math.floor((long - size) / 2)];
        const expected = measure(resized(whole, [edge, long]).narrow(1, top, size).narrow(2, left, size));
        const options = {
          aspect: Float64Array.of(4 / 3),
          ids: Int32Array.of(0),
          seed: 0,
          size,
          recipe: plain(size),
        };
        const within = (view: Tensor, most: number) =>
          expect(Math.abs(measure(view).detail / expected.detail - 1)).toBeLessThan(most);
        within(evaluationView(imageTensors([reduced]), options).select(0, 0), 0.01);
        within(tensor(planes, { shape: [3, size, size] }), 0.01);
        within(evaluationView(imageTensors(images), options).select(0, 0), 0.02);
        for (const [top, left, h, w] of [
          [0, 0, 1500, 1500],
          [300, 200, 900, 1100],
          [300, 200, 600, 520],
        ] as const) {
          const part = whole.narrow(1, top, h).narrow(2, left, w).contiguous();
          const crop = {
            x: left / width,
            y: top / height,
            width: w / width,
            height: h / height,
            flip: false,
          };
          const found = measure(cropOf(reduced, crop, size)).detail;
          expect(Math.abs(found / measure(resized(part, [size, size])).detail - 1)).toBeLessThan(0.03);
        }
      });
    }
  });
});
