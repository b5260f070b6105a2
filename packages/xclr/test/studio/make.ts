// Run folders for the studio's tests: as training writes them, without the training.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export { put, temporaryFolder } from '../data/make.js';

export interface FakeRun {
  readonly method?: string;
  readonly seed?: number;
  readonly steps?: number;
  /** Rows of metrics; as many as there are steps by default. */
  readonly rows?: number;
  readonly lr?: number;
  readonly createdAt?: string;
  readonly data?: string;
  readonly dataPath?: string;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly evaluation?: Readonly<Record<string, number>>;
  readonly notices?: readonly string[];
}

/** One row as the trainer logs it. */
export function metricsRow(step: number, scale = 1): Record<string, number> {
  return {
    step,
    lr: 0.001,
    chanceLoss: 5.5,
    loss: 2 + 3 * scale * Math.exp(-step / 40),
    targetEntropy: 2,
    positiveMass: 0.3,
    gradNorm: 1,
    dataSeconds: 0.01,
    stepSeconds: 0.1,
    viewsPerSecond: 500,
    ...(step % 10 === 0 && { validationLoss: 2.5 + 3 * scale * Math.exp(-step / 40) }),
  };
}

/** Writes a run folder that ended. @returns the folder */
export function fakeRun(folder: string, options: FakeRun = {}): string {
  const { method = 'xclr', seed = 0, steps = 100, rows = steps, lr = 0.001, data = 'products' } = options;
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  const record = {
    format: 2,
    createdAt: options.createdAt ?? `2026-11-0${1 + (seed % 9)}T10:00:00.000Z`,
    data: { name: data, fingerprint: 'f', samples: 100, training: 80 },
    graph: 'caption similarity by wordnet, τ_s 0.3',
    chosen: [{ setting: 'optimizer.name', value: 'adamw', why: 'for short training' }],
    config: {
      method,
      seed,
      steps,
      batchSize: 8,
      run: folder,
      encoder: { name: 'resnet18' },
      optimizer: { name: 'adamw', lr },
      data: { path: options.dataPath ?? 'products.csv', train: { split: 'train' } },
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(record));
  const lines = Array.from({ length: rows }, (_, i) => JSON.stringify(metricsRow(i + 1, 1 + seed / 10)));
  writeFileSync(join(folder, 'metrics.jsonl'), lines.map((line) => `${line}\n`).join(''));
  if (options.status !== undefined)
    writeFileSync(join(folder, 'status.json'), JSON.stringify(options.status));
  if (options.notices !== undefined) {
    const said = options.notices.map((message) =>
      JSON.stringify({ at: '2026-11-01T10:00:00.000Z', message }),
    );
    writeFileSync(join(folder, 'notices.jsonl'), `${said.join('\n')}\n`);
  }
  if (options.evaluation !== undefined) {
    const features = Object.fromEntries(
      Object.entries(options.evaluation).map(([name, value]) => [name, { value }]),
    );
    writeFileSync(join(folder, 'evaluation.json'), JSON.stringify({ features }));
  }
  return folder;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The page that the studio serves, built where its sources changed: a second or two. */
export function buildPage(): void {
  execFileSync(process.execPath, [join(root, 'apps/studio/build.mjs')], { cwd: root });
}
