// Verification: what is broken, where, and resuming after an interruption.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import type { Dataset, Sample } from '../../src/data/types.js';
import { verifyDataset } from '../../src/inspect/index.js';
import { readJsonLines } from '../../src/util/files.js';
import { put, putImages, temporaryFolder } from '../data/make.js';
import { image, putSet } from './make.js';

const listAt = () => join(temporaryFolder(), 'quarantine.jsonl');

describe('verifyDataset', () => {
  it('reports that every image can be decoded, and writes an empty list', async () => {
    const out = listAt();
    const dataset = await openDataset(await putSet());
    const result = await verifyDataset(dataset, { out });
    expect(result).toEqual({ done: 18, total: 18, broken: 0, finished: true, quarantined: [] });
    expect(readFileSync(out, 'utf8')).toBe('');
    expect(existsSync(`${out}.journal`)).toBe(false);
  });

  it('finds every kind of damage that an inspection cannot see, and the rest can be trained on', async () => {
    const manifest = await putSet({ broken: ['dog-1.png'] });
    const whole = await image('x.jpg', 64, 40);
    put(join(manifest, '..', 'cat-4.jpg'), whole.subarray(0, whole.length - 40)); // the last rows are missing
    put(join(manifest, '..', 'cat-5.jpg'), Buffer.concat([whole.subarray(0, 30), Buffer.alloc(200)]));
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}none.jpg,gone,cat,red\n`);
    const out = listAt();
    const dataset = await openDataset(manifest);
    const { broken, quarantined } = await verifyDataset(dataset, { out, workers: 1 });
    expect(broken).toBe(3);
    expect(readJsonLines(out).values).toEqual(quarantined);
    expect(quarantined.map(({ id, where }) => [id, where])).toEqual([
      [null, 'things.csv:20'],
      ['cat-4.jpg', 'cat-4.jpg'],
      ['cat-5.jpg', 'cat-5.jpg'],
      ['dog-1.png', 'dog-1.png'],
    ]);
    for (const { reason } of quarantined) expect(reason).not.toBe('');
    const rest = await openDataset(manifest, { exclude: out });
    expect(rest.samples).toHaveLength(15);
    expect((await verifyDataset(rest, { out: listAt() })).broken).toBe(0);
  });

  it('names the bytes of an image within a file', async () => {
    const root = temporaryFolder();
    const good = await image('x.png', 20, 10);
    const path = put(join(root, 'all.bin'), Buffer.concat([good, Buffer.from('not an image'), good]));
    const part = (id: string, offset: number, length: number): Sample => ({
      id,
      image: { path, part: { offset, length } },
      captions: [id],
      label: null,
      split: null,
      attributes: {},
    });
    const samples = [
      part('a', 0, good.length),
      part('b', good.length, 12),
      part('c', good.length + 12, good.length),
    ];
    const dataset: Dataset = {
      name: 'parts',
      source: 'parts',
      root,
      samples,
      problems: [],
      fingerprint: 'f',
    };
    const { quarantined } = await verifyDataset(dataset, { out: listAt() });
    expect(quarantined).toMatchObject([{ id: 'b', where: 'all.bin', offset: good.length, length: 12 }]);
  });

  it('resumes where it was stopped, and begins anew when the data have changed', async () => {
    const root = temporaryFolder();
    await putImages(
      root,
      Array.from({ length: 600 }, (_, i) => `c/${String(i).padStart(3, '0')}.png`),
    );
    put(join(root, 'c/010.png'), 'broken');
    put(join(root, 'c/590.png'), 'broken');
    const dataset = await openDataset(root);
    const out = listAt();
    const stop = new AbortController();
    const first = await verifyDataset(dataset, {
      out,
      stop: stop.signal,
      onProgress: ({ done }) => done > 0 && stop.abort(),
    });
    expect(first).toMatchObject({ finished: false, done: 256, broken: 1 });
    expect(existsSync(out)).toBe(false);
    writeFileSync(`${out}.journal`, `${readFileSync(`${out}.journal`, 'utf8')}{"to": 512, "bro`); // killed while writing
    const heard: number[] = [];
    const second = await verifyDataset(dataset, { out, onProgress: ({ done }) => heard.push(done) });
    expect(heard).toEqual([256, 512, 600]);
    expect(second.quarantined.map(({ id }) => id)).toEqual(['c/010.png', 'c/590.png']);
    expect(existsSync(`${out}.journal`)).toBe(false);

    await verifyDataset(dataset, { out, stop: AbortSignal.abort() });
    const other = { ...dataset, fingerprint: 'other' };
    const anew: number[] = [];
    await verifyDataset(other, { out, onProgress: ({ done }) => anew.push(done) });
    expect(anew[0]).toBe(0);
  });
});
