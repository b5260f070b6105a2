// node bench/large-loss.mjs [N…]: loss and gradient of 4,096, 16,384 and 65,536 views (or of N) by strips, from the whole matrix, and as PyTorch
// does them from the whole matrix: a process a case, in turn, three rounds (one where a round takes minutes), one thread. XCLR_BENCH_PYTHONS
// names pythons with torch, separated by colons; /usr/bin/python3 by default. The whole matrix is left out where it would not fit.
import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';

const sizes = process.argv.slice(2).map(Number);
const pythons = (process.env.XCLR_BENCH_PYTHONS ?? '/usr/bin/python3').split(':');
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The last of so many rounds in one process: the first of them loads what is loaded once. */
function run(form, views, rounds) {
  const node = form === 'strips' || form === 'whole matrix';
  const [command, ...args] = node
    ? [process.execPath, path('strips.mjs'), views, form === 'strips' ? 'strips' : 'naive', rounds, 'json']
    : [form, path('peer/large_loss.py'), views, rounds, '1'];
  const { status, stdout, stderr } = spawnSync(command, args.map(String), {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  if (status !== 0) throw new Error(stderr);
  const { torch, ...figures } = JSON.parse(stdout.trim().split('\n').at(-1));
  return { form: node ? `xclr, ${form}` : `PyTorch ${torch}, whole matrix`, views, ...figures };
}

for (const views of sizes.length === 0 ? [4096, 16_384, 65_536] : sizes) {
  const turns = views > 10_000 ? 1 : 3;
  const needed = 12 * 4 * views ** 2;
  const whole = needed < freemem() ? ['whole matrix', ...pythons] : [];
  if (whole.length === 0)
    console.log(`${views} views: a whole matrix needs about ${(needed / 2 ** 30).toFixed(0)} GiB`);
  for (let turn = 0; turn < turns; turn++) {
    for (const form of ['strips', ...whole]) {
      const row = run(form, views, views > 10_000 ? 1 : 2);
      console.log(
        `${row.views} views, ${row.form}: ${row.seconds.toFixed(2)} s, ${row.processors.toFixed(2)} s of processors, ${row.mebibytes.toFixed(0)} MiB above the inputs`,
      );
    }
  }
}
