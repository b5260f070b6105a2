// A short run of the fuzzers of files from fixed seeds; fuzz.slow.test.ts goes on for an hour.
import { it } from 'vitest';
import { arrays, onnxFiles, pickles, pixels, tables, tars } from './fuzz-files.js';

it('tables', () => tables({ seed: 11, numRuns: 300 }));

it('tars', () => tars({ seed: 12, numRuns: 200 }));

it('pixels', () => pixels({ seed: 13, numRuns: 1000 }));

it('arrays', () => arrays({ seed: 14, numRuns: 500 }));

it('pickles', () => pickles({ seed: 15, numRuns: 1000 }));

it('ONNX files', () => onnxFiles({ seed: 16, numRuns: 6 }));
