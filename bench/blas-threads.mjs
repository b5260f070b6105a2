// What two pools of threads on the same cores cost: steps on Debian's LibTorch with OpenBLAS's own threads, with the same threads told to sleep,
// and with OpenBLAS on OpenMP's (packages/torch/src/setup/blas.ts), in turns.
//
//   node bench/blas-threads.mjs [ROUNDS]       needs the packages libopenblas0-pthread (in use) and libopenblas0-openmp
import { allocator, file, settings } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { rotated, showSpread, spread } from './lib/statistics.mjs';

const rounds = Number(process.argv[2] ?? 5);
const command = [process.execPath, file('workers/train-step.mjs'), '2'];
const forms = [
  { form: 'threads of its own', kept: true, timeout: '26' },
  { form: 'the same, which sleep at once', kept: true, timeout: '4' },
  { form: 'threads of OpenMP', kept: false, timeout: '4' },
];
const cases = [
  { encoder: 'vit_tiny_patch16_224', size: 224, batch: 8, steps: 2 },
  { encoder: 'resnet18', size: 64, batch: 64, steps: 3 },
  { encoder: 'resnet10', size: 48, batch: 128, steps: 4 },
];
for (const { steps, ...setup } of cases) {
  const sides = [];
  // One after another: each looks at the machine while it starts, and would let its threads sleep if it saw the others work.
  for (const { form, kept, timeout } of forms) {
    const environment = { ...settings(allocator), OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: undefined };
    const own = { OPENBLAS_THREAD_TIMEOUT: timeout, XCLR_BLAS: kept ? 'system' : undefined };
    const side = new Side(form, command, { ...environment, ...own });
    await side.ask({ make: { ...setup, precision: 'float32', layout: 'channels_last' } });
    await side.ask({ steps: 2 });
    sides.push({ form, side, seconds: [] });
  }
  for (let round = 0; round < rounds; round++)
    for (const one of rotated(sides, round)) one.seconds.push(...(await one.side.ask({ steps })).seconds);
  for (const { form, side, seconds } of sides) {
    console.log(`${setup.encoder}, ${setup.size} px: ${form}: ${showSpread(spread(seconds))} s a step`);
    await side.close();
  }
}
