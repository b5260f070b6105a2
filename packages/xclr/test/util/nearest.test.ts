// Suggestions for misspelt names.

import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, nearestNames } from '../../src/util/nearest.js';

describe('nearest names', () => {
  it('counts edits, ignoring case', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('caption', 'cpation')).toBe(2);
    expect(editDistance('Label', 'label')).toBe(0);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('suggests what is near and nothing else', () => {
    expect(nearestName('temprature', ['temperature', 'template', 'seed'])).toBe('temperature');
    expect(nearestName('caption', ['captions_en', 'photo'])).toBe('captions_en');
    expect(nearestName('cpation', ['caption', 'options'])).toBe('caption');
    expect(nearestName('zebra', ['temperature', 'seed'])).toBeUndefined();
    expect(nearestNames('lr', ['lrs', 'lr2', 'momentum'])).toEqual(['lr2', 'lrs']);
  });
});
