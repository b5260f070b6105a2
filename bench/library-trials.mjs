// Libraries that were tried in place of our own code, and what they cost: the figures in docs/dependencies.md.
//
//   npm install --no-save udsv csv-parse piscina proper-lockfile && node bench/library-trials.mjs [NAME]
//
// Each trial runs in a process of its own; times are processor time (user and system), memory is the peak resident set.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const dist = (path) => new URL(`../packages/xclr/dist/${path}`, import.meta.url).href;
const folder = process.env.TRIAL_FOLDER ?? mkdtempSync(join(tmpdir(), 'xclr-trials-'));
const csv = join(folder, 'million.csv');

function writeCsv() {
  const lines = ['image,caption,label,split'];
  for (let i = 0; i < 1_000_000; i++) {
    const caption = i % 7 === 0 ? `"a thing, ${i}, and ""another"" one"` : `a photograph of thing ${i}`;
    lines.push(`images/${i % 1000}/${String(i).padStart(9, '0')}.jpg,${caption},class-${i % 1000},train`);
  }
  writeFileSync(csv, `${lines.join('\n')}\n`);
}

/** A million cells are read, as opening a data set does: the caption of every row. */
const csvTrials = {
  'csv: ours': async () => {
    const { parseDelimited } = await import(dist('data/tables/delimited.js'));
    const table = parseDelimited(readFileSync(csv), ',', 'million.csv');
    let letters = 0;
    table.forEachRow((row) => {
      letters += table.cell(row, 1).length;
    });
    return letters;
  },
  'csv: udsv': async () => {
    const { inferSchema, initParser } = await import('udsv');
    const text = readFileSync(csv, 'utf8');
    const rows = initParser(inferSchema(text)).stringArrs(text);
    return rows.reduce((sum, row) => sum + row[1].length, 0);
  },
  'csv: csv-parse': async () => {
    const { parse } = await import('csv-parse/sync');
    return parse(readFileSync(csv), { from_line: 2 }).reduce((sum, row) => sum + row[1].length, 0);
  },
  'csv: papaparse': async () => {
    const { default: Papa } = await import('papaparse');
    return Papa.parse(readFileSync(csv, 'utf8'), { skipEmptyLines: true })
      .data.slice(1)
      .reduce((sum, row) => sum + row[1].length, 0);
  },
};

/** Another process tries to take a lock whose holder has computed for 15 s without a turn of the event loop. */
const lockTrials = {
  'lock: proper-lockfile': async () => {
    const { default: lockfile } = await import('proper-lockfile');
    const file = join(folder, 'locked');
    writeFileSync(file, '');
    await lockfile.lock(file, { onCompromised: () => undefined });
    return whileBusy(`import lockfile from 'proper-lockfile';
      await lockfile.lock(${JSON.stringify(file)}).then(() => console.log('stolen'), () => console.log('refused'));`);
  },
  'lock: ours': async () => {
    const { lockFile } = await import(dist('util/lock-file.js'));
    const file = join(folder, 'ours.lock');
    await lockFile(file);
    return whileBusy(`import { lockFile } from ${JSON.stringify(dist('util/lock-file.js'))};
      await lockFile(${JSON.stringify(file)}, { patienceMs: 0 }).then(() => console.log('stolen'), () => console.log('refused'));`);
  },
};

function whileBusy(program) {
  const until = Date.now() + 15_000;
  while (Date.now() < until);
  const options = { encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)) };
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], options).stdout.trim();
}

/** Tasks of 1 ms done by two threads while the main thread is busy for a second, as during a training step. */
const task = `const until = performance.now() + 1; while (performance.now() < until);`;
const poolTrials = {
  'pool: piscina': async () => {
    const { Piscina } = await import('piscina');
    const file = join(folder, 'piscina-task.cjs');
    writeFileSync(
      file,
      `const { workerData } = require('node:worker_threads');
      const done = new Int32Array(workerData.done ?? workerData[1].done);
      module.exports = () => { ${task} Atomics.add(done, 0, 1); };`,
    );
    const done = new Int32Array(new SharedArrayBuffer(4));
    const pool = new Piscina({
      filename: file,
      minThreads: 2,
      maxThreads: 2,
      workerData: { done: done.buffer },
    });
    await pool.run();
    const before = Atomics.load(done, 0);
    const all = Promise.all(Array.from({ length: 512 }, () => pool.run()));
    await new Promise((next) => setTimeout(next, 5));
    const count = busySecond(done, before);
    await all;
    await pool.destroy();
    return count;
  },
  'pool: jobs sent ahead, as ours': async () => {
    const file = join(folder, 'ahead.cjs');
    writeFileSync(
      file,
      `const { parentPort, workerData } = require('node:worker_threads');
      parentPort.on('message', (jobs) => { for (const job of jobs) { ${task} Atomics.add(workerData, 0, 1); } parentPort.postMessage(jobs); });`,
    );
    const done = new Int32Array(new SharedArrayBuffer(4));
    const workers = [0, 1].map(() => new Worker(file, { workerData: done }));
    await Promise.all(workers.map((worker) => new Promise((ready) => worker.once('online', ready))));
    for (let i = 0; i < 128; i++) workers[i % 2].postMessage([1, 2, 3, 4]);
    const count = busySecond(done, 0);
    await Promise.all(workers.map((worker) => worker.terminate()));
    return count;
  },
};

function busySecond(done, before) {
  const until = performance.now() + 1000;
  while (performance.now() < until);
  return `${Atomics.load(done, 0) - before} tasks of 512`;
}

const trials = { ...csvTrials, ...lockTrials, ...poolTrials };
const name = process.argv[2];
if (process.env.TRIAL_FOLDER !== undefined && name in trials) {
  const result = await trials[name]();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const seconds = (userCPUTime + systemCPUTime) / 1e6;
  console.log(`${name}: ${result}; ${seconds.toFixed(2)} s, ${Math.round(maxRSS / 1e3)} MB`);
  process.exit();
}
writeCsv();
for (const trial of Object.keys(trials).filter((one) => name === undefined || one.startsWith(name))) {
  const environment = { ...process.env, TRIAL_FOLDER: folder };
  spawnSync(process.execPath, ['--max-old-space-size=4096', fileURLToPath(import.meta.url), trial], {
    stdio: 'inherit',
    env: environment,
  });
}
rmSync(folder, { recursive: true });
