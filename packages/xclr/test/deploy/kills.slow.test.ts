// Killed (-9) at random moments while it writes embeddings, an index and an export: the old state or the new.
// XCLR_KILLS: how often each; 30 by default, an export half as often, for it takes longest.
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
const times = Number(process.env.XCLR_KILLS ?? 30);
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
  for (let i = 0; i < times; i++) {
    if (i % 6 === 5)
      for (const name of readdirSync(folder))
        if (name.startsWith('cut.npy')) rmSync(join(folder, name), { recursive: true });
    if (await killed(span, ...embed('cut.npy'))) kills++;
  }
  await whole(...embed('cut.npy'));
  console.log(`embed: ${kills} of ${times} were killed before they ended`);
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
  for (let i = 0; i < times; i++) {
    const before = await idsOf('shop');
    const full = before.length === all.length;
    if (full ? await killedWriting('shop', ...remove) : await killedWriting('shop', ...add)) kills++;
    const after = await idsOf('shop');
    expect([all, rest]).toContainEqual(after);
    if (after.length !== before.length) changes++;
  }
  console.log(`index: ${kills} of ${times} were killed before they ended, ${changes} changes went through`);
});

it('index build: in place of an index, the old one or the new one is there; the first time, one or none', async () => {
  await whole('embed', run.path, manifest, 'all.parquet');
  await whole('index', 'build', 'built', 'all.parquet', '--hnsw-above', '1');
  const all = await idsOf('built');
  const breadthOf = () =>
    Number(/"ef":(\d+)/.exec(readFileSync(join(folder, 'built/index.json'), 'utf8'))![1]);
  let kills = 0;
  let changes = 0;
  for (let i = 0; i < times; i++) {
    const [before, next] = [breadthOf(), 100 + i];
    const build = ['index', 'build', 'built', 'all.parquet', '--hnsw-above', '1', '--ef', String(next)];
    if (await killedWriting('built', ...build)) kills++;
    expect(await idsOf('built')).toEqual(all);
    expect([before, next]).toContain(breadthOf());
    if (breadthOf() === next) changes++;
  }
  await whole('index', 'add', 'built', 'all.parquet'); // whatever was left behind is cleared, and nothing is in the way
  expect(
    readdirSync(join(folder, 'built')).filter((name) => name.startsWith('segment-')).length,
  ).toBeLessThan(4);
  console.log(
    `index build: ${kills} of ${times} were killed before they ended, ${changes} builds went through`,
  );
});

/** A database with pgvector that may be used: a new table is made in it. */
const postgres = process.env.XCLR_TEST_POSTGRES;

it.skipIf(postgres === undefined)(
  'index build, add and remove in PostgreSQL: the old state or the new',
  async () => {
    const at = ['--postgres', postgres!];
    await whole('embed', run.path, manifest, 'all.parquet');
    await whole('index', 'build', 'xclr_kills', 'all.parquet', ...at);
    const ids = async () => {
      await using index = await openIndex('xclr_kills', { postgres });
      const found: string[] = [];
      for await (const { items } of index.entries()) found.push(...items.map(({ id }) => id));
      expect(found).toHaveLength(index.size);
      return found.sort();
    };
    const all = await ids();
    const rest = all.filter((_, i) => i % 2 === 1);
    writeFileSync(join(folder, 'half.txt'), all.filter((_, i) => i % 2 === 0).join('\n'));
    const span = await whole('index', 'info', 'xclr_kills', ...at);
    let kills = 0;
    for (let i = 0; i < times; i++) {
      const change = [
        ['index', 'build', 'xclr_kills', 'all.parquet', ...at],
        ['index', 'remove', 'xclr_kills', '--ids', 'half.txt', ...at],
        ['index', 'add', 'xclr_kills', 'all.parquet', ...at],
      ][i % 3]!;
      if (await killed(1.3 * span, ...change)) kills++;
      expect([all, rest]).toContainEqual(await ids());
    }
    console.log(`PostgreSQL: ${kills} of ${times} were killed before they ended`);
  },
);

/** Sorted; every item has its vector, or reading them would fail. */
async function idsOf(name: string): Promise<string[]> {
  await using index = await openIndex(join(folder, name));
  const ids: string[] = [];
  for await (const { items } of index.entries()) ids.push(...items.map(({ id }) => id));
  expect(ids).toHaveLength(index.size);
  return ids.sort();
}

it('export: whole or not at all', async () => {
  // Without measuring: what is written is the same, and most of the time would go into the measures.
  const how = ['--formats', 'float32,float16', '--no-measure'];
  const span = await whole('export', run.path, 'exported', ...how);
  const files = readdirSync(join(folder, 'exported'), { recursive: true }).sort();
  const exports = Math.ceil(times / 2);
  let kills = 0;
  let finished = 0;
  for (let i = 0; i < exports; i++) {
    const out = join(folder, 'cut');
    if (await killed(span, 'export', run.path, out, ...how)) kills++;
    if (!existsSync(out)) continue;
    finished++;
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(files);
    expect(readFileSync(join(out, 'onnx/model.onnx'))).toEqual(
      readFileSync(join(folder, 'exported/onnx/model.onnx')),
    );
    rmSync(out, { recursive: true });
  }
  console.log(`export: ${kills} of ${exports} were killed before they ended, ${finished} were finished`);
});
