// Two hundred thousand samples through the loader, decoded and packed: resident memory stays where it was.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { launchEnvironment, thisMachine } from '../../src/cli/environment.js';
import { openDataset } from '../../src/data/open.js';
import { packDataset } from '../../src/data/packed/pack.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from './make.js';

const distinct = 500;
const samples = 200_000;
/**
 * MB. Decoders' buffers wait for three threads' garbage collections, so the figures swing by some 50; what a collection
 * brings them back to is what is kept. Keeping every batch's pixels would add 400, a kilobyte a sample 100 to 180.
 */
const [mostKept, mostSwing] = [40, 100];

async function smallJpegs(): Promise<string> {
  const root = temporaryFolder();
  for (let i = 0; i < distinct; i++) {
    const random = new Random(i);
    const noise = Uint8Array.from({ length: 16 * 12 * 3 }, () => random.below(256));
    const image = sharp(noise, { raw: { width: 16, height: 12, channels: 3 } }).resize(48, 36);
    put(join(root, `class-${i % 5}`, `${i}.jpg`), await image.jpeg().toBuffer());
  }
  return root;
}

/** Megabytes resident after each tenth of the samples; every image comes many times under other indices. */
function residentBy(source: string): number[] {
  const module = new URL('../../dist/data/index.js', import.meta.url).href;
  const program = `
    const { openDataset, openImages, Loader } = await import('${module}');
    const dataset = await openDataset('${source}');
    const store = openImages(dataset, { size: 24, workers: 2, cacheBytes: 0 });
    const indices = Int32Array.from({ length: ${samples} }, (_, i) => i % dataset.samples.length);
    const loader = new Loader(store, { indices, batchSize: 250 });
    const resident = [];
    let seen = 0;
    for await (const batch of loader.epoch({ epoch: 0 })) {
      seen += batch.indices.length;
      if (seen % ${samples / 10} === 0) resident.push(process.memoryUsage().rss / 1e6);
    }
    await store[Symbol.asyncDispose]();
    console.log(JSON.stringify(resident));`;
  const script = put(join(temporaryFolder(), 'stream.mjs'), program); // threads do not start from a program given by -e
  const env = launchEnvironment(process.env, thisMachine()); // the allocator that every command runs with
  return JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8', env })) as number[];
}

describe('memory stays flat over 200,000 samples', () => {
  it.each(['decoded', 'packed'])('%s', async (kind) => {
    const root = await smallJpegs();
    const source = kind === 'decoded' ? root : `${root}-packed`;
    if (kind === 'packed') await packDataset(await openDataset(root), source, { size: 24 });
    const resident = residentBy(source);
    console.log(`${kind}: ${resident.map((megabytes) => megabytes.toFixed(0)).join(' ')} MB`);
    expect(resident).toHaveLength(10);
    const [firstHalf, secondHalf] = [resident.slice(0, 5), resident.slice(5)];
    expect(Math.min(...secondHalf) - Math.min(...firstHalf)).toBeLessThan(mostKept);
    expect(Math.max(...resident) - Math.min(...resident)).toBeLessThan(mostSwing);
  });
});
