// What the pages that run an encoder in the browser have in common: scripts, onnxruntime, the model, the worker that keeps files.
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { makeFolder } from '../../util/files.js';
import { workerUrl } from '../../util/worker-url.js';

const compiled = fileURLToPath(workerUrl(import.meta.url, '../../web/'));
/** onnxruntime-web's files for WebAssembly with SIMD; with threads where the page may use them. */
const runtime = [
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
] as const;

/** Compiled scripts of packages/xclr/web, by name, into app/. */
export function putScripts(folder: string, names: readonly string[]): void {
  makeFolder(join(folder, 'app'));
  for (const name of names) copyFileSync(join(compiled, `${name}.js`), join(folder, 'app', `${name}.js`));
}

/** The model, and what runs it. @param ort see `runtimeFolder` @returns bytes of the model */
export function putModel(folder: string, model: string, ort: string): number {
  for (const inner of ['ort', 'model']) makeFolder(join(folder, inner));
  for (const name of runtime) copyFileSync(join(ort, name), join(folder, 'ort', name));
  copyFileSync(model, join(folder, 'model', 'model.onnx'));
  return statSync(model).size;
}

/** Every file of a folder and of those in it, as paths with slashes, sorted. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/**
 * The script that keeps files for use without a network; its version is a checksum of them all.
 * @param files kept from the first visit on
 * @param later folders whose files are kept as they are asked for: 'images/'
 */
export function putServiceWorker(
  folder: string,
  files: readonly string[],
  later: readonly string[] = [],
): void {
  const contents = filesIn(folder).flatMap((file) => [`${file}\0`, readFileSync(join(folder, file))]);
  const script = readFileSync(join(compiled, 'service-worker.js'), 'utf8')
    .replace('__VERSION__', sha256(...contents).slice(0, 16))
    .replace('__FILES__', ['./', ...files].join('\\n'))
    .replace('__LATER__', later.join('\\n'));
  writeFileSync(join(folder, 'service-worker.js'), script);
}

/** An older page is replaced; anything else is left alone. @param marker file by which an older one is known */
export function refuseForeign(out: string, marker: string): void {
  let names: string[];
  try {
    names = readdirSync(out);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new UserError(`web app: cannot write ${out} (${(error as Error).message})`, 'Give another folder.');
  }
  if (names.length > 0 && !(names.includes(marker) && names.includes('service-worker.js'))) {
    throw new UserError(
      `web app: ${out} is not empty and does not hold an earlier export`,
      'Give a new folder, or empty this one first.',
    );
  }
}

/** Where onnxruntime-web lies. It is an optional package, since only these pages need its 140 MB. */
export function runtimeFolder(): string {
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
