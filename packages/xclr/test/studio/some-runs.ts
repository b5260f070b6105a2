// Run folders for tests of the runs view: some that differ, one whose names are HTML, one that is broken.
import { join } from 'node:path';
import { payload } from '../pages/small-set.js';
import { fakeRun, put } from './make.js';

const hostile = payload.replaceAll('/', '∕'); // a file's name holds no slash

/** @returns the folder that holds them */
export function someRuns(folder: string): string {
  const runs = join(folder, 'runs');
  for (const seed of [0, 1, 2])
    fakeRun(join(runs, `run-${seed}`), {
      seed,
      lr: 0.001 * (seed + 1),
      method: seed === 2 ? 'simclr' : 'xclr',
      evaluation: { knn_label: 0.5 + seed / 10 },
      notices: ['starts from random weights'],
    });
  const path = fakeRun(join(runs, hostile), { seed: 3, data: payload, method: payload, notices: [payload] });
  const skipped = [
    { where: payload, reason: `no image: ${payload}` },
    { where: 'images.csv:9', reason: payload, warning: true },
  ];
  put(join(path, 'skipped.jsonl'), skipped.map((line) => `${JSON.stringify(line)}\n`).join(''));
  put(join(runs, 'broken/config.json'), '{');
  put(join(runs, 'broken/metrics.jsonl'), '{"step":1');
  return runs;
}
