// How far the numbers of one recipe and one seed move with the processor's instructions and the number of threads, and, beside that,
// with the seed: trains and evaluates the quick start's X-CLR again and again, and prints a table.
//
//   node scripts/machine-spread.mjs [--instructions AVX2,AVX512_CORE,all] [--threads 1,2] [--seeds 0] [--steps 300] [--out FILE]
//
// Everything is float32, on one machine. Runs stay in .cache/machine-spread and are not made again, so that they can be made one at a
// time; the table has all that are there with as many steps, and --out writes it as JSON.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { combinations } from './lib/instructions.mjs';

const measures = {
  knn_unseen: 'kNN',
  r1_across_styles: 'R@1',
  map_across_styles: 'mAP',
  alignment_unseen: 'alignment (ρ)',
  triplets_unseen: 'triplet accuracy',
};

const { values } = parseArgs({
  options: {
    instructions: { type: 'string', default: 'AVX2,AVX512_CORE,all' },
    threads: { type: 'string', default: '1,2' },
    seeds: { type: 'string', default: '0' },
    steps: { type: 'string', default: '300' },
    out: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache', 'machine-spread');
mkdirSync(folder, { recursive: true });

/** Not through the launcher, which gives OpenBLAS back the instructions that are held back here. */
function xclr(args, environment = {}) {
  const { status } = spawnSync(process.execPath, [join(root, 'packages/xclr/dist/cli/main.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  if (status !== 0) throw new Error(`xclr ${args.join(' ')} failed`);
}

if (!existsSync(join(folder, 'data/emoji/manifest.csv'))) xclr(['data', 'emoji']);
for (const { instructions, threads, environment } of combinations(values)) {
  for (const seed of values.seeds.split(',')) {
    const name = `${instructions}-${threads}-s${seed}-${values.steps}`;
    const result = join(folder, `${name}.json`);
    if (existsSync(result)) continue;
    console.log(name);
    const compute = ['--threads', String(threads), '--device', 'cpu'];
    const settings = ['--config', 'emoji', '--seed', seed, '--steps', values.steps, '--workers', '1'];
    const began = Date.now();
    rmSync(join(folder, name), { recursive: true, force: true }); // of a call that was stopped
    xclr(['train', ...settings, ...compute, '--run', name], environment);
    xclr(['eval', name, '--no-page', ...compute], environment);
    const { features } = JSON.parse(readFileSync(join(folder, name, 'evaluation.json'), 'utf8'));
    const log = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const { loss } = JSON.parse(log.findLast((line) => line.includes('"loss"')));
    const record = {
      instructions,
      threads,
      seed: Number(seed),
      steps: Number(values.steps),
      seconds: Math.round((Date.now() - began) / 1000),
      loss,
      values: Object.fromEntries(Object.keys(measures).map((key) => [key, features[key].value])),
    };
    writeFileSync(result, `${JSON.stringify(record, null, 2)}\n`);
  }
}

const runs = readdirSync(folder)
  .filter((name) => name.endsWith(`-${values.steps}.json`))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
const digits = (value) => value.toFixed(3);
const row = (cells) => `| ${cells.join(' | ')} |`;
const spread = (some, key) => {
  const all = some.map((run) => run.values[key]);
  return all.length < 2 ? '–' : digits(Math.max(...all) - Math.min(...all));
};
const names = Object.keys(measures);
const sameSeed = runs.filter(({ seed }) => seed === runs[0]?.seed);
const sameMachine = runs.filter(
  ({ instructions, threads }) =>
    instructions === 'all' && threads === runs.find((one) => one.instructions === 'all')?.threads,
);
console.log(
  [
    row(['instructions', 'threads', 'seed', 'last loss', ...Object.values(measures)]),
    `|---|---:|---:|---:|${names.map(() => '---:|').join('')}`,
    ...runs.map(({ instructions, threads, seed, loss, values }) =>
      row([instructions, threads, seed, loss.toFixed(4), ...names.map((key) => digits(values[key]))]),
    ),
    row(['range over machines, one seed', '', '', '', ...names.map((key) => spread(sameSeed, key))]),
    row(['range over seeds, one machine', '', '', '', ...names.map((key) => spread(sameMachine, key))]),
  ].join('\n'),
);
if (values.out !== undefined)
  writeFileSync(values.out, `${JSON.stringify({ processor: cpus()[0]?.model, runs }, null, 1)}\n`);
