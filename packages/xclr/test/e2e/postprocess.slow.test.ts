// Training on a faulty table, and on what an audit leaves of it: held-out images tell which is better.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { evaluateRun } from '../../src/evaluate/evaluate-run.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { runTraining } from '../../src/train/session.js';
import { temporaryFolder } from '../train/make.js';
import { plantFaults, putShop, writeTable } from './make-shop.js';

const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));
const folder = temporaryFolder();
const list = join(folder, 'audit.jsonl');
let table = '';

beforeAll(async () => {
  table = writeTable(
    join(folder, 'faulty.csv'),
    plantFaults(await putShop(folder, { train: 160, test: 80 })).rows,
  );
  const out = join(folder, 'audit.html');
  execFileSync(
    process.execPath,
    [launcher, 'graph', 'audit', table, '--text-encoder', 'wordnet', '--out', out, '--exclude', list],
    { cwd: folder, stdio: 'pipe' },
  );
});

it.each([0, 1, 2])(
  'training without what the audit found is better on held-out data, seed %i',
  async (seed) => {
    const [faulty, postprocessed] = [
      await measured(`faulty-${seed}`, seed, {}, {}),
      await measured(`postprocessed-${seed}`, seed, { exclude: list }, { postprocess: { center: true } }),
    ];
    console.log(
      `seed ${seed}: faulty ${JSON.stringify(faulty)}, postprocessed ${JSON.stringify(postprocessed)}`,
    );
    expect(postprocessed.knn).toBeGreaterThan(faulty.knn);
    expect(postprocessed.alignment).toBeGreaterThan(faulty.alignment);
  },
);

/** Trains with some settings and measures on the test images. */
async function measured(name: string, seed: number, data: object, graph: object) {
  const run = join(folder, name);
  const config = resolveTrainConfig({
    base: {
      run,
      seed,
      data: { path: table, ...data },
      encoder: { name: 'resnet18', stem: 'standard', width: 0.125 },
      views: { size: 32, recipe: 'light' },
      graph: { kind: 'text', encoder: 'wordnet', temperature: 'auto', ...graph },
      optimizer: { name: 'adamw', lr: 0.003 },
      batchSize: 64,
      steps: 150,
      precision: 'float32',
      evaluation: {
        tasks: [
          { metric: 'knn', name: 'label', gallery: { split: 'train' }, queries: { split: 'test' } },
          { metric: 'alignment', name: 'test', samples: { split: 'test' } },
        ],
      },
    },
  });
  const { run: trained } = await runTraining(config);
  const { features } = await evaluateRun(trained, { checkpoint: 'last' });
  return { knn: features.knn_label!.value!, alignment: features.alignment_test!.value! };
}
