// Filters: what matches, and the errors for what does not exist.

import { describe, expect, test } from 'vitest';
import { chooseSamples, classOf, describeFilter, knownKeys } from '../../src/evaluate/filter.js';
import { UserError } from '../../src/util/errors.js';
import { makeDataset } from './make.js';

const data = makeDataset([
  { split: 'train', label: 'cat', attributes: { style: 'noto', note: '' } },
  { split: 'test', label: 'cat', attributes: { style: 'twemoji', note: '' } },
  { split: 'test', label: 'dog', attributes: { style: 'noto', note: '' } },
  { split: null, label: null, attributes: {} },
]);
const choose = (filter: Record<string, string | string[]>) => [
  ...chooseSamples(data, filter, "knn task 'a', gallery"),
];

describe('chooseSamples', () => {
  test('takes what matches every key, any value of a list, in the order of the data', () => {
    expect(choose({})).toEqual([0, 1, 2, 3]);
    expect(choose({ split: 'test' })).toEqual([1, 2]);
    expect(choose({ split: ['train', 'test'], style: 'noto' })).toEqual([0, 2]);
    expect(choose({ label: 'dog', style: 'noto' })).toEqual([2]);
    expect(choose({ id: ['image-3', 'image-1'] })).toEqual([1, 3]);
  });

  test('an unknown key names what exists and the nearest', () => {
    expect(() => choose({ stlye: 'noto' })).toThrow(UserError);
    expect(() => choose({ stlye: 'noto' })).toThrow(
      "knn task 'a', gallery: no sample of 'zoo' has a value for 'stlye'; there are: split, label, style\n  → Did you mean 'style'?",
    );
    expect(() => choose({ note: 'x' })).toThrow("no sample of 'zoo' has a value for 'note'");
    expect(() => choose({ toString: 'x' })).toThrow("no sample of 'zoo' has a value for 'toString'");
  });

  test('an unknown value names what exists and the nearest', () => {
    expect(() => choose({ style: ['noto', 'twemojy'] })).toThrow(
      "has style 'twemojy'; there are: noto, twemoji\n  → Did you mean 'twemoji'?",
    );
    expect(() => choose({ split: 'validation' })).toThrow("has split 'validation'; there are: test, train");
  });

  test('a combination that matches nothing is an error', () => {
    expect(() => choose({ split: 'train', label: 'dog' })).toThrow('matches split = train, label = dog');
  });

  test('long lists of values are cut', () => {
    const many = makeDataset(Array.from({ length: 40 }, (_, i) => ({ label: `class ${i + 10}` })));
    expect(() => chooseSamples(many, { label: 'zebra' }, 'x')).toThrow(
      /class 10, class 11.*, … \(40 in all\)/,
    );
  });
});

test('classOf treats empty cells as missing, knownKeys leaves them out', () => {
  expect(classOf(data.samples[0]!, 'note')).toBeNull();
  expect(classOf(data.samples[0]!, 'constructor')).toBeNull();
  expect(classOf(data.samples[3]!, 'split')).toBeNull();
  expect(knownKeys(data)).toEqual(['split', 'label', 'style']);
  expect(describeFilter({})).toBe('all samples');
  expect(describeFilter({ style: ['a', 'b'] })).toBe('style = a | b');
});
