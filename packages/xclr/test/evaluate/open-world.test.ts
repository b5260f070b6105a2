// Unknown classes, rejection and covered centers: by hand and by brute force.
import { join } from 'node:path';
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { measureTasks } from '../../src/evaluate/evaluate.js';
import { coverCenter } from '../../src/evaluate/metrics/masked.js';
import { fractionAbove, rejectionCurve } from '../../src/evaluate/rejection.js';
import { checkTasks, parseTasks } from '../../src/evaluate/tasks.js';
import { put, temporaryFolder } from '../data/make.js';
import { makeDataset, makeFeatures } from './make.js';

const treeText =
  'thing\n  animal\n    dog\n      husky\n      poodle\n    cat\n      tabby\n  truck\n    pickup\n      dumper\n';

describe('the task unknown', () => {
  const samples = [
    { label: 'husky', split: 'train' },
    { label: 'tabby', split: 'train' },
    { label: 'dumper', split: 'train' },
    { label: 'poodle', split: 'test' },
    { label: 'poodle', split: 'test' },
    { label: 'poodle', split: 'test' },
  ] as const;
  // Nearest to the husky, to the tabby, to the truck.
  const rows = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0.9, 0.1, 0],
    [0.1, 0.9, 0],
    [0, 0.1, 0.9],
  ];

  it('counts the images that fall to a class with the same ancestor', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), treeText);
    const features = makeFeatures(rows);
    using _ = features.rows;
    const task = {
      metric: 'unknown',
      name: 'new',
      taxonomy,
      k: 1,
      gallery: { split: 'train' },
      queries: { split: 'test' },
      levels: [1, 2, 3],
    };
    const { metrics } = measureTasks({ features, dataset: makeDataset(samples), tasks: parseTasks([task]) });
    expect(metrics.parent1_new!.value).toBeCloseTo(1 / 3, 12);
    expect(metrics.parent2_new!.value).toBeCloseTo(2 / 3, 12);
    expect(metrics.parent3_new!.value).toBe(1);
    expect(metrics.parent1_new!.definition).toMatch(/Guessing a class of the gallery would give 33\.3 %/);
    const known = parseTasks([{ ...task, gallery: {} }]);
    expect(() => checkTasks(makeDataset(samples), known)).toThrow(
      /the gallery has images of 'poodle', which should be unknown to it/,
    );
  });
});

describe('rejection', () => {
  it('has a curve of the accuracy by the fraction that is answered', () => {
    const { x, y } = rejectionCurve(Float64Array.from([0.9, 0.1, 0.5, 0.7]), Float64Array.from([1, 0, 0, 1]));
    expect(x).toHaveLength(20);
    expect([y[4], y[9], y[14], y[19]]).toEqual([1, 1, 2 / 3, 0.5]);
  });

  it('compares distances of strangers with those of queries; the mean is the area under the ROC curve', () => {
    const [strangers, known] = [Float64Array.from([0.2, 0.5, 0.9]), Float64Array.from([0.5, 0.6, 0.8, 0.9])];
    expect([...fractionAbove(strangers, known)]).toEqual([1, 3.5 / 4, 0.5 / 4]);
    let area = 0;
    for (const a of strangers) for (const b of known) area += (b > a ? 1 : b === a ? 0.5 : 0) / 12;
    expect([...fractionAbove(strangers, known)].reduce((sum, one) => sum + one, 0) / 3).toBeCloseTo(area, 12);
  });

  it('is measured as a task, with the images that should be refused', () => {
    const samples = [
      { label: 'a', split: 'train' },
      { label: 'b', split: 'train' },
      { label: 'a', split: 'test' },
      { label: 'b', split: 'test' },
      { label: 'c', split: 'validation' },
    ] as const;
    const features = makeFeatures([
      [1, 0, 0],
      [0, 1, 0],
      [0.99, 0, 0.1],
      [0.8, 0.6, 0], // taken for a, and farther
      [0.1, 0.1, 0.99],
    ]);
    using _ = features.rows;
    const task = {
      metric: 'rejection',
      name: 'far',
      k: 1,
      gallery: { split: 'train' },
      queries: { split: 'test' },
      unknown: { split: 'validation' },
      kept: [0.5, 1],
    };
    const { metrics } = measureTasks({ features, dataset: makeDataset(samples), tasks: parseTasks([task]) });
    expect(metrics.kept50_far).toMatchObject({ value: 1, n: 1 });
    expect(metrics.kept100_far).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics.auroc_far).toMatchObject({ value: 1, n: 1 });
    expect(metrics.kept50_far!.curve!.y.at(-1)).toBe(0.5);
    const { unknown: _left, ...plain } = task;
    const without = measureTasks({ features, dataset: makeDataset(samples), tasks: parseTasks([plain]) });
    expect(Object.keys(without.metrics)).toEqual(['kept50_far', 'kept100_far']); // nothing to refuse was named
  });
});

describe('a covered center', () => {
  it('is gray, and the border is as it was', () => {
    scoped(() => {
      const pixels = tensor(new Uint8Array(2 * 10 * 10 * 3).fill(7), {
        shape: [2, 10, 10, 3],
        dtype: 'uint8',
      });
      const found = coverCenter(pixels, 0.6).toArray() as Uint8Array;
      const at = (y: number, x: number) => found[(10 * y + x) * 3];
      expect([at(1, 5), at(2, 2), at(5, 5), at(7, 7), at(8, 8), at(5, 8)]).toEqual([7, 128, 128, 128, 7, 7]);
      expect((pixels.toArray() as Uint8Array)[(10 * 5 + 5) * 3]).toBe(7); // a copy was altered
    });
  });
});
