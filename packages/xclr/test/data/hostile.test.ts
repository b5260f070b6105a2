// Over 200 damaged and hostile files: each is left out with its reason, the good ones decode as they do alone.

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { DecodePool } from '../../src/data/decode/pool.js';
import { openDataset } from '../../src/data/open.js';
import { makeHostileFolder } from './hostile.js';
import { temporaryFolder } from './make.js';

it('lists every bad file with a reason and decodes every good one exactly', async () => {
  const root = temporaryFolder();
  const { bad, good } = await makeHostileFolder(root);
  expect(bad.length).toBeGreaterThanOrEqual(200);
  const dataset = await openDataset(root, { maxFailureRate: 1 });
  const reasons = new Map(
    dataset.problems.filter(({ warning }) => !warning).map(({ where, reason }) => [where, reason]),
  );
  const size = 8;
  const decoded = new Map<string, Uint8Array>();
  await using pool = new DecodePool({ workers: 2 });
  await Promise.all(
    dataset.samples.map(async ({ id, image }) => {
      const result = await pool.decode(image, size);
      if ('reason' in result) reasons.set(id, result.reason);
      else decoded.set(id, result.pixels);
    }),
  );
  expect([...decoded.keys()].sort()).toEqual([...good].sort());
  expect([...reasons.keys()].sort()).toEqual([...bad].sort());
  for (const [id, reason] of reasons) {
    expect(reason, id).not.toBe('');
    expect(reason, id).not.toContain('crashed');
  }
  expect(reasons.get('pnm/1.ppm')).toContain('line-end conversion');
  expect(reasons.get('special/pipe.jpg')).toContain('not a');
  for (const id of good) {
    const { pixels } = await decodeImage({ path: join(root, id) }, size);
    expect(decoded.get(id), id).toEqual(new Uint8Array(pixels));
  }
});
