// The tests that take minutes (soak, convergence): `npm run test:slow`.
import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.js';

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: [...shared.test.globalSetup],
    setupFiles: [...shared.test.setupFiles],
    include: ['packages/*/test/**/*.slow.test.ts'],
    maxWorkers: 1,
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
  },
});
