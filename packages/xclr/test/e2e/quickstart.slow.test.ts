// The quick start, run again over what it left.
import { expect, it } from 'vitest';
import { temporaryFolder } from '../train/make.js';
import { comparisonIn, quickstart } from './run-quickstart.js';

it('trains nothing again when it is run again, and measures the same', () => {
  const folder = temporaryFolder();
  quickstart(folder);
  const first = comparisonIn(folder);
  quickstart(folder);
  const again = comparisonIn(folder);
  expect(again.methods).toEqual(first.methods);
  expect(again.seconds.xclr).toBe(first.seconds.xclr);
});
