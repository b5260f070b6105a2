// The README is true: its example runs and is quoted exactly, its tables name everything there is.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstSteps } from '../../../examples/torch-first-steps.js';
import { io, nn, optim } from '../src/index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

describe('README', () => {
  it('its example runs, learns, and is what examples/ holds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'));
    try {
      expect(firstSteps(join(folder, 'spirals.safetensors'))).toBeGreaterThan(0.9);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(readme).toContain(`\`\`\`ts\n${read('../../../examples/torch-first-steps.ts')}\`\`\``);
  });

  it('names every module, initializer, optimizer, schedule and file function', () => {
    const helpers = [
      'init',
      'parameter',
      'buffer',
      'fans',
      'calculateGain',
      'defaultWeightAndBias_',
      'Optimizer',
    ];
    const names = [nn, nn.init, optim, io].flatMap((part) => Object.keys(part));
    const missing = names.filter((name) => !helpers.includes(name) && !readme.includes(`\`${name}`));
    expect(missing).toEqual([]);
  });
});
