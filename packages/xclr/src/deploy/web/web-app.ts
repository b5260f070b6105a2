// A folder of static files: the exported encoder in a web page, with a small index to search. Any web server will do.

import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { makeFolder, replaceFolder } from '../../util/files.js';
import { workerUrl } from '../../util/worker-url.js';
import { pageHtml } from './page-html.js';

/** One item of the index that the page searches. */
export interface WebItem {
  readonly id: string;
  readonly title: string;
  /** A small image as WebP. */
  readonly thumbnail: Uint8Array;
}

export interface WebApp {
  readonly title: string;
  /** An exported model whose first input is pixel_values (b, 3, h, w). */
  readonly model: string;
  /** As preprocessor_config.json holds it. */
  readonly preprocessor: object;
  readonly items: readonly WebItem[];
  /** (n, d) unit rows, one an item. */
  readonly vectors: Float32Array;
}

const compiled = fileURLToPath(workerUrl(import.meta.url, '../../web/'));
const scripts = ['page', 'encoder-worker', 'long-text', 'messages', 'nearest', 'preprocess'] as const;
/** onnxruntime-web's files for WebAssembly with SIMD; with threads where the page may use them. */
const runtime = [
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
] as const;

/**
 * Writes the app beside `out` and renames it there, so that `out` is never half an app.
 * @returns the number of bytes that a first visit loads
 * @throws {UserError} if `out` holds something that is no such app
 */
export function writeWebApp(out: string, { title, model, preprocessor, items, vectors }: WebApp): number {
  const dimensions = items.length === 0 ? 0 : vectors.length / items.length;
  if (items.length === 0 || !Number.isInteger(dimensions) || dimensions === 0) {
    throw new UserError(
      `web app: expected a vector for each item, got ${items.length} items and ${vectors.length} numbers`,
      'Give at least one image that can be decoded.',
    );
  }
  const ort = runtimeFolder();
  refuseForeign(out);
  const files = replaceFolder(out, (folder) =>
    fillApp(folder, { title, model, preprocessor, items, vectors }, { ort, dimensions }),
  );
  return files.reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
}

/** Writes every file of the app, and gives their names. */
function fillApp(
  folder: string,
  { title, model, preprocessor, items, vectors }: WebApp,
  { ort, dimensions }: { readonly ort: string; readonly dimensions: number },
): readonly string[] {
  for (const inner of ['app', 'ort', 'model', 'index']) makeFolder(join(folder, inner));

  const write = (path: string, content: string | Uint8Array) => writeFileSync(join(folder, path), content);
  write('index.html', pageHtml(title));
  for (const name of scripts) copyFileSync(join(compiled, `${name}.js`), join(folder, 'app', `${name}.js`));
  for (const name of runtime) copyFileSync(join(ort, name), join(folder, 'ort', name));
  copyFileSync(model, join(folder, 'model', 'model.onnx'));
  const modelBytes = statSync(model).size;
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

  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  write('service-worker.js', serviceWorker(folder, files));
  return files;
}

/** The script that keeps the files, told which they are; its version is a checksum of them all. */
function serviceWorker(folder: string, files: readonly string[]): string {
  const contents = files.flatMap((file) => [`${file}\0`, readFileSync(join(folder, file))]);
  return readFileSync(join(compiled, 'service-worker.js'), 'utf8')
    .replace('__VERSION__', sha256(...contents).slice(0, 16))
    .replace('__FILES__', ['./', ...files].join('\\n'));
}

/** An older app is replaced; anything else is left alone. */
function refuseForeign(out: string): void {
  let names: string[];
  try {
    names = readdirSync(out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new UserError(`web app: cannot write ${out} (${(error as Error).message})`, 'Give another folder.');
  }
  if (names.length > 0 && !(names.includes('app.json') && names.includes('service-worker.js'))) {
    throw new UserError(
      `web app: ${out} is not empty and does not hold an earlier export`,
      'Give a new folder, or empty this one first.',
    );
  }
}

/** Where onnxruntime-web lies. It is an optional package, since only this page needs its 140 MB. */
function runtimeFolder(): string {
  // Beside this package, or in the project that xclr is run in: where xclr is installed globally they differ.
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return dirname(createRequire(place).resolve('onnxruntime-web'));
    } catch {
      // it may be in the other
    }
  }
  throw new UserError(
    'web app: the npm package onnxruntime-web, which runs the encoder in the page, is not installed',
    'Run: npm install onnxruntime-web',
  );
}
