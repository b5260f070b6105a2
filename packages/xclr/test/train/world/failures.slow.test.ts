// What goes wrong in a training of several processes: one is killed, stops, is cut off, never comes, cannot write; and how it resumes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInfo } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../../../src/train/metrics-log.js';
import { RunFolder } from '../../../src/train/run-folder.js';
import { putDataset, smallConfig, temporaryFolder } from '../make.js';
import {
  type Ended,
  main,
  runTogether,
  type Started,
  start,
  startTraining,
  variablesOf,
} from './processes.js';

const folder = temporaryFolder();
const steps = 16;
let manifest = '';
let settings = '';

/** A settings file for 8 images a step in so many processes, with a checkpoint after every step. */
function settingsFor(size: number, name: string, changes: Record<string, unknown> = {}): string {
  const { run: _, ...config } = smallConfig(manifest, join(folder, 'unused'), {
    batchSize: 8 / size,
    steps,
    checkpointEvery: { steps: 1, minutes: null },
    ...changes,
  });
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  settings = settingsFor(2, 'two');
});

const stepsOf = (run: string): number =>
  existsSync(join(run, 'metrics.jsonl')) ? readMetrics(new RunFolder(run)).length : 0;

async function hasSteps(run: string, count: number, started: readonly Started[]): Promise<void> {
  let over: Ended | undefined;
  for (const { ended } of started) ended.then((end) => (over ??= end));
  while (stepsOf(run) < count) {
    if (over !== undefined) throw new Error(`a process ended before step ${count}: ${over.out}${over.err}`);
    await sleep(20);
  }
}

const weightsOf = (run: string): Buffer =>
  readFileSync(join(run, 'checkpoints', 'last', 'model.safetensors'));

/** Weights of a run of so many processes that nothing happened to. */
async function weightsOfWhole(
  size: number,
  name = 'whole',
  changes: Record<string, unknown> = {},
): Promise<Buffer> {
  const run = join(folder, `${name}-${size}`);
  if (!existsSync(run)) {
    const file = settingsFor(size, `${name}-${size}`, changes);
    for (const { code, err } of await runTogether(size, ['--config', file, '--run', run]))
      expect(code, err).toBe(0);
  }
  return weightsOf(run);
}

/** Seconds that the others may take to end; five where the cores are free. */
const soon = 5 * Number(process.env.XCLR_TEST_PATIENCE ?? 2);

/** What those that are left say, and how long after `began` they ended. */
async function survivorsOf(
  started: readonly Started[],
  lost: number,
  began: number,
): Promise<{ err: string; seconds: number }[]> {
  const ends = await Promise.all(started.filter((_, rank) => rank !== lost).map(({ ended }) => ended));
  for (const { code, err } of ends) expect(code, err).toBe(75);
  return ends.map(({ err, at }) => ({ err, seconds: (at - began) / 1000 }));
}

describe.each([2, 4])('%i processes', (size) => {
  const file = () => settingsFor(size, `of-${size}`);

  it.each(Array.from({ length: size }, (_, rank) => rank))(
    'when rank %i is killed (-9), the others name it and end, and the run resumes bit for bit',
    async (victim) => {
      const run = join(folder, `killed-${size}-${victim}`);
      const started = await startTraining(size, ['--config', file(), '--run', run]);
      await hasSteps(run, 3, started);
      const began = performance.now();
      started[victim]!.child.kill('SIGKILL');
      for (const { err, seconds } of await survivorsOf(started, victim, began)) {
        expect(err).toMatch(
          new RegExp(`rank ${victim} \\(host .*, process ${started[victim]!.child.pid}\\)`),
        );
        expect(err).toContain('does not answer any more');
        expect(err).toContain('--resume');
        expect(seconds).toBeLessThan(soon);
      }
      for (const { code, err } of await runTogether(size, ['--resume', '--run', run]))
        expect(code, err).toBe(0);
      expect(weightsOf(run).equals(await weightsOfWhole(size))).toBe(true);
      expect(readMetrics(new RunFolder(run)).map(({ step }) => step)).toEqual(
        Array.from({ length: steps }, (_, i) => i + 1),
      );
    },
  );
});

// With what a run may keep besides, and with what it may leave out: the average of the weights, and the inside of blocks.
it.each([
  ['', {}],
  [', with an average of the weights', { emaDecay: 0.9, checkpointActivations: true }],
])(
  'Ctrl-C on one process stops both after the same step, and the run resumes bit for bit%s',
  async (_, changes) => {
    const name = `interrupted-${Object.keys(changes).length}`;
    const run = join(folder, name);
    const started = await startTraining(2, ['--config', settingsFor(2, name, changes), '--run', run]);
    await hasSteps(run, 2, started);
    started[1]!.child.kill('SIGINT');
    const ends = await Promise.all(started.map(({ ended }) => ended));
    const said = ends.map(({ err }) => err).join('\n');
    expect(
      ends.map(({ code }) => code),
      said,
    ).toEqual([130, 130]);
    expect(ends[0]!.out).toContain(`xclr train --resume --run ${run}`);
    const done = stepsOf(run);
    expect(done).toBeLessThan(steps);
    const resumed = await runTogether(2, ['--resume', '--run', run]);
    for (const { code, err } of resumed) expect(code, err).toBe(0);
    expect(resumed[0]!.err).toContain(`resuming from step ${done} of ${steps}`);
    expect(weightsOf(run).equals(await weightsOfWhole(2, `whole-${name}`, changes))).toBe(true);
  },
);

const impatient = { XCLR_COLLECTIVE_SECONDS: '3', XCLR_JOIN_SECONDS: '60' };

// Rank 0 keeps the store, which then answers nobody.
it.each([0, 1])(
  'rank %i that hangs (SIGSTOP) is named after the time that a collective may take',
  async (victim) => {
    const run = join(folder, `stopped-${victim}`);
    const started = await startTraining(2, ['--config', settings, '--run', run], { environment: impatient });
    await hasSteps(run, 3, started);
    const began = performance.now();
    started[victim]!.child.kill('SIGSTOP');
    const [other] = await survivorsOf(started, victim, began);
    started[victim]!.child.kill('SIGKILL');
    expect(other!.err).toMatch(
      new RegExp(`rank ${victim} \\(host .*\\)(, which keeps the store,)? does not answer any more`),
    );
    expect(other!.seconds).toBeGreaterThan(2);
    expect(other!.seconds).toBeLessThan(3 + soon);
  },
);

it('a broken image on one rank leaves the batches as large as ever, and no rank waits', async () => {
  const data = join(folder, 'broken');
  const table = await putDataset(data);
  writeFileSync(join(data, 'horse-1.png'), 'no image'); // in the batches of one rank
  const run = join(folder, 'with-broken');
  const args = ['--config', settings, '--data', table, '--run', run];
  const ends = await runTogether(2, args);
  for (const { code, err } of ends) expect(code, err).toBe(0);
  expect(stepsOf(run)).toBe(steps);
  // The rank that met it, or rank 0 at the end, says so.
  expect(ends.map(({ err }) => err).join()).toMatch(/horse-1|1 (image|of)/);
  const again = join(folder, 'with-broken-again');
  await runTogether(2, [...args.slice(0, -1), again]);
  expect(weightsOf(again).equals(weightsOf(run))).toBe(true);
});

it('a rank that never comes is named after the time to join', async () => {
  const variables = await variablesOf(2);
  const run = join(folder, 'lonely');
  const { code, err } = await start(main, ['train', '--config', settings, '--run', run], {
    ...variables(0),
    XCLR_JOIN_SECONDS: '3',
  }).ended;
  expect(code).toBe(75);
  expect(err).toMatch(/rank 1 of 2 did not come within 3 s; there are rank 0 \(host .*, process \d+\)/);
});

it('a port that is in use is named', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  const ends = await runTogether(2, ['--config', settings, '--run', join(folder, 'no-port')], {
    environment: { MASTER_PORT: String(port), XCLR_JOIN_SECONDS: '5' },
  });
  server.close();
  expect(ends[0]!.err).toContain(`port ${port} of this machine is in use`);
  for (const { code } of ends) expect(code).not.toBe(0);
});

const root = process.getuid?.() === 0;

/** Runs a command that needs root; false where it cannot. */
const can = (command: string, ...args: string[]): boolean =>
  root && spawnSync(command, args, { stdio: 'ignore' }).status === 0;

describe('a full disk on rank 0', () => {
  const disk = join(folder, 'small-disk');

  it('ends all processes with its reason', async (context) => {
    mkdirSync(disk);
    if (!can('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk))
      return context.skip('needs root, and a system that lets it mount');
    try {
      // The record fits, checkpoints do not.
      const run = join(disk, 'run');
      const [zero, one] = await runTogether(2, ['--config', settings, '--run', run]);
      expect(zero!.err).toMatch(/disk is full|no space/i);
      expect(zero!.code).not.toBe(0);
      expect(one!.err).toMatch(/rank 0 \(host .*\) stopped: .*(disk is full|no space)/i);
      expect(one!.code).toBe(75);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });
});

describe('a link that is cut', () => {
  const names = [0, 1].map((rank) => `xclr-${process.pid}-${rank}`);
  const ip = (...args: string[]) => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;

  it('ends both sides after the time that a collective may take; each names the other', async (context) => {
    if (!names.every((name) => can('ip', 'netns', 'add', name))) {
      for (const name of names) ip('netns', 'del', name);
      return context.skip('needs root, and a system that lets it make network namespaces');
    }
    const links = [`xa${process.pid % 10_000}`, `xb${process.pid % 10_000}`];
    const started: Started[] = [];
    try {
      const made =
        ip(
          'link',
          'add',
          links[0]!,
          'netns',
          names[0]!,
          'type',
          'veth',
          'peer',
          'name',
          links[1]!,
          'netns',
          names[1]!,
        ) &&
        [0, 1].every(
          (rank) =>
            ip('-n', names[rank]!, 'addr', 'add', `10.77.0.${rank + 1}/24`, 'dev', links[rank]!) &&
            ip('-n', names[rank]!, 'link', 'set', 'lo', 'up') &&
            ip('-n', names[rank]!, 'link', 'set', links[rank]!, 'up'),
        );
      if (!made) return context.skip('this system has no virtual links');
      const run = join(folder, 'cut');
      const variables = await variablesOf(2);
      for (const rank of [0, 1])
        started.push(
          start(
            main,
            ['train', '--config', settings, '--run', run],
            {
              ...variables(rank),
              ...impatient,
              // Two machines, as far as they can see.
              ...{ MASTER_ADDR: '10.77.0.1', LOCAL_RANK: '0', LOCAL_WORLD_SIZE: '1' },
            },
            ['ip', 'netns', 'exec', names[rank]!],
          ),
        );
      await hasSteps(run, 3, started);
      const began = performance.now();
      ip('-n', names[1]!, 'link', 'set', links[1]!, 'down');
      const ends = await Promise.all(started.map(({ ended }) => ended));
      for (const [rank, { code, err, at }] of ends.entries()) {
        expect(code, err).toBe(75);
        expect(err).toMatch(new RegExp(`rank ${1 - rank} \\(host `));
        expect((at - began) / 1000).toBeLessThan(3 + soon); // whom the store does not answer asks it for two more
      }
    } finally {
      for (const { child } of started) child.kill('SIGKILL');
      for (const name of names) ip('netns', 'del', name);
    }
  });
});

describe('torchrun', () => {
  /** A Python whose torchrun starts a program at all, which that of Debian's torch 1.13 does not. */
  const findPython = () =>
    [process.env.XCLR_TEST_PYTHON, 'python3', '/usr/bin/python3'].find(
      (name) =>
        name !== undefined &&
        spawnSync(name, ['-m', 'torch.distributed.run', '--nproc_per_node', '1', '--no_python', 'true'], {
          stdio: 'ignore',
        }).status === 0,
    );

  /** Whether torchrun's own store, which still has the keys of the first start in the second, speaks as LibTorch does here. */
  const sameVersion = (python: string) => {
    const { stdout } = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    return stdout.trim().split('+')[0] === buildInfo().builtFor.split('+')[0];
  };

  it('starts all again where one fails: stale keys of the first start do no harm, and the run resumes bit for bit', async (context) => {
    const python = findPython();
    if (python === undefined)
      return context.skip('no python3 with a torchrun that works is found; XCLR_TEST_PYTHON may name one');
    const run = join(folder, 'torchrun');
    const once = join(folder, 'failed-once');
    // Rank 1 kills itself in its first life, after some steps.
    const script = join(folder, 'life.sh');
    writeFileSync(
      script,
      `#!/bin/sh
if [ "$RANK" = 1 ] && [ ! -e '${once}' ]; then
  touch '${once}'
  '${process.execPath}' '${main}' "$@" & child=$!
  while [ "$(wc -l < '${run}/metrics.jsonl' 2>/dev/null || echo 0)" -lt 3 ]; do sleep 0.05; done
  kill -9 $child; wait $child; exit 9
fi
exec '${process.execPath}' '${main}' "$@"
`,
      { mode: 0o755 },
    );
    // Underscores: dashes are understood from 2.0 on alone.
    const args = [
      '-m',
      'torch.distributed.run',
      '--nproc_per_node',
      '2',
      '--max_restarts',
      '1',
      '--no_python',
      '--', // torchrun takes --run for its own --run-path
    ];
    const train = [script, 'train', '--config', settings, '--run', run];
    // Where LibTorch is of another version, torchrun's own store does not understand it, and rank 0 keeps one of its own.
    const own = sameVersion(python) ? {} : { TORCH_DISABLE_SHARE_RDZV_TCP_STORE: '1' };
    const ended = await start('', [], own, [python, ...args, ...train]).ended;
    expect(ended.code, ended.err).toBe(0);
    expect(existsSync(once)).toBe(true);
    expect(ended.err).toContain('resuming from step');
    expect(stepsOf(run)).toBe(steps);
    expect(weightsOf(run).equals(await weightsOfWhole(2))).toBe(true);
  });
});
