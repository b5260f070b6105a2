// Memory of the studio's own process while it serves a map of 100,000 images and thumbnails of many of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { writeParquet } from '../../src/deploy/embed/parquet-format.js';
import type { EmbeddingsAnswer, RunsAnswer } from '../../src/studio/wire.js';
import { Random } from '../../src/util/random.js';
import { buildPage, temporaryFolder } from './make.js';

const images = 300;
const rows = 100_000;
const columns = 8;

/** Photos that do not compress: noise of 320 × 320 pixels. */
async function putNoise(folder: string): Promise<string[]> {
  mkdirSync(folder);
  const random = new Random(0);
  const side = 320;
  const paths: string[] = [];
  for (let i = 0; i < images; i++) {
    const pixels = Uint8Array.from({ length: 3 * side * side }, () => random.uniform() * 256);
    const path = join(folder, `${i}.jpg`);
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .jpeg()
      .toFile(path);
    paths.push(path);
  }
  return paths;
}

function putEmbeddings(path: string, paths: readonly string[]): void {
  const random = new Random(1);
  const header = {
    kind: 'xclr embeddings 1',
    encoder: { name: 'made up', fingerprint: 'f', dimensions: columns },
    data: { name: 'made up', fingerprint: 'f' },
    shard: { index: 1, of: 1 },
  } as const;
  writeParquet(path, header, ['label'], (writer) => {
    for (let from = 0; from < rows; from += 1000) {
      const vectors = Float32Array.from({ length: 1000 * columns }, () => random.uniform() - 0.5);
      const items = Array.from({ length: 1000 }, (_, i) => ({
        id: `i${from + i}`,
        captions: [`thing ${from + i}`],
        image: { path: paths[(from + i) % images]! },
        columns: { label: `kind ${i % 40}` },
      }));
      writer.write({ items, vectors });
    }
    writer.finish();
  });
}

/** Most resident memory of a process so far, in MB. */
const peakOf = (pid: number): number => {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
};

function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'));
  return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
}

it.runIf(process.platform === 'linux')(
  'serves 100,000 points and their thumbnails in less than 200 MB',
  async () => {
    buildPage();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'maps'));
    putEmbeddings(join(folder, 'maps/many.parquet'), await putNoise(join(folder, 'images')));
    const program = `
      import { openStudio } from ${JSON.stringify(new URL('../../dist/studio/index.js', import.meta.url).href)};
      const studio = await openStudio([${JSON.stringify(join(folder, 'maps'))}], { port: 0, out: ${JSON.stringify(join(folder, 'out'))} });
      console.log(studio.url);
      process.stdin.on('end', () => studio.close()).resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const get = async (path: string) => {
        const url = new URL(path, line.toString().trim());
        // A busy machine may not take a connection within fetch's ten seconds.
        let answer = await fetch(url).catch(() => null);
        for (let more = 0; answer === null; more++)
          answer = await fetch(url).catch((error: unknown) => {
            if (more === 20) throw error;
            return null;
          });
        expect(answer.status, path).toBe(200);
        return answer;
      };
      const { sources } = (await (await get('/api/runs')).json()) as RunsAnswer;
      const source = sources[0]!.id;
      for (let times = 0; times < 3; times++) {
        const map = (await (await get(`/api/embeddings?source=${source}`)).json()) as EmbeddingsAnswer;
        expect(map.items).toHaveLength(rows);
      }
      let bytes = 0;
      for (const size of [64, 768]) {
        for (let from = 0; from < 3 * images; from += 10) {
          const one = async (i: number) =>
            (await (await get(`/api/item/thumbnail?source=${source}&id=i${i}&size=${size}`)).arrayBuffer())
              .byteLength;
          const sizes = await Promise.all(Array.from({ length: 10 }, (_, i) => one(from + i)));
          bytes += sizes.reduce((sum, size) => sum + size, 0);
        }
      }
      const own = peakOf(child.pid!);
      const beside = childrenOf(child.pid!).map(peakOf);
      console.log({ own, beside, thumbnails: bytes / 1e6 });
      expect(bytes).toBeGreaterThan(20e6); // more than is kept
      expect(beside).toHaveLength(2);
      expect(own).toBeLessThan(200);
    } finally {
      child.stdin.end();
      await once(child, 'close');
    }
  },
);
