// What can be added to the losses lets a method learn: the loss falls.
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readMetrics } from '../../src/train/metrics-log.js';
import { runTraining } from '../../src/train/session.js';
import { variants, wordnet } from './addition-variants.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

it.each(Object.keys(variants) as (keyof typeof variants)[])('%s', async (name) => {
  const config = smallConfig(manifest, join(folder, name), { graph: wordnet, ...variants[name], steps: 80 });
  const rows = readMetrics((await runTraining(config)).run);
  // A memory of 40 adds others to compare with, until it is full after three steps.
  const seen = rows.slice(name === 'memory' ? 4 : 0);
  const mean = (part: typeof rows) => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
  expect(mean(seen.slice(-10))).toBeLessThan(mean(seen.slice(0, 10)));
});
