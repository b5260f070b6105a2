// Our convolutions in every shape that they can compute, also where LibTorch's would run because they are faster.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { describeConvolutions } from '../nn/convolution-cases.js';

// Read with the first convolution of a process.
vi.hoisted(() => {
  process.env.XCLR_CONVOLUTIONS = 'own';
});

describeConvolutions();

test('XCLR_CONVOLUTIONS that is nothing is refused', () => {
  const program = `
    import { fastConv2d, ones, scoped } from ${JSON.stringify(fileURLToPath(new URL('../../dist/index.js', import.meta.url)))};
    const image = (...shape) => ones(shape).to({ memoryFormat: 'channels_last' });
    scoped(() => fastConv2d(image(2, 8, 4, 4), image(8, 8, 3, 3)));`;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, XCLR_CONVOLUTIONS: 'fast' },
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain('XCLR_CONVOLUTIONS: expected own or libtorch, got fast');
});
