// Images beside the views that training makes of them, as thumbnails.
import { scoped, type Tensor } from '@xclr/torch';
import sharp from 'sharp';
import {
  aspectsOf,
  type Dataset,
  type DecodedImage,
  evaluationView,
  type ImageSize,
  ImageStore,
  imageTensors,
  makeViews,
  makeViewsBySize,
  type Recipe,
} from '../data/index.js';
import type { Image } from '../report/report-data.js';
import { thumbnail } from '../report/thumbnail.js';
import { exampleSamples } from './choose.js';

/** An image with what training and evaluation see of it. */
export interface ViewedImage {
  readonly original: Image;
  readonly caption: string;
  readonly id: string;
  /** The first two are those of the first epoch's first visit, exactly; multi-crop's local views come last. */
  readonly views: readonly Image[];
  readonly evaluation: Image;
}

/** Which views of how many images are made. */
export interface ViewImagesOptions {
  readonly recipe: Recipe;
  /** Size of a view: width and height in pixels. */
  readonly size: number;
  /** Size that images are decoded to, as training keeps them. */
  readonly source: ImageSize;
  readonly seed: number;
  readonly images: number;
  /** Of each image; a recipe with multi-crop shows those it trains on instead. */
  readonly views: number;
}

/** (n, 3, s, s) normalized → RGBA bytes of each, (s, s, 4). */
function bytesOfViews(views: Tensor, { mean, std }: Recipe['normalize']): Uint8Array[] {
  const [n = 0, , side = 0] = views.shape;
  const area = side * side;
  const values = views.to({ device: 'cpu', dtype: 'float32' }).toArray() as Float32Array;
  return Array.from({ length: n }, (_, view) => {
    const rgba = new Uint8Array(area * 4).fill(255);
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < area; i++) {
        const value = values[(view * 3 + c) * area + i]! * std[c]! + mean[c]!;
        rgba[i * 4 + c] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    return rgba;
  });
}

function shown(pixels: Uint8Array, side: number, title: string): Promise<Image> {
  const size = Math.min(side, 160);
  return thumbnail({ pixels, width: side, height: side }, { size, quality: 85 }).then((dataUri) => ({
    title,
    dataUri,
  }));
}

/** The decoded image at its own shape. */
async function original(
  { pixels, width, height, channels, aspect }: DecodedImage,
  title: string,
): Promise<Image> {
  const [w, h] = [192 * Math.min(1, aspect), 192 * Math.min(1, 1 / aspect)].map((side) =>
    Math.max(1, Math.round(side)),
  ) as [number, number];
  const data = await sharp(pixels, { raw: { width, height, channels } })
    .resize(w, h, { fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { title, dataUri: await thumbnail({ pixels: data, width: w, height: h }, { size: 192 }) };
}

/** Some training images (of data without a training split, any), drawn by the seed and spread over the classes; broken ones are passed over. */
export async function viewImages(dataset: Dataset, options: ViewImagesOptions): Promise<ViewedImage[]> {
  const { recipe, size, source, seed } = options;
  const chosen = Int32Array.from(exampleSamples(dataset, options.images, { seed, split: 'train' }));
  await using store = new ImageStore(dataset, { size: source, cacheBytes: 0 });
  const batch = await store.fetch(chosen);
  const ids = batch.indices;
  const b = ids.length;
  if (b === 0) return [];
  const common = { aspect: aspectsOf(batch.images), ids, seed, size, recipe };
  const { views, evaluations } = scoped(() => {
    const pixels = imageTensors(batch.images); // b of (h, w, 3 or 4) uint8
    const made = recipe.localCrops // (views·b, 3, side, side) of each size
      ? makeViewsBySize(pixels, { ...common, epoch: 0 })
      : [makeViews(pixels, { ...common, epoch: 0, views: options.views })];
    const plain = evaluationView(pixels, common); // (b, 3, size, size)
    return {
      views: made.flatMap((ofSize) =>
        bytesOfViews(ofSize, recipe.normalize).map((bytes) => ({ bytes, side: ofSize.shape[2]! })),
      ),
      evaluations: bytesOfViews(plain, recipe.normalize),
    };
  });
  return Promise.all(
    Array.from(ids, async (index, i) => {
      const { captions, id } = dataset.samples[index]!;
      const caption = captions[0]!;
      return {
        original: await original(batch.images[i]!, caption),
        caption,
        id,
        views: await Promise.all(
          views
            .filter((_, row) => row % b === i)
            .map(({ bytes, side }, v) => shown(bytes, side, `view ${v + 1} of ${caption}`)),
        ),
        evaluation: await shown(evaluations[i]!, size, `evaluation view of ${caption}`),
      };
    }),
  );
}
