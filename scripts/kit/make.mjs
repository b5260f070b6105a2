// npm run kit -- --out FOLDER [--with PATH…]: writes a folder that trains, tests and measures on a Linux machine with python3's
// torch, a C++ compiler and CMake, where nothing can be installed or fetched: Node, the packages that training needs, the compiled
// TypeScript, the native sources and what --with names (plans, caption vectors, images). There: bash FOLDER/run.sh
//
// The sizes of the parts are printed; --limit MB makes a folder that is larger an error.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packages that training, evaluation and comparison never load: other ways in and out of the system. */
const unneeded = new Set([
  'hono',
  '@hono/node-server',
  'pg',
  'umap-js',
  'onnxruntime-node',
  'onnxruntime-web',
  'autocannon',
  'pino',
  'preact',
  'regl-scatterplot',
  'uplot',
]);

/** Parts of packages that Node never reads. */
const unreadable =
  /\.(d\.[cm]?ts|map|md|markdown|flow)$|^(@[^/]+\/)?[^/]+\/(docs?|tests?|examples?|benchmarks?|coverage|man)$|^usearch\/.*\.(hp*|cp*)$/;

/** Parts of packages for other systems. */
const foreign = /(darwin|win32|win64|musl|arm64|armv?\d|ia32|s390x|riscv64|ppc64)[^/]*(\/|$)/;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    with: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '60' },
  },
});
if (values.out === undefined) {
  console.error('kit: --out FOLDER is missing\n  → npm run kit -- --out kit');
  process.exit(2);
}
const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), 'xclr-kit-'));
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  packNode();
  packModules();
  packTree(join(out, 'project.tar.xz'), projectFiles());
  copyFileSync(join(root, 'scripts/kit/run.sh'), join(out, 'run.sh'));
  for (const extra of values.with) packExtra(resolve(extra));
} finally {
  rmSync(work, { recursive: true, force: true });
}
report();

/** Compressing takes minutes, so what depends on versions alone is kept for the next kit. */
function packOnce(key, name, make) {
  const kept = join(root, '.cache/kit', `${key}-${name}`);
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true });
    make(`${kept}.part`);
    renameSync(`${kept}.part`, kept);
  }
  copyFileSync(kept, join(out, name));
}

/** This Node, without the symbols that only debuggers read. */
function packNode() {
  packOnce(process.version, 'node.xz', (to) => {
    const copy = join(work, 'node');
    copyFileSync(process.execPath, copy);
    spawnSync('strip', [copy]); // where it is missing the file is larger, no more
    compress(copy, to);
  });
}

/** What the lockfile and this script put into node_modules. */
function packModules() {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'scripts/kit/make.mjs'])
    hash.update(readFileSync(join(root, path)));
  packOnce(hash.digest('hex').slice(0, 16), 'modules.tar.xz', (to) => packTree(to, productionModules()));
}

function compress(from, to) {
  execFileSync('sh', ['-c', 'xz -T0 -6 -c "$1" > "$2"', 'sh', from, to], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** [source, place in the archive] pairs → one archive. */
function packTree(to, pairs) {
  const tree = mkdtempSync(join(work, 'tree-'));
  for (const [from, to, filter] of pairs) {
    if (!existsSync(from)) throw new Error(`kit: ${from} is missing\n  → npm run setup`);
    cpSync(from, join(tree, to), { recursive: true, dereference: true, filter });
  }
  execFileSync('tar', ['-C', tree, '-cf', join(work, 'one.tar'), '.']);
  compress(join(work, 'one.tar'), to);
}

/** What `npm ls` counts as needed without development packages, less what training never loads. */
function productionModules() {
  const { stdout } = spawnSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: root,
    encoding: 'utf8',
  });
  const folder = join(root, 'node_modules/');
  const named = (path) => path.slice(folder.length).split('/node_modules/')[0];
  const tops = new Set(
    stdout
      .split('\n')
      .filter((path) => path.startsWith(folder))
      .map(named)
      .filter((name) => !unneeded.has(name) && !['xclr', '@xclr/torch'].includes(name)),
  );
  return [...tops].map((name) => [
    join(folder, name),
    join('node_modules', name),
    (path) => !unreadable.test(path.slice(folder.length)) && !foreign.test(path.slice(folder.length)),
  ]);
}

function projectFiles() {
  const packages = ['torch', 'xclr'].flatMap((name) => {
    const folder = `packages/${name}`;
    return ['package.json', 'dist', 'bin', 'native', 'recipes', 'assets', 'web', 'test/device']
      .map((part) => `${folder}/${part}`)
      .filter((path) => existsSync(join(root, path)));
  });
  const comparison = ['plan.yaml', 'minilm.safetensors', 'minilm-classes.txt'].map(
    (name) => `docs/results/gpu/${name}`,
  );
  const filter = (path) => !/\.(d\.ts|map|tsbuildinfo)$/.test(path);
  return [
    ...['package.json', 'scripts/xclr', 'bench', 'scripts/kit', ...comparison, ...packages].map((path) => [
      join(root, path),
      path,
      filter,
    ]),
  ];
}

/** A file as it is, a folder as an archive: JPEGs of one origin share their tables, which compression finds. */
function packExtra(path) {
  const name = basename(path);
  if (statSync(path).isDirectory()) {
    execFileSync('tar', ['-C', path, '-cf', join(work, 'one.tar'), '.']);
    compress(join(work, 'one.tar'), join(out, `${name}.data.tar.xz`));
    return;
  }
  mkdirSync(join(out, 'files'), { recursive: true });
  copyFileSync(path, join(out, 'files', name));
}

function report() {
  const sizes = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, statSync(join(entry.parentPath, entry.name)).size]);
  const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  for (const [name, bytes] of sizes) console.log(`${megabytes(bytes).padStart(6)} MiB  ${name}`);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`${megabytes(total).padStart(6)} MiB  in all: ${out}`);
  if (total > Number(values.limit) * 2 ** 20) {
    console.error(`kit: larger than ${values.limit} MiB\n  → name less with --with, or raise --limit`);
    process.exit(1);
  }
}
