// Filters over samples.

import { describe, expect, it } from 'vitest';
import { selectSamples } from '../../src/data/filter.js';
import type { Dataset, Sample } from '../../src/data/types.js';

const sample = (
  id: string,
  label: string | null,
  split: Sample['split'],
  attributes: Sample['attributes'],
): Sample => ({
  id,
  image: { path: `/${id}` },
  captions: [id],
  label,
  split,
  attributes,
});

const data: Dataset = {
  name: 'pets',
  source: 'list',
  root: '/',
  samples: [
    sample('a', 'cat', 'train', { style: 'noto' }),
    sample('b', 'dog', 'train', { style: 'twemoji' }),
    sample('c', 'cat', 'test', {}),
    sample('d', null, null, { style: 'noto' }),
  ],
  problems: [],
  fingerprint: '',
};

describe('selectSamples', () => {
  it('joins keys by and, values by or', () => {
    expect([...selectSamples(data)]).toEqual([0, 1, 2, 3]);
    expect([...selectSamples(data, { split: 'train' })]).toEqual([0, 1]);
    expect([...selectSamples(data, { split: ['train', 'test'], label: 'cat' })]).toEqual([0, 2]);
    expect([...selectSamples(data, { style: 'noto' })]).toEqual([0, 3]);
    expect([...selectSamples(data, { label: 'bird' })]).toEqual([]);
  });

  it('refuses keys that no sample has', () => {
    expect(() => selectSamples(data, { stile: 'noto' })).toThrow(
      /"pets" has no "stile"[\s\S]*Did you mean "style"/,
    );
  });
});
