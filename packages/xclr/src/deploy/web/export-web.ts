// The browser's page for an exported folder: its smallest model, and held-out images as a small index.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { to8Bits } from '../../data/decode/value-range.js';
import { type Dataset, fetchImage, limitInputPixels, type Sample } from '../../data/index.js';
import { UserError } from '../../util/errors.js';
import { permutation } from '../../util/random.js';
import { embedSamples } from '../embed/embed-samples.js';
import { OnnxEncoder } from '../encoder/index.js';
import { type WebItem, writeWebApp } from './web-app.js';

/** What the page in the browser holds. */
export interface WebExportOptions {
  readonly title: string;
  /** How many images the page can find; 300 by default. */
  readonly items?: number | undefined;
  readonly seed?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Longer side of a small image, in pixels. */
const thumbnailSize = 144;

/** From best to last: what is there is taken. A browser computes float16 as float32, so that only saves the download. */
const models = ['onnx/model_quantized.onnx', 'onnx/model_fp16.onnx', 'onnx/model.onnx'];

/**
 * Writes a page that runs an exported encoder in the browser.
 * @param exported folder that `exportRun` wrote
 * @param out folder of static files to write; an older app there is replaced
 * @returns the bytes that a first visit loads
 */
export async function exportWeb(
  exported: string,
  dataset: Dataset,
  out: string,
  { title, items: most = 300, seed = 0, onProgress }: WebExportOptions,
): Promise<number> {
  const model = models.map((file) => join(exported, file)).find((file) => existsSync(file))!;
  await using encoder = await OnnxEncoder.load(model);
  if (encoder.imageRange !== undefined) {
    throw new UserError(
      `export --web: the encoder was trained with --image-range ${encoder.imageRange.join(',')}, which a browser cannot apply to the images that it is given`,
      'Leave --web out, or train on images that were scaled to 8 bits before.',
    );
  }
  const samples = shownSamples(dataset, most, seed);
  const { items, vectors } = await embedSamples(encoder, samples, {
    batchSize: 16,
    onBatch: (done) => onProgress?.(done, samples.length),
  });
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const shown: WebItem[] = [];
  for (const { id, captions } of items)
    shown.push({ id, title: captions[0] ?? id, thumbnail: await thumbnail(byId.get(id)!) });
  const preprocessor = JSON.parse(readFileSync(join(exported, 'preprocessor_config.json'), 'utf8')) as object;
  return writeWebApp(out, { title, model, preprocessor, items: shown, vectors });
}

/** Test images, else validation images, else any; in an order of their own. */
function shownSamples({ samples }: Dataset, most: number, seed: number): Sample[] {
  const held =
    (['test', 'validation'] as const)
      .map((split) => samples.filter((sample) => sample.split === split))
      .find((some) => some.length > 0) ?? samples;
  return Array.from(permutation(held.length, seed, 11).subarray(0, most), (i) => held[i]!);
}

async function thumbnail({ image }: Sample): Promise<Uint8Array> {
  const { bytes, raw } = await to8Bits(await fetchImage(image));
  return sharp(bytes, { limitInputPixels, autoOrient: true, ...(raw && { raw }) })
    .resize(thumbnailSize, thumbnailSize, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .webp({ quality: 80 })
    .toBuffer();
}
