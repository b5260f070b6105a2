// A folder of static files: the exported encoder in a web page, with a small index to search. Any web server will do.

import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import { makeFolder, replaceFolder } from '../../util/files.js';
import { pageHtml } from './page-html.js';
import {
  filesIn,
  putModel,
  putScripts,
  putServiceWorker,
  refuseForeign,
  runtimeFolder,
} from './web-files.js';

/** One item of the index that the page searches. */
export interface WebItem {
  readonly id: string;
  readonly title: string;
  /** A small image as WebP. */
  readonly thumbnail: Uint8Array;
}

export interface WebApp {
  readonly title: string;
  /** What must be said of the encoder before anything else. */
  readonly notice?: string | undefined;
  /** An exported model whose first input is pixel_values (b, 3, h, w). */
  readonly model: string;
  /** As preprocessor_config.json holds it. */
  readonly preprocessor: object;
  readonly items: readonly WebItem[];
  /** (n, d) unit rows, one an item. */
  readonly vectors: Float32Array;
}

const scripts = [
  'page',
  'encoder-client',
  'encoder-worker',
  'long-text',
  'messages',
  'nearest',
  'page-files',
  'preprocess',
] as const;

/**
 * Writes the app beside `out` and renames it there, so that `out` is never half an app.
 * @returns the number of bytes that a first visit loads
 * @throws {UserError} if `out` holds something that is no such app
 */
export function writeWebApp(
  out: string,
  { title, notice, model, preprocessor, items, vectors }: WebApp,
): number {
  const dimensions = items.length === 0 ? 0 : vectors.length / items.length;
  if (items.length === 0 || !Number.isInteger(dimensions) || dimensions === 0) {
    throw new UserError(
      `web app: expected a vector for each item, got ${items.length} items and ${vectors.length} numbers`,
      'Give at least one image that can be decoded.',
    );
  }
  const ort = runtimeFolder();
  refuseForeign(out, 'app.json');
  const files = replaceFolder(out, (folder) =>
    fillApp(folder, { title, notice, model, preprocessor, items, vectors }, { ort, dimensions }),
  );
  return files.reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
}

/** Writes every file of the app, and gives their names. */
function fillApp(
  folder: string,
  { title, notice, model, preprocessor, items, vectors }: WebApp,
  { ort, dimensions }: { readonly ort: string; readonly dimensions: number },
): readonly string[] {
  makeFolder(join(folder, 'index'));

  const write = (path: string, content: string | Uint8Array) => writeFileSync(join(folder, path), content);
  write('index.html', pageHtml(title, notice));
  putScripts(folder, scripts);
  const modelBytes = putModel(folder, model, ort);
  write(
    'app.json',
    `${JSON.stringify({ title, modelBytes, preprocessor, items: items.length, dimensions }, null, 2)}\n`,
  );
  write('index/vectors.f32', new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
  write('index/images.bin', Buffer.concat(items.map(({ thumbnail }) => thumbnail)));
  let at = 0;
  const listed = items.map(({ id, title: name, thumbnail }) => {
    const from = at;
    at += thumbnail.length;
    return { id, title: name, from, to: at };
  });
  write('index/items.json', JSON.stringify(listed));

  const files = filesIn(folder);
  putServiceWorker(folder, files);
  return files;
}
