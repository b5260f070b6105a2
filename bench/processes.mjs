// The same steps (ResNet-18 at 64 px, 64 images in all) in one process with two threads, in two processes with half of the images and a thread
// each, and in one process with one thread: seconds and processor seconds a step, and what each process hands over. A world of one process is no
// world: nothing is asked of anybody (packages/torch/src/distributed/environment.ts), so that there is nothing to measure.
import { spawn } from 'node:child_process';
import { freePort } from '../packages/xclr/dist/util/free-port.js';
import { allocator, file, inBfloat16, settings } from './lib/environment.mjs';
import { rotated, spread } from './lib/statistics.mjs';

const images = 64;
const steps = 4;
const precisions = inBfloat16 ? ['float32', 'bfloat16'] : ['float32'];
const forms = [
  { form: 'one process, two threads', size: 1, threads: 2 },
  { form: 'two processes, a thread each', size: 2, threads: 1 },
  { form: 'one process, one thread', size: 1, threads: 1 },
];

/** Figures of one process of a world; of a world of one, its process's. */
async function one({ size, threads }, rank, port, precision) {
  const place = { RANK: String(rank), WORLD_SIZE: String(size), MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
  const local = { LOCAL_RANK: String(rank), LOCAL_WORLD_SIZE: String(size) };
  const child = spawn(
    process.execPath,
    [file('workers/processes.mjs'), String(images), String(steps), precision],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...settings(allocator),
        ...place,
        ...local,
        OMP_NUM_THREADS: String(threads),
        OMP_WAIT_POLICY: 'PASSIVE',
      },
    },
  );
  let out = '';
  for await (const chunk of child.stdout) out += chunk;
  if (out === '') throw new Error(`processes: rank ${rank} of ${size} ended without an answer`);
  return JSON.parse(out);
}

/** The slowest process's seconds, the processor seconds of all, and the traffic of one. */
async function measure(form, precision) {
  const port = String(await freePort());
  const ends = await Promise.all(
    Array.from({ length: form.size }, (_, rank) => one(form, rank, port, precision)),
  );
  return {
    seconds: Math.max(...ends.map(({ seconds }) => seconds)),
    processors: ends.reduce((sum, { processors }) => sum + processors, 0),
    messages: ends[0].messages,
    mebibytes: ends[0].bytes / 2 ** 20,
  };
}

export { processesTable as table } from './lib/tables.mjs';

/** @returns rows as bench/results/processes.json keeps them */
export async function run({ rounds, log }) {
  const rows = [];
  for (const precision of precisions) {
    const runs = new Map(forms.map(({ form }) => [form, []]));
    for (let round = 0; round < rounds; round++)
      for (const form of rotated(forms, round)) {
        const figures = await measure(form, precision);
        runs.get(form.form).push(figures);
        log(
          `  ${precision}, ${form.form}: ${figures.seconds.toFixed(2)} s, ${figures.processors.toFixed(2)} s of processors a step`,
        );
      }
    const [base] = runs.values();
    for (const [form, figures] of runs)
      rows.push({
        form,
        precision,
        seconds: spread(figures.map(({ seconds }) => seconds)),
        processors: spread(figures.map(({ processors }) => processors)),
        /** Of each round: the time of the first form is 1. */
        ratio: spread(figures.map(({ seconds }, round) => seconds / base[round].seconds)),
        messages: figures[0].messages,
        mebibytes: figures[0].mebibytes,
        settings: { images, steps },
      });
  }
  return rows;
}
