// The test suites: the binding, the product, and the command line end to end. `*.slow.test.ts` run apart.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './vitest.order.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run the TypeScript sources of both packages; only worker threads need what tsc compiled. */
export const shared = {
  resolve: {
    alias: {
      '@xclr/torch/files': here('packages/torch/src/files/index.ts'),
      '@xclr/torch/setup': here('packages/torch/src/setup/index.ts'),
      '@xclr/torch': here('packages/torch/src/index.ts'),
    },
  },
  test: {
    // One process a file: native state (grad mode, generators, handles) never leaks between files.
    pool: 'forks',
    // One more than the cores of a small machine: tests that wait leave theirs to others.
    maxWorkers: 3,
    globalSetup: [here('vitest.temporary.ts')],
    setupFiles: [here('packages/torch/test/setup.ts')],
    sequence: { sequencer: LongestFirst },
    // Catches what hangs, not what is slow: other processes may use the cores too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Two busy pools on two cores spin against each other, so each worker computes on one thread, and the few tests that
    // take two let them sleep while they wait.
    env: {
      // scripts/test-matrix.mjs asks for two; a variable of the shell's own does not reach the workers.
      OMP_NUM_THREADS: process.env.XCLR_TEST_THREADS ?? '1',
      OMP_WAIT_POLICY: 'PASSIVE',
      OPENBLAS_NUM_THREADS: process.env.XCLR_TEST_THREADS ?? '1',
      UV_THREADPOOL_SIZE: '2',
    },
  },
} as const;

const slow = '**/*.slow.test.ts';
const endToEnd = 'packages/xclr/test/e2e/**/*.test.ts';
/** Parts whose tests leave their process as they found it: a process runs many of their files, which halves their time. */
const oneProcess = [
  'packages/torch/test/{nn,optim,io,files}/**/*.test.ts',
  'packages/xclr/test/{audit,compare,data,deploy,evaluate,graph,graph-tools,inspect,losses,models,report,train,util}/**/*.test.ts',
];
/** But for those that put modules in place of others, which would stay. */
const mocking = readdirSync(here('packages'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[^/]+\/test\/.*\.test\.ts$/.test(file))
  .map((file) => `packages/${file}`)
  .filter((file) => readFileSync(here(file), 'utf8').includes('vi.mock('));

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: [...shared.test.globalSetup],
    setupFiles: [...shared.test.setupFiles],
    projects: [
      {
        extends: true,
        test: {
          name: 'torch',
          include: ['packages/torch/test/**/*.test.ts'],
          exclude: [slow, ...mocking, ...oneProcess],
        },
      },
      {
        extends: true,
        test: {
          name: 'xclr',
          include: ['packages/xclr/test/**/*.test.ts'],
          exclude: [slow, endToEnd, ...mocking, ...oneProcess],
        },
      },
      {
        extends: true,
        test: { name: 'one-process', include: oneProcess, exclude: [slow, ...mocking], isolate: false },
      },
      {
        extends: true,
        test: { name: 'mocking', include: mocking, exclude: [slow] },
      },
      {
        extends: true,
        test: {
          name: 'end-to-end',
          include: [endToEnd, 'examples/**/*.test.ts'],
          exclude: [slow],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
