// A comparison killed twenty times at random moments: the same numbers as one that was never killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Cell } from '../../src/compare/cell.js';
import { Random } from '../../src/util/random.js';
import { putDataset, temporaryFolder } from '../train/make.js';
import { smallPlan } from './make.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

it('is the same after twenty kills', async () => {
  const folder = temporaryFolder();
  const file = smallPlan(folder, await putDataset(join(folder, 'data')));
  const start = (out: string) =>
    spawn(
      process.execPath,
      [
        command,
        'compare',
        file,
        '--out',
        join(folder, out),
        '--seeds',
        '0,1,2',
        '--set',
        'checkpointEvery.steps=1',
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  const numbersOf = (out: string) =>
    Object.fromEntries(
      readdirSync(join(folder, out, 'cells')).map((name) => {
        const text = readFileSync(join(folder, out, 'cells', name), 'utf8');
        const { metrics, keys, units, settings, data } = JSON.parse(text) as Cell;
        return [name, { metrics, keys, units, settings, data }];
      }),
    );
  expect(await once(start('whole'), 'close')).toEqual([0, null]);
  const random = new Random(20);
  let kills = 0;
  while (kills < 20) {
    const child = start('killed');
    const closed = once(child, 'close');
    await Promise.race([once(child.stderr!, 'data'), closed]); // the first cell is begun
    await sleep(random.between(0, 1500));
    if (child.exitCode !== null) break; // done before twenty kills: then the moments were too late
    child.kill('SIGKILL');
    await closed;
    kills++;
  }
  console.log(`${kills} kills, ${Object.keys(numbersOf('killed')).length} cells done by then`);
  expect(kills).toBe(20);
  expect(await once(start('killed'), 'close')).toEqual([0, null]);
  expect(numbersOf('killed')).toEqual(numbersOf('whole'));
});
