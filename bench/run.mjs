// npm run bench [-- name…] [-- --rounds N]: runs the benchmarks side by side with PyTorch, prints a table, writes
// bench/results/<benchmark>.json. A name is a benchmark's (train-step, operator-overhead) or part of a case's
// (resnet50, bfloat16).
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import * as convolutions from './convolutions.mjs';
import * as dataWait from './data-wait.mjs';
import * as encoders from './encoders.mjs';
import * as exactSearch from './exact-search.mjs';
import * as graphLogits from './graph-logits.mjs';
import * as input from './input.mjs';
import * as largeLoss from './large-loss.mjs';
import { file, python, threads } from './lib/environment.mjs';
import { show, showSpread } from './lib/statistics.mjs';
import * as operatorOverhead from './operator-overhead.mjs';
import * as processes from './processes.mjs';
import * as server from './server.mjs';
import * as trainStep from './train-step.mjs';
import * as vectorSearch from './vector-search.mjs';

const benchmarks = {
  'train-step': trainStep,
  input,
  'data-wait': dataWait,
  convolutions,
  'operator-overhead': operatorOverhead,
  'graph-logits': graphLogits,
  'large-loss': largeLoss,
  processes,
  encoders,
  'vector-search': vectorSearch,
  'exact-search': exactSearch,
  server,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`bench: --rounds must be a positive integer, got ${values.rounds}`);
  process.exit(2);
}
if (python === undefined) {
  console.error(
    'bench: no python3 with torch and torchvision to compare with.\n  → apt-get install python3-torch python3-torchvision',
  );
  process.exit(1);
}

const named = positionals.filter((name) => Object.hasOwn(benchmarks, name));
const parts = positionals.filter((name) => !Object.hasOwn(benchmarks, name));
const unknown = parts.filter((part) => !trainStep.cases.some(({ name }) => name.includes(part)));
if (unknown.length > 0) {
  const known = [...Object.keys(benchmarks), ...trainStep.cases.map(({ name }) => name)];
  console.error(
    `bench: no benchmark is called ${unknown.join(', ')}\n  → choose from ${known.join(', ')}, or a part of these`,
  );
  process.exit(2);
}
const chosen = named.length > 0 ? named : parts.length > 0 ? ['train-step'] : Object.keys(benchmarks);

/** A Markdown table of comparisons; benchmarks with other figures have their own. The range after each median is the smallest and largest of the rounds. */
function table(rows) {
  return [
    '| benchmark | unit | xclr | peer | | ratio |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ name, unit, peerName, spread, settings }) => {
      const layout = settings?.layout === undefined ? '' : `, ${settings.layout}`;
      const cells = [
        name + layout,
        unit,
        showSpread(spread.ours),
        showSpread(spread.peer),
        peerName,
        showSpread(spread.ratio),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

console.log(`${threads} threads, ${rounds} rounds; median (smallest–largest); ratio > 1: xclr is better`);
if (loadavg()[0] > 0.5)
  console.log(`The machine is busy (load ${show(loadavg()[0])}): the ratios will scatter.`);
mkdirSync(file('results'), { recursive: true });
for (const name of chosen) {
  const { missing } = benchmarks[name];
  if (missing !== undefined && named.length === 0) {
    console.log(`${name}: left out, ${missing}\n`);
    continue;
  }
  const began = performance.now();
  const rows = await benchmarks[name].run({ rounds, only: parts, log: (line) => console.log(line) });
  // A run of some cases only leaves the recorded results of all as they are.
  const result = benchmarks[name].resultName?.() ?? name;
  if (parts.length === 0) writeFileSync(file(`results/${result}.json`), `${JSON.stringify(rows, null, 1)}\n`);
  console.log(
    `\n${(benchmarks[name].table ?? table)(rows)}\n\n${name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
  );
}
