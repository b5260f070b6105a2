// Descriptions of classes in place of captions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeSamples, readDescriptions } from '../../src/graph/index.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-descriptions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'classes.csv');
const sample = (label: string | null) => ({ id: 'a', captions: ['bare'], label, attributes: {} });

it('replaces captions, several rows a class being several captions', () => {
  writeFileSync(path, 'class,description\ncrane,"a bird, tall"\ncrane,a wading bird\ndog,a hound\n');
  const described = describeSamples([sample('dog'), sample('crane')], readDescriptions(path));
  expect(described.map(({ captions }) => captions)).toEqual([['a hound'], ['a bird, tall', 'a wading bird']]);
});

it('says which classes lack one, and which rows are none', () => {
  writeFileSync(path, 'dog,a hound\n');
  expect(() => describeSamples([sample('cat')], readDescriptions(path))).toThrow(/of: cat\n.*of dog/);
  expect(() => describeSamples([sample(null)], readDescriptions(path))).toThrow(/'a' has none/);
  writeFileSync(path, 'dog,a hound,big\n');
  expect(() => readDescriptions(path)).toThrow(/row 1 must be class,description/);
  expect(() => readDescriptions(join(folder, 'none.csv'))).toThrow(/cannot read/);
});
