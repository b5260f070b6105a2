// A faulty table: the audit finds what was planted. postprocess.slow.test.ts trains with it and without.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../train/make.js';
import { type Planted, plantFaults, putShop, writeTable } from './make-shop.js';

const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));
const folder = temporaryFolder();
const list = join(folder, 'audit.jsonl');
let planted: Planted;
let table = '';
/** id → reasons */
let found: Map<string, string>;

beforeAll(async () => {
  planted = plantFaults(await putShop(folder, { train: 120, test: 40 }));
  table = writeTable(join(folder, 'faulty.csv'), planted.rows);
  const out = join(folder, 'audit.html');
  execFileSync(
    process.execPath,
    [launcher, 'graph', 'audit', table, '--text-encoder', 'wordnet', '--out', out, '--exclude', list],
    { cwd: folder, stdio: 'pipe' },
  );
  const lines = readFileSync(list, 'utf8').trimEnd().split('\n');
  found = new Map(lines.map((line) => JSON.parse(line)).map(({ id, reason }) => [id, reason]));
});

/** Precision and recall of the ids found for a reason. */
function scores(reason: RegExp, expected: ReadonlySet<string>): { precision: number; recall: number } {
  const ids = [...found].filter(([, reasons]) => reason.test(reasons)).map(([id]) => id);
  const right = ids.filter((id) => expected.has(id)).length;
  return { precision: right / ids.length, recall: right / expected.size };
}

describe('the audit of a faulty table', () => {
  it.each([
    ['captions of another class', /odd-captions/, () => planted.swapped],
    ['captions that say nothing', /useless-captions/, () => planted.shared],
    ['test images among the training images', /leakage/, () => planted.leaked],
  ])('finds %s', (_, reason, expected) => {
    const { precision, recall } = scores(reason, expected());
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('finds the frame around the captions', () => {
    expect(readFileSync(join(folder, 'audit.html'), 'utf8')).toMatch(/begin with .{1,10}buy now/);
  });
});
