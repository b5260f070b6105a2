// Runs the tests on one machine as processors with fewer instructions, and with one and two threads, and prints a table.
//
//   node scripts/test-matrix.mjs [--instructions AVX2,AVX512_CORE,all] [--threads 1,2] [--whole] [--workers N] [FILE…]
//
// Without files, those that compute; --whole takes the whole suite. Results stay in .cache/test-matrix, so that the combinations
// can be run one at a time: the table has all that are there for the present commit and the same files. It leaves 1 if a test failed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { combinations } from './lib/instructions.mjs';
import { failuresOf, markdown } from './lib/test-matrix.mjs';

/** What computes with tensors: everything whose results could depend on kernels or on the number of threads. */
const computing = [
  'packages/torch/test/core',
  'packages/torch/test/nn',
  'packages/torch/test/optim',
  'packages/xclr/test/data/augment',
  'packages/xclr/test/data/fused-views',
  'packages/xclr/test/data/multi-crop',
  'packages/xclr/test/data/packed',
  'packages/xclr/test/data/view-detail',
  'packages/xclr/test/deploy/distill',
  'packages/xclr/test/deploy/export',
  'packages/xclr/test/deploy/onnx',
  'packages/xclr/test/deploy/preprocessor',
  'packages/xclr/test/e2e/other-machine',
  'packages/xclr/test/evaluate',
  'packages/xclr/test/graph',
  'packages/xclr/test/losses',
  'packages/xclr/test/models',
  'packages/xclr/test/train',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instructions: { type: 'string', default: 'AVX2,AVX512_CORE,all' },
    threads: { type: 'string', default: '1,2' },
    whole: { type: 'boolean', default: false },
    workers: { type: 'string' },
  },
});
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const files = values.whole ? [] : positionals.length > 0 ? positionals : computing;

const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
const set = createHash('sha256')
  .update(JSON.stringify([git.stdout.trim(), files]))
  .digest('hex')
  .slice(0, 12);
const folder = join('.cache', 'test-matrix', set);
mkdirSync(folder, { recursive: true });

for (const { instructions, threads, environment } of combinations(values)) {
  const name = `${instructions}-${threads}`;
  const report = join(folder, `${name}.vitest.json`);
  rmSync(report, { force: true });
  console.log(`\n── ${instructions}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
  const began = Date.now();
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  if (values.workers !== undefined) options.push(`--maxWorkers=${values.workers}`);
  spawnSync('node_modules/.bin/vitest', ['run', ...options, ...files], {
    stdio: 'inherit',
    // vitest.config.ts sets the number of threads, whatever OMP_NUM_THREADS is.
    env: { ...process.env, ...environment, XCLR_TEST_THREADS: String(threads) },
  });
  const result = {
    instructions,
    threads,
    seconds: Math.round((Date.now() - began) / 1000),
    ...failuresOf(JSON.parse(readFileSync(report, 'utf8')), process.cwd()),
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

const results = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.vitest.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
console.log(`\n${markdown(results)}`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
