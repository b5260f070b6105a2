// What happens to trainings, comparisons and servers in real life: two at once, kills, Ctrl-C, a full disk, a clock set back.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { XclrClient } from '../../src/deploy/serve/index.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { newestWhole } from '../../src/train/whole-checkpoint.js';
import { smallPlan } from '../compare/make.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const launcher = fileURLToPath(new URL('../../bin/xclr.js', import.meta.url));
/** Without the process that starts it, for what is told a process by its id. */
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves when the output matches. @throws when the process ends first */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** Resolves when nothing holds its output any more: neither the process nor one that it started. */
  readonly gone: Promise<number | null>;
}

function start(script: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const gone = once(child, 'close').then(([code]) => code as number | null);
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of waiting) look();
    });
  const until = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(text) && resolve();
      waiting.push(look);
      look();
      void gone.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${text}`)));
    });
  return { child, output: () => text, until, gone };
}

const settings = [
  ...['--encoder', 'resnet18', '--width', '0.125', '--size', '32', '--recipe', 'light'],
  ...[
    '--text-encoder',
    'wordnet',
    '--graph-temperature',
    'auto',
    '--batch-size',
    '8',
    '--precision',
    'float32',
  ],
  ...['--threads', '1', '--workers', '1', '--log-every', '1', '--checkpoint-every-steps', '1'],
];
const training = (run: string, steps: number) =>
  ['train', '--data', manifest, '--run', run, '--steps', String(steps), ...settings] as const;
const last = (run: string) => join(folder, run, 'checkpoints', 'last');
/** Resolves when a run has saved step `step` or a later one. */
async function saved(run: string, step: number): Promise<void> {
  while ((existsSync(last(run)) ? (newestWhole(last(run))?.step ?? 0) : 0) < step)
    await new Promise((next) => setTimeout(next, 30));
}

/** Resumes a run, which saves a step more and is then stopped. */
async function resumes(run: string): Promise<void> {
  const { step } = newestWhole(last(run))!;
  const resumed = start(main, 'train', '--resume', '--run', run);
  await Promise.race([saved(run, step + 1), resumed.gone]);
  resumed.child.kill('SIGTERM');
  expect(await resumed.gone, resumed.output()).toBe(143);
  expect(resumed.output()).toContain(`resuming from step ${step} of`);
}

describe('two trainings in one folder', () => {
  it('are one: the second is refused with the process and the host of the first', async () => {
    const first = start(main, ...training('shared', 100_000));
    await saved('shared', 2);
    const refused = new RegExp(`is being trained in by process ${first.child.pid} on host ${hostname()}`);
    for (const args of [training('shared', 100_000), ['train', '--resume', '--run', 'shared']]) {
      const second = start(launcher, ...args);
      expect(await second.gone).toBe(1);
      expect(second.output()).toMatch(refused);
      expect(second.output()).not.toMatch(/\n {4}at /);
    }
    first.child.kill('SIGTERM');
    expect(await first.gone).toBe(143);
    const steps = readMetrics(RunFolder.open(join(folder, 'shared'))).map(({ step }) => step);
    expect(steps).toEqual(steps.map((_, i) => i + 1)); // each once, in order
  });
});

describe('kill -9 of the process that the user sees', () => {
  it('ends a training, which saves, and resumes', async () => {
    const run = start(launcher, ...training('killed', 100_000));
    await saved('killed', 2);
    run.child.kill('SIGKILL');
    await run.gone;
    await resumes('killed');
    const left = readdirSync(join(folder, 'killed', 'checkpoints')).filter((name) => name.endsWith('.tmp'));
    expect(left).toEqual([]);
  });

  it('ends a distillation', async () => {
    await runTraining(smallConfig(manifest, join(folder, 'teacher'), { steps: 2 }));
    const student = ['--into', 'mobilenet_v3_small', '--width', '0.25', '--steps', '100000'];
    const run = start(launcher, 'distill', 'teacher', ...student, '--run', 'student');
    await run.until(/learns from|step|views\/s|training:/);
    run.child.kill('SIGKILL');
    await run.gone;
  });

  it('ends a comparison', async () => {
    const plan = smallPlan(folder, manifest);
    const run = start(launcher, 'compare', plan, '--out', 'compared', '--set', 'steps=100000');
    await run.until(/cell 1 of/);
    run.child.kill('SIGKILL');
    await run.gone;
  });

  it('ends a server, and the processes that decode for it', async () => {
    await runTraining(smallConfig(manifest, join(folder, 'served'), { steps: 2 }));
    const run = start(launcher, 'serve', 'served', '--port', '0', '--threads', '1');
    await run.until(/listening on (\S+)/);
    const [, url] = /listening on (\S+)/.exec(run.output())!;
    await new XclrClient(url!).embed(readFileSync(join(folder, 'data', 'cat-0.png')));
    run.child.kill('SIGKILL');
    await run.gone;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});

describe('Ctrl-C while checkpoints are written', () => {
  it('leaves a complete one, however often, and the end is that of a run without', async () => {
    await runTraining(smallConfig(manifest, join(folder, 'undisturbed'), { steps: 8 }));
    const steps = ['--steps', '8', '--lr', '0.001', '--optimizer', 'adamw', '--stem', 'standard'];
    let args: readonly string[] = [...training('disturbed', 8), ...steps];
    for (let stops = 0; stops < 2; stops++) {
      const run = start(main, ...args);
      await saved('disturbed', 2 * stops + 1); // it saves after every step: the signal meets a write, or the step after
      run.child.kill('SIGINT');
      expect(await run.gone, run.output()).toBe(130);
      expect(newestWhole(last('disturbed'))!.path).toBe(last('disturbed'));
      args = ['train', '--resume', '--run', 'disturbed'];
    }
    expect(await start(main, ...args).gone).toBe(0);
    const weights = (run: string) => readFileSync(join(last(run), 'model.safetensors'));
    expect(weights('disturbed').equals(weights('undisturbed'))).toBe(true);
  });
});

const canLimit = spawnSync('prlimit', ['--version']).status === 0;

describe('a full disk', () => {
  it.skipIf(!canLimit)(
    'during a checkpoint is said, and the older checkpoint is left as it was',
    async () => {
      const run = start(main, ...training('full', 100_000));
      await saved('full', 2);
      // From now on no file may be longer than 20 kB, and writing more fails as on a full disk.
      execFileSync('prlimit', ['--pid', String(run.child.pid), '--fsize=20000:20000']);
      expect(await run.gone, run.output()).toBe(1);
      expect(run.output()).toMatch(
        /the disk is full: EFBIG[\s\S]*last \(step \d+\) is complete: xclr train --resume/,
      );
      expect(run.output()).not.toMatch(/\n {4}at /);
      expect(newestWhole(last('full'))!.path).toBe(last('full'));
      const names = readdirSync(join(folder, 'full', 'checkpoints'));
      expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await resumes('full');
    },
  );

  it('before the first checkpoint promises none', async () => {
    const script = 'ulimit -f 100; exec "$0" "$@"';
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', script, process.execPath, main, ...training('never', 10)],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status, stdout).toBe(1);
    expect(stderr).toMatch(/the disk is full: EFBIG[\s\S]*No checkpoint was saved yet: start again/);
    expect(stderr).not.toMatch(/complete/);
  });
});

describe('a clock that is set back', () => {
  it('changes neither what is learned nor when it is saved, and rows stay in order', async () => {
    const [plain, back] = [join(folder, 'plain'), join(folder, 'back')];
    await runTraining(smallConfig(manifest, plain));
    let now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now -= 3_600_000)); // an hour at every look
    let savedEarly = false;
    try {
      await runTraining(smallConfig(manifest, back, { checkpointEvery: { minutes: 1e-6 } }), {
        onStep: ({ step }) => {
          if (step === 3) savedEarly = existsSync(join(back, 'checkpoints', 'last'));
        },
      });
    } finally {
      clock.mockRestore();
    }
    expect(savedEarly).toBe(true);
    const weights = (run: string) => readFileSync(join(run, 'checkpoints', 'last', 'model.safetensors'));
    expect(weights(back).equals(weights(plain))).toBe(true);
    const rows = readMetrics(RunFolder.open(back));
    expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    for (const { stepSeconds, viewsPerSecond } of rows) {
      expect(stepSeconds).toBeGreaterThan(0);
      expect(viewsPerSecond).toBeGreaterThan(0);
    }
  });
});
