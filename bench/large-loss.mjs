// Loss and gradient of 4,096, 16,384 and 65,536 views: by strips, from the whole matrix, and as PyTorch does them from the whole matrix; a
// process a case, in turn, one thread. The whole matrix is left out where it would not fit. One round above 10,000 views: they take minutes.
import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import { allocator, allocatorName, file, python } from './lib/environment.mjs';
import { rotated, spread } from './lib/statistics.mjs';

const sizes = [4096, 16_384, 65_536];
/** MiB above the inputs that strips may take, however many views there are. */
const limit = 300;
/** Of the matrices that a whole loss holds at a time, in both programs. */
const wholeBytes = (views) => 12 * 4 * views ** 2;

const forms = {
  strips: ['strips', undefined],
  'strips, tcmalloc': ['strips', allocator],
  'whole matrix': ['whole', undefined],
  'PyTorch, whole matrix': ['peer', undefined],
};

/** The last of so many rounds in one process: the first of them loads what is loaded once. */
function measure(form, views, rounds) {
  const [how, preload] = forms[form];
  const [command, ...args] =
    how === 'peer'
      ? [python, file('peer/large_loss.py'), views, rounds, 1]
      : [process.execPath, file('workers/large-loss.mjs'), views, how, rounds];
  const env = { ...process.env, OMP_NUM_THREADS: '1', LD_PRELOAD: preload ?? '' };
  const { status, stdout, stderr } = spawnSync(command, args.map(String), { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`large-loss, ${form}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

export { largeLossTable as table } from './lib/tables.mjs';

/** @returns rows as bench/results/large-loss.json keeps them */
export async function run({ rounds, log }) {
  return sizes.flatMap((views) => {
    const large = views > 10_000;
    const chosen = Object.keys(forms).filter(
      (form) =>
        (form !== 'strips, tcmalloc' || /tcmalloc/.test(allocatorName ?? '')) &&
        (forms[form][0] === 'strips' || wholeBytes(views) < freemem()),
    );
    const runs = Object.fromEntries(chosen.map((form) => [form, []]));
    for (let round = 0; round < (large ? 1 : rounds); round++)
      for (const form of rotated(chosen, round)) {
        const figures = measure(form, views, large ? 1 : 2);
        runs[form].push(figures);
        log(
          `  ${views} views, ${form}: ${figures.processors.toFixed(2)} s of processors, ${figures.mebibytes.toFixed(0)} MiB above the inputs`,
        );
      }
    return chosen.map((form) => {
      const of = (key) => spread(runs[form].map((figures) => figures[key]));
      const mebibytes = of('mebibytes');
      if (forms[form][0] === 'strips' && mebibytes.max > limit)
        log(`  ${views} views, ${form}: ${mebibytes.max.toFixed(0)} MiB are over the limit of ${limit} MiB`);
      return { views, form, processors: of('processors'), seconds: of('seconds'), mebibytes, limit };
    });
  });
}
