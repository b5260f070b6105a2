// Killed (-9) at random moments while it saves after every step: at most the step under way is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readMetrics } from '../../src/train/metrics-log.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { newestWhole } from '../../src/train/whole-checkpoint.js';
import { Random } from '../../src/util/random.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const kills = 40;
const steps = 3 * kills;

it(`a training killed ${kills} times ends with the weights of one that was never killed`, async () => {
  const folder = temporaryFolder();
  const random = new Random(40);
  const manifest = await putDataset(join(folder, 'data'));
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const changes = { steps, checkpointEvery: { steps: 1 } };
  await runTraining(smallConfig(manifest, whole, changes));
  // The first step in this process, so that there is a run to resume whenever a kill comes.
  const stop = new AbortController();
  await runTraining(smallConfig(manifest, killed, changes), {
    stop: stop.signal,
    onStep: () => stop.abort(),
  });
  const last = join(killed, 'checkpoints', 'last');
  const at = () => newestWhole(last)?.step ?? 0;
  let done = 0;
  let tidy = 0;
  while (done < kills && at() < steps) {
    const before = at();
    const child = spawn(process.execPath, [command, 'train', '--resume', '--run', killed], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    // Once it has saved a step, within the time of the next two: about half of that is writing.
    while (child.exitCode === null && at() <= before) await sleep(5);
    await Promise.race([sleep(random.between(0, 150)), ended]);
    child.kill('SIGKILL');
    const [, signal] = (await ended) as [number | null, string | null];
    if (signal === 'SIGKILL') done++;
    expect(at()).toBeGreaterThan(before);
    if (readdirSync(join(killed, 'checkpoints')).every((name) => !name.endsWith('.tmp'))) tidy++;
  }
  const child = spawn(process.execPath, [command, 'train', '--resume', '--run', killed], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  const weights = (run: string) => readFileSync(join(run, 'checkpoints', 'last', 'model.safetensors'));
  expect(weights(killed).equals(weights(whole))).toBe(true);
  const rows = readMetrics(RunFolder.open(killed)).map(({ step }) => step);
  expect(rows).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
  expect(readdirSync(join(killed, 'checkpoints')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(existsSync(join(killed, '.lock'))).toBe(false);
  console.log(`${done} kills, ${done - tidy} of them while a checkpoint was written`);
});
