// A short training run by the product's own trainer; says how much of it went into waiting for images.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveTrainConfig } from '../../packages/xclr/dist/train/config.js';
import { readMetrics } from '../../packages/xclr/dist/train/metrics-log.js';
import { runTraining } from '../../packages/xclr/dist/train/session.js';
import { answerLines } from '../lib/lines.mjs';

/** The first steps start threads and warm caches. */
const warmUp = 8;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

await answerLines(async ({ path, size, batch, steps }) => {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-bench-'));
  try {
    const config = resolveTrainConfig({
      base: {
        run: join(folder, 'run'),
        data: { path, train: {}, fractions: { train: 1, validation: 0, test: 0 } },
        method: 'simclr',
        encoder: { name: 'resnet18' },
        views: { size },
        batchSize: batch,
        steps: warmUp + steps,
        cacheMiB: 0,
        logEvery: 1,
      },
    });
    const ends = [];
    const { run } = await runTraining(config, { onStep: () => ends.push(performance.now()) });
    const rows = readMetrics(run).slice(warmUp, -1); // the last step is followed by the checkpoint
    const wall = (ends.at(-2) - ends[warmUp - 1]) / 1000 / rows.length;
    const [data, step] = [mean(rows.map((row) => row.dataSeconds)), mean(rows.map((row) => row.stepSeconds))];
    return { wait: data / step, rest: 1 - (step - data) / wall, viewsPerSecond: (2 * batch) / wall };
  } finally {
    rmSync(folder, { recursive: true });
  }
});
