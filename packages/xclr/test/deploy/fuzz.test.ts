// A short run of the fuzzers from fixed seeds; fuzz.slow.test.ts goes on for an hour.
import { expect, it } from 'vitest';
import { filters, requests, uploads } from './fuzz-server.js';
import { start } from './serving.js';

it('filters', () => filters({ seed: 1, numRuns: 2000 }));

it('uploads', () => uploads({ seed: 2, numRuns: 2000 }));

it('requests', async () => {
  const { url } = await start();
  await requests(url, { seed: 3, numRuns: 200 });
  expect(await (await fetch(`${url}/items/red`)).text()).toMatch(/red|no item/); // a DELETE may have been drawn
});
