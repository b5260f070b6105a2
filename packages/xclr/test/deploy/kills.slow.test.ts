// Killed (-9) at a hundred random moments while it writes embeddings, an index and an export: the old state or the new.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { openIndex } from '../../src/deploy/search/index.js';
import type { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { Random } from '../../src/util/random.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();
const random = new Random(100);
let manifest = '';
let run: RunFolder;

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  ({ run } = await runTraining(smallConfig(manifest, join(folder, 'run'))));
});

const start = (...args: string[]) =>
  spawn(process.execPath, [command, ...args], { cwd: folder, stdio: 'ignore' });

async function whole(...args: string[]): Promise<number> {
  const began = performance.now();
  expect(await once(start(...args), 'close')).toEqual([0, null]);
  return performance.now() - began;
}

/** Starts the command and kills it somewhere within `span` ms; true if it was killed before it ended. */
async function killed(span: number, ...args: string[]): Promise<boolean> {
  const child = start(...args);
  const closed = once(child, 'close');
  await Promise.race([sleep(random.between(0.3 * span, 1.05 * span)), closed]);
  child.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  return signal === 'SIGKILL';
}

/**
 * Starts the command and kills it within 20 ms of the first file that it writes in `where`, or of the second, or the third, …: from before
 * anything is there to after all is. @returns whether that was before it ended
 */
async function killedWriting(where: string, ...args: string[]): Promise<boolean> {
  let left = random.between(0, 5);
  const watcher = watch(join(folder, where));
  const touched = new Promise<void>((resolve) => {
    watcher.on('change', (_, name) => {
      if (name !== 'lock' && --left < 0) resolve();
    });
  });
  const child = start(...args);
  const closed = once(child, 'close');
  await Promise.race([touched.then(() => sleep(random.between(0, 20))), closed]);
  child.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  watcher.close();
  return signal === 'SIGKILL';
}

it('embed: ends with the same bytes', async () => {
  const embed = (out: string) => ['embed', run.path, manifest, out, '--batch-size', '2'];
  const span = await whole(...embed('whole.npy'));
  let kills = 0;
  for (let i = 0; i < 34; i++) {
    if (i % 6 === 5)
      for (const name of readdirSync(folder))
        if (name.startsWith('cut.npy')) rmSync(join(folder, name), { recursive: true });
    if (await killed(span, ...embed('cut.npy'))) kills++;
  }
  await whole(...embed('cut.npy'));
  console.log(`embed: ${kills} of 34 were killed before they ended`);
  expect(readFileSync(join(folder, 'cut.npy')).equals(readFileSync(join(folder, 'whole.npy')))).toBe(true);
});

it('index: every change is whole', async () => {
  await whole('embed', run.path, manifest, 'all.parquet');
  await whole('index', 'build', 'shop', 'all.parquet');
  const all = await idsOf('shop');
  const half = all.filter((_, i) => i % 2 === 0);
  writeFileSync(join(folder, 'half.txt'), half.join('\n'));
  const remove = ['index', 'remove', 'shop', '--ids', 'half.txt'];
  const add = ['index', 'add', 'shop', 'all.parquet'];
  const rest = all.filter((id) => !half.includes(id));
  let kills = 0;
  let changes = 0;
  for (let i = 0; i < 33; i++) {
    const before = await idsOf('shop');
    const full = before.length === all.length;
    if (full ? await killedWriting('shop', ...remove) : await killedWriting('shop', ...add)) kills++;
    const after = await idsOf('shop');
    expect([all, rest]).toContainEqual(after);
    if (after.length !== before.length) changes++;
  }
  console.log(`index: ${kills} of 33 were killed before they ended, ${changes} changes went through`);
});

/** Sorted; every item has its vector, or reading them would fail. */
async function idsOf(name: string): Promise<string[]> {
  await using index = await openIndex(join(folder, name));
  const ids: string[] = [];
  for await (const { items } of index.entries()) ids.push(...items.map(({ id }) => id));
  expect(ids).toHaveLength(index.size);
  return ids.sort();
}

it('export: whole or not at all', async () => {
  const span = await whole('export', run.path, 'exported', '--max-knn-loss', '100');
  const files = readdirSync(join(folder, 'exported'), { recursive: true }).sort();
  let kills = 0;
  let finished = 0;
  for (let i = 0; i < 33; i++) {
    const out = join(folder, 'cut');
    if (await killed(span, 'export', run.path, out, '--max-knn-loss', '100')) kills++;
    if (!existsSync(out)) continue;
    finished++;
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(files);
    expect(readFileSync(join(out, 'onnx/model.onnx'))).toEqual(
      readFileSync(join(folder, 'exported/onnx/model.onnx')),
    );
    rmSync(out, { recursive: true });
  }
  console.log(`export: ${kills} of 33 were killed before they ended, ${finished} were finished`);
});
