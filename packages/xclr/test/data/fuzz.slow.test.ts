// The fuzzers of the files that data and weights come in, from new seeds, for an hour in all (XCLR_FUZZ_MINUTES).
import { it } from 'vitest';
import { arrays, onnxFiles, pickles, pixels, type Trial, tables, tars } from './fuzz-files.js';

const minutes = Number(process.env.XCLR_FUZZ_MINUTES ?? 60);

/** Properties by the name of their fuzzer, each run in turn from a seed that is printed. */
const fuzzers: Readonly<
  Record<string, { readonly run: (trial: Trial) => void | Promise<void>; readonly parts: number }>
> = {
  tables: { run: tables, parts: 4 },
  tars: { run: tars, parts: 2 },
  pixels: { run: pixels, parts: 1 },
  arrays: { run: arrays, parts: 2 },
  pickles: { run: pickles, parts: 1 },
  'ONNX files': { run: onnxFiles, parts: 1 },
};

const parts = Object.values(fuzzers).reduce((sum, one) => sum + one.parts, 0);
/** Milliseconds of each property. */
const time = (minutes * 60_000) / parts;

for (const [name, { run, parts: own }] of Object.entries(fuzzers)) {
  it(
    name,
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      console.log(`${name}: seed ${seed}`);
      const long = {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: time,
        markInterruptAsFailure: false,
      };
      await run({ ...long, seed });
    },
    2 * own * time + 600_000,
  );
}
