// Lists of any length, and the lint rule that keeps arrays out of the arguments of built-ins.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { append, maxOf, minOf } from '../../src/util/arrays.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

describe('arrays', () => {
  it('take 200,000 items', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => i);
    expect([maxOf(many), minOf(many)]).toEqual([199_999, 0]);
    const list = [7];
    append(list, many);
    expect(list.length).toBe(200_001);
    expect(list.at(-1)).toBe(199_999);
  });

  it('agree with Math.max and Math.min on few', () => {
    for (const values of [[], [3], [3, -1, 2], [1, Number.NaN, 2]]) {
      expect(maxOf(values)).toBe(Math.max(...values));
      expect(minOf(values)).toBe(Math.min(...values));
    }
    expect(maxOf([-3], 0)).toBe(0);
    expect(minOf([3], 1)).toBe(1);
  });
});

describe('the lint rule', () => {
  it('finds arrays spread into arguments, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xclr-lint-'));
    const rule = join(root, 'scripts/lint/no-array-spread.grit');
    writeFileSync(
      join(folder, 'biome.json'),
      JSON.stringify({ plugins: [rule], linter: { rules: { preset: 'none' } } }),
    );
    const bad = [
      'Math.max(...a)',
      'Math.min(0, ...a.b)',
      'a.push(...b)',
      'this.a.push(1, ...b)',
      'a?.push(...b)',
      'a.unshift(...b)',
      'a.splice(0, 1, ...b)',
      'String.fromCharCode(...a)',
      'Int32Array.of(...a, 1)',
    ];
    const good = ['Math.max(a, b)', 'a.push({ ...b })', 'a.push([...b])', '[...a]', 'f(...a)'];
    const file = join(folder, 'a.js');
    writeFileSync(file, [...bad, ...good].map((line) => `${line};\n`).join(''));
    let said = '';
    try {
      execFileSync(join(root, 'node_modules/.bin/biome'), ['lint', 'a.js', '--max-diagnostics=50'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      said = stdout + stderr;
    }
    const lines = [...said.matchAll(/a\.js:(\d+):\d+ plugin/g)].map(([, line]) => Number(line));
    expect(lines.sort((a, b) => a - b)).toEqual(bad.map((_, i) => i + 1));
  });
});
