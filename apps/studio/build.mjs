// Builds the page into the package xclr (packages/xclr/dist/studio-page), which ships it; does nothing where the built page is
// of the same sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const out = join(root, 'packages/xclr/dist/studio-page');
const mark = join(out, 'sources.sha256');

/** What the page is made of: its own files, what it takes of the package, and the packages by their locked versions. */
function sourcesHash() {
  const hash = createHash('sha256');
  const folders = ['apps/studio/src', 'packages/xclr/src/report', 'packages/xclr/src/studio'];
  const files = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter((file) => /\.(tsx?|css)$/.test(file))
    .sort();
  for (const file of [
    ...files,
    'apps/studio/index.html',
    'apps/studio/build.mjs',
    'apps/studio/package.json',
    'package-lock.json',
  ])
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

const wanted = sourcesHash();
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
  const { build } = await import('vite');
  await build({
    root: here,
    configFile: false,
    logLevel: 'error',
    base: '/',
    // theme.css comes from the server, which has it of the report.
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      license: { fileName: 'assets/licenses.md' },
    },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(mark, wanted);
}
