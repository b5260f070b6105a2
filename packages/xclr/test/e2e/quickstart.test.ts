// The quick start from end to end, with a handful of steps instead of thousands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.js';
import { temporaryFolder } from '../train/make.js';
import { comparisonIn, quickstart } from './run-quickstart.js';

const folder = temporaryFolder();

describe('xclr quickstart', () => {
  let output = '';
  let comparison: Comparison;

  beforeAll(() => {
    output = quickstart(folder);
    comparison = comparisonIn(folder);
  });

  it('prints the table and what to try next', () => {
    for (const title of ['X-CLR', 'SimCLR', 'Raw pixels', 'Untrained encoder'])
      expect(output).toContain(title);
    expect(output).toContain('What next');
  });

  it('writes every method with every metric, and the seconds', () => {
    expect(Object.keys(comparison.methods).sort()).toEqual(['pixels', 'simclr', 'untrained', 'xclr']);
    const names = Object.keys(comparison.methods.xclr!);
    expect(names).toEqual(
      expect.arrayContaining(['knn_unseen', 'r1_across_styles', 'alignment_unseen', 'triplets_unseen']),
    );
    for (const [method, metrics] of Object.entries(comparison.methods)) {
      const expected = method === 'pixels' ? names.filter((name) => !name.endsWith('_projected')) : names;
      expect(Object.keys(metrics), method).toEqual(expected);
      for (const [name, value] of Object.entries(metrics))
        expect(Number.isFinite(value), `${method} ${name}`).toBe(true);
    }
    for (const part of ['images', 'xclr', 'simclr', 'evaluation'])
      expect(comparison.seconds[part]).toBeGreaterThan(0);
  });

  it('writes a page that loads nothing from elsewhere', () => {
    const page = readFileSync(join(folder, 'run', 'report.html'), 'utf8');
    expect(page).toMatch(/<h2[^>]*>.*Results/);
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect(page).toContain('data:image/webp;base64');
  });
});
