// The fuzzers of what the server reads, from new seeds, for an hour in all (XCLR_FUZZ_MINUTES).
import { it } from 'vitest';
import { filters, requests, uploads } from './fuzz-server.js';
import { start } from './serving.js';

const minutes = Number(process.env.XCLR_FUZZ_MINUTES ?? 60);
/** Milliseconds of each of the three. */
const time = (minutes * 60_000) / 3;
const long = {
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: time,
  markInterruptAsFailure: false,
};

it('filters', () => filters(long), 2 * time + 600_000);

it('uploads', () => uploads(long), 2 * time + 600_000);

it(
  'requests',
  async () => {
    const { url } = await start();
    await requests(url, long);
  },
  2 * time + 600_000,
);
