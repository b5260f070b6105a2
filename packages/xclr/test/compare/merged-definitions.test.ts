// One definition over the cells of a comparison: ranges where numbers differ, all texts where words do.
import { describe, expect, it } from 'vitest';
import { definitionsOver, mergedDefinition } from '../../src/compare/definitions.js';
import type { MetricResult } from '../../src/evaluate/types.js';

describe('a definition over cells', () => {
  const of = (gallery: string, k = 20) =>
    `Among the ${k} nearest of ${gallery} images, a vote being exp(cosine / 0.07) (C = 1).`;

  it('is the text where all have it', () => {
    expect(mergedDefinition([of('1082'), of('1082')])).toBe(of('1082'));
    expect(mergedDefinition([])).toBe('');
  });

  it('gives the range of each number that differs, whatever the order', () => {
    expect(mergedDefinition([of('4,323'), of('1,082'), of('2,000'), of('1,082')])).toBe(
      'Among the 20 nearest of 1,082 to 4,323 images, a vote being exp(cosine / 0.07) (C = 1).',
    );
    expect(mergedDefinition([of('9', 9), of('100')])).toBe(
      'Among the 9 to 20 nearest of 9 to 100 images, a vote being exp(cosine / 0.07) (C = 1).',
    );
  });

  it('shows all texts that differ in words', () => {
    expect(mergedDefinition(['Drawn among 10.', 'All of 10.', 'All of 20.'])).toBe(
      'Not the same for all: Drawn among 10. Or: All of 10 to 20.',
    );
  });

  it('says what was chosen for each cell, and where a fit did not converge', () => {
    const result: MetricResult = {
      value: 0.5,
      n: 10,
      counted: 'queries',
      definition: 'A probe.',
      interval: null,
      leftOut: {},
    };
    const cells = [
      { metrics: { probe: { ...result, chosen: { C: 1000 }, converged: true }, knn: result } },
      { metrics: { probe: { ...result, chosen: { C: 0.1 }, converged: false }, knn: result } },
    ];
    expect(definitionsOver(cells)).toEqual({
      probe: 'A probe. C was 0.1 to 1000, chosen for each cell. L-BFGS did not converge in 1 of 2 cells.',
      knn: 'A probe.',
    });
    expect(definitionsOver(cells.slice(0, 1)).probe).toBe('A probe. C was 1000 in all cells.');
  });
});
