// The catalog as a folder of static files. Names in it are numbers and constants: nothing of an item becomes a path or code.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapConcurrently } from '../../util/concurrently.js';
import { makeFolder, replaceFolderAsync } from '../../util/files.js';
import type { Item } from '../embed/index.js';
import type { ShownColumns } from './catalog-columns.js';
import { catalogCss, catalogHtml } from './catalog-html.js';
import type { WordVectors } from './catalog-words.js';
import { toInt8 } from './int8-rows.js';
import { webThumbnail } from './thumbnail.js';
import {
  filesIn,
  putModel,
  putScripts,
  putServiceWorker,
  refuseForeign,
  runtimeFolder,
} from './web-files.js';

/** What a catalog is made of. */
export interface Catalog {
  readonly title: string;
  readonly notice?: string | undefined;
  /** An exported model whose first input is pixel_values (b, 3, h, w). */
  readonly model: string;
  /** As preprocessor_config.json holds it. */
  readonly preprocessor: object;
  readonly dimensions: number;
  /** (dimensions) subtracted from the encoder's vectors, or null. */
  readonly mean: readonly number[] | null;
  readonly items: readonly Item[];
  /** (n, dimensions) in the index's space. */
  readonly vectors: Int8Array;
  readonly columns: ShownColumns;
  readonly words: WordVectors;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const scripts = [
  'catalog',
  'catalog-index',
  'catalog-words',
  'encoder-client',
  'encoder-worker',
  'long-text',
  'messages',
  'page-files',
  'preprocess',
] as const;

/** Longer side of an image of the catalog, in pixels. */
const imageSide = 320;

/** Writes the folder beside `out` and renames it there. @throws {UserError} if `out` holds something that is no catalog */
export async function writeCatalog(out: string, catalog: Catalog) {
  const ort = runtimeFolder();
  refuseForeign(out, 'catalog.json');
  return await replaceFolderAsync(out, (folder) => fill(folder, catalog, ort));
}

async function fill(folder: string, catalog: Catalog, ort: string) {
  const { title, notice, preprocessor, dimensions, mean, items, columns, words, onProgress } = catalog;
  for (const inner of ['index', 'images']) makeFolder(join(folder, inner));
  const write = (path: string, content: string | Uint8Array) => writeFileSync(join(folder, path), content);
  const numbers = (path: string, { buffer, byteOffset, byteLength }: Int8Array) =>
    write(path, new Uint8Array(buffer, byteOffset, byteLength));

  let done = 0;
  const images = await mapConcurrently(items, 4, async ({ image }, row): Promise<0 | 1> => {
    const small = image === null ? null : await webThumbnail(image, imageSide).catch(() => null);
    if (small !== null) write(`images/${row}.webp`, small);
    onProgress?.(++done, items.length);
    return small === null ? 0 : 1;
  });
  putScripts(folder, scripts);
  const modelBytes = putModel(folder, catalog.model, ort);
  write('index.html', catalogHtml(title, notice));
  write('style.css', catalogCss());
  numbers('index/vectors.i8', catalog.vectors);
  numbers('index/words.i8', toInt8(words.vectors, dimensions));
  write('index/words.json', JSON.stringify({ words: words.words, weights: words.weights }));
  write(
    'index/items.json',
    JSON.stringify({
      ids: items.map(({ id }) => id),
      titles: items.map(({ id, captions }) => captions[0] ?? id),
      columns: columns.values,
      images,
    }),
  );
  const settings = { modelBytes, preprocessor, items: items.length, dimensions, mean };
  write(
    'catalog.json',
    `${JSON.stringify({ ...settings, columns: columns.columns, words: words.words.length })}\n`,
  );
  const all = filesIn(folder);
  const isLater = (path: string) => later.some((inner) => path.startsWith(inner));
  putServiceWorker(
    folder,
    all.filter((path) => !isLater(path)),
    later,
  );
  const bytesOf = (paths: readonly string[]) =>
    paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
  return {
    withoutImage: images.filter((there) => there === 0).length,
    pageBytes: bytesOf(all.filter((path) => !isLater(path))),
    encoderBytes: bytesOf(all.filter((path) => /^(ort|model)\//.test(path))),
    imageBytes: bytesOf(all.filter((path) => path.startsWith('images/'))),
  };
}

/** Folders that a visit loads as far as it needs them. */
const later = ['images/', 'ort/', 'model/'];
