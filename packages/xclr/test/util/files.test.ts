// Atomic files and JSON lines.

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from '../../src/util/concurrently.js';
import { appendLine, readJsonLines, replaceFile, writeFileAtomic } from '../../src/util/files.js';

const folder = () => mkdtempSync(join(tmpdir(), 'xclr-files-'));

describe('writeFileAtomic', () => {
  it('makes parents, replaces, and leaves nothing aside', () => {
    const root = folder();
    const path = join(root, 'a', 'b', 'état.json');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, new Uint8Array([50, 51]));
    expect(readFileSync(path, 'utf8')).toBe('23');
    expect(readdirSync(join(root, 'a', 'b'))).toEqual(['état.json']);
  });

  it('keeps the old content when writing fails half-way', () => {
    const root = folder();
    const path = join(root, 'x');
    writeFileAtomic(path, 'old');
    expect(() =>
      replaceFile(path, (aside) => {
        writeFileSync(aside, 'ne');
        throw new Error('disk full');
      }),
    ).toThrow('disk full');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(root)).toEqual(['x']);
  });
});

describe('JSON lines', () => {
  it('survive a line cut by a crash', () => {
    const path = join(folder(), 'metrics.jsonl');
    appendLine(path, { step: 1 });
    appendLine(path, { step: 2, text: 'zwei\nZeilen' });
    appendFileSync(path, '{"step": 3, "lo');
    expect(readJsonLines(path).values).toEqual([{ step: 1 }, { step: 2, text: 'zwei\nZeilen' }]);
    expect(readJsonLines(path).broken.map(({ line }) => line)).toEqual([3]);
    appendLine(path, { step: 4 });
    expect(readJsonLines(path).values.at(-1)).toEqual({ step: 4 });
    expect(readJsonLines(path).lines).toEqual([1, 2, 4]);
  });
});

describe('mapConcurrently', () => {
  it('keeps order and the limit, and passes the first failure on', async () => {
    let active = 0;
    let most = 0;
    const doubled = await mapConcurrently([5, 1, 4, 2, 3], 2, async (ms) => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, ms));
      active--;
      return ms * 2;
    });
    expect(doubled).toEqual([10, 2, 8, 4, 6]);
    expect(most).toBe(2);
    const failing = mapConcurrently([1, 2, 3], 2, (n) =>
      n === 2 ? Promise.reject(new Error('two')) : Promise.resolve(n),
    );
    await expect(failing).rejects.toThrow('two');
  });
});
