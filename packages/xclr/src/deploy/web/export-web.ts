// The browser's page for an exported folder: its smallest model, and held-out images as a small index.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, Sample } from '../../data/index.js';
import { permutation } from '../../util/random.js';
import { embedSamples } from '../embed/embed-samples.js';
import { OnnxEncoder } from '../encoder/index.js';
import { browserModels, refuseRange } from './browser-models.js';
import { webThumbnail } from './thumbnail.js';
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
  const model = browserModels(exported)[0]!;
  await using encoder = await OnnxEncoder.load(model);
  refuseRange(encoder, 'export --web');
  const samples = shownSamples(dataset, most, seed);
  const { items, vectors } = await embedSamples(encoder, samples, {
    batchSize: 16,
    onBatch: (done) => onProgress?.(done, samples.length),
  });
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const shown: WebItem[] = [];
  for (const { id, captions } of items)
    shown.push({
      id,
      title: captions[0] ?? id,
      thumbnail: await webThumbnail(byId.get(id)!.image, thumbnailSize),
    });
  const preprocessor = JSON.parse(readFileSync(join(exported, 'preprocessor_config.json'), 'utf8')) as object;
  const { notice } = encoder;
  return writeWebApp(out, { title, notice, model, preprocessor, items: shown, vectors });
}

/** Test images, else validation images, else any; in an order of their own. */
function shownSamples({ samples }: Dataset, most: number, seed: number): Sample[] {
  const held =
    (['test', 'validation'] as const)
      .map((split) => samples.filter((sample) => sample.split === split))
      .find((some) => some.length > 0) ?? samples;
  return Array.from(permutation(held.length, seed, 11).subarray(0, most), (i) => held[i]!);
}
