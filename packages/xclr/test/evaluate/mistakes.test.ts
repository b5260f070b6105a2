// Mistakes in a tree: distances at k with ties, re-ranking by expected cost, and the task by brute force.
import { join } from 'node:path';
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { ancestorHeights } from '../../src/evaluate/class-square.js';
import { measureTasks } from '../../src/evaluate/evaluate.js';
import { descendingOrder, distanceAt, expectedCosts } from '../../src/evaluate/mistakes.js';
import { checkTasks, parseTasks } from '../../src/evaluate/tasks.js';
import { readTaxonomy } from '../../src/graph/taxonomy/read.js';
import { put, temporaryFolder } from '../data/make.js';
import { dot, makeDataset, makeFeatures, normals, unit } from './make.js';

describe('distance at k', () => {
  const distances = Float64Array.from([0, 1, 2, 3]);
  const at = (scores: number[], k: number) =>
    distanceAt(Float64Array.from(scores), distances, descendingOrder(Float64Array.from(scores)), k);

  it('is the mean distance of the k likeliest classes', () => {
    expect(at([0.4, 0.1, 0.3, 0.2], 1)).toBe(0);
    expect(at([0.4, 0.1, 0.3, 0.2], 2)).toBe(1);
    expect(at([0.4, 0.1, 0.3, 0.2], 3)).toBeCloseTo(5 / 3, 12);
    expect(at([0.4, 0.1, 0.3, 0.2], 20)).toBe(1.5); // no more classes than there are
  });

  it('does not depend on the order of equally likely classes', () => {
    // One of the two of score 0.2 is second: half of 2, half of 3.
    expect(at([0.6, 0, 0.2, 0.2], 2)).toBe((0 + 2.5) / 2);
    expect(at([0, 0, 0, 0], 1)).toBe(1.5);
  });
});

describe('expected costs', () => {
  it('are probabilities times costs, and prefer the middle of a doubt', () => {
    scoped(() => {
      // Between a husky and a truck by a hair, with a poodle as likely: the dog is the safer answer.
      const costs = Float64Array.from([0, 1, 3, 1, 0, 3, 3, 3, 0]);
      const p = tensor([
        [0.34, 0.3, 0.36],
        [0.1, 0.1, 0.8],
      ]);
      const found = Array.from(expectedCosts(p, costs).toArray() as Float32Array);
      const expected = [1.38, 1.42, 1.92, 2.5, 2.5, 0.6];
      for (const [i, one] of expected.entries()) expect(found[i]).toBeCloseTo(one, 5); // float32
    });
  });
});

const kinds = ['husky', 'poodle', 'cat', 'truck'] as const;
const treeText = 'thing\n  animal\n    dog\n      husky\n      poodle\n    cat\n  truck\n';

function scene(each = 10) {
  const means = normals(4, 5, 3, 1);
  const samples = (['train', 'test'] as const).flatMap((split) =>
    kinds.flatMap((label, c) => Array.from({ length: each }, () => ({ split, label, c }))),
  );
  const rows = unit(
    normals(samples.length, 5, 3, 2).map((row, i) => row.map((one, d) => one + means[samples[i]!.c]![d]!)),
  );
  return { dataset: makeDataset(samples), rows, samples };
}

const apart = { gallery: { split: 'train' }, queries: { split: 'test' } };

describe('the task hierarchy', () => {
  it('agrees with brute force, plainly and re-ranked', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), treeText);
    const costs = put(join(folder, 'costs.csv'), 'truth,predicted,cost\ntruck,animal,10\n');
    const { dataset, rows, samples } = scene();
    const features = makeFeatures(rows);
    using _ = features.rows;
    const [k, temperature] = [7, 0.2];
    const task = { metric: 'hierarchy', name: 'kind', taxonomy, costs, k, temperature, at: [1, 2], ...apart };
    const { metrics, predictions } = measureTasks({ features, dataset, tasks: parseTasks([task]) });

    const heights = ancestorHeights(readTaxonomy(taxonomy), kinds, 'test');
    const cost = (truth: number, answer: number) =>
      truth === answer ? 0 : truth === 3 && answer !== 3 ? 10 : 1;
    const sums = {
      right: 0,
      wrong: 0,
      severity: 0,
      hd1: 0,
      hd2: 0,
      cost: 0,
      crmRight: 0,
      crmHd1: 0,
      least: 0,
    };
    for (let q = 40; q < 80; q++) {
      const neighbors = Array.from({ length: 40 }, (_, g) => ({ g, s: dot(rows[q]!, rows[g]!) }))
        .sort((a, b) => b.s - a.s)
        .slice(0, k);
      const p = kinds.map((_, c) =>
        neighbors.reduce((sum, { g, s }) => sum + (samples[g]!.c === c ? Math.exp(s / temperature) : 0), 0),
      );
      const all = p.reduce((sum, one) => sum + one, 0);
      const truth = samples[q]!.c;
      const order = [...p.keys()].sort((a, b) => p[b]! - p[a]!);
      const height = (answer: number) => heights[truth * 4 + answer]!;
      const answer = order[0]!;
      if (answer === truth) sums.right++;
      else {
        sums.wrong++;
        sums.severity += height(answer);
      }
      sums.hd1 += height(answer);
      const zeros = order.filter((c) => p[c] === 0);
      const second =
        p[order[1]!]! > 0 ? height(order[1]!) : zeros.reduce((sum, c) => sum + height(c), 0) / zeros.length;
      sums.hd2 += (height(answer) + second) / 2;
      sums.cost += cost(truth, answer);
      const least = (of: (truth: number, answer: number) => number) => {
        const risks = kinds.map((_, b) => p.reduce((sum, one, a) => sum + (one / all) * of(a, b), 0));
        return risks.indexOf(Math.min(...risks));
      };
      const crm = least((a, b) => heights[a * 4 + b]!);
      sums.crmRight += crm === truth ? 1 : 0;
      sums.crmHd1 += height(crm);
      sums.least += cost(truth, least(cost));
    }
    const value = (name: string) => metrics[`${name}_kind`]!.value!;
    expect(value('top1')).toBeCloseTo(sums.right / 40, 10);
    expect(value('severity')).toBeCloseTo(sums.severity / sums.wrong, 10);
    expect(metrics.severity_kind!.n).toBe(sums.wrong);
    expect(value('hd1')).toBeCloseTo(sums.hd1 / 40, 10);
    expect(value('hd2')).toBeCloseTo(sums.hd2 / 40, 10);
    expect(value('cost')).toBeCloseTo(sums.cost / 40, 10);
    expect(value('top1-crm')).toBeCloseTo(sums.crmRight / 40, 10);
    expect(value('hd1-crm')).toBeCloseTo(sums.crmHd1 / 40, 10);
    expect(value('cost-least')).toBeCloseTo(sums.least / 40, 10);
    // What re-ranking is for: it cannot be wrong by more than it was in expectation, and here it is not.
    expect(value('cost-least')).toBeLessThan(value('cost'));
    expect(predictions.top1_kind!.samples).toHaveLength(40);
    expect(metrics.hd1_kind!.interval).not.toBeNull();
  });

  it('takes a linear probe as well, whose accuracy is that of the task linear-probe', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), treeText);
    const { dataset, rows } = scene();
    const features = makeFeatures(rows);
    using _ = features.rows;
    const { metrics } = measureTasks({
      features,
      dataset,
      tasks: parseTasks([
        { metric: 'hierarchy', name: 'kind', taxonomy, classifier: 'probe', C: [1, 10], ...apart },
        { metric: 'linear-probe', name: 'kind', C: [1, 10], ...apart },
      ]),
    });
    expect(metrics.top1_kind!.value).toBe(metrics.probe_kind!.value);
    expect(metrics.top1_kind!.definition).toMatch(/logistic regression .* C the best of 1, 10/);
    expect(metrics.cost_kind).toBeUndefined(); // no table of costs
    expect(metrics.hd20_kind!.value).toBeCloseTo(
      (0 + 1 + 2 + 3 + 1 + 0 + 2 + 3 + 2 + 2 + 0 + 3 + 3 * 3) / 16,
      10,
    );
  });

  it('is undefined in severity where nothing is wrong', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), treeText);
    const samples = (['train', 'test'] as const).flatMap((split) => kinds.map((label) => ({ split, label })));
    const features = makeFeatures(samples.map((_, i) => kinds.map((_, c) => (i % 4 === c ? 1 : 0))));
    using _ = features.rows;
    const { metrics } = measureTasks({
      features,
      dataset: makeDataset(samples),
      tasks: parseTasks([{ metric: 'hierarchy', name: 'kind', taxonomy, k: 1, ...apart }]),
    });
    expect(metrics.top1_kind!.value).toBe(1);
    expect(metrics.severity_kind).toMatchObject({
      value: null,
      n: 0,
      note: expect.stringMatching(/no mistake/),
    });
  });

  it('is refused before anything is encoded where the tree lacks a class', () => {
    const folder = temporaryFolder();
    const taxonomy = put(join(folder, 'tree.txt'), 'thing\n  husky\n  cat\n');
    const tasks = parseTasks([{ metric: 'hierarchy', name: 'kind', taxonomy, ...apart }]);
    expect(() => checkTasks(scene().dataset, tasks)).toThrow(
      /hierarchy task 'kind': the taxonomy lacks 2 of 4/,
    );
  });
});

describe('the task frequency', () => {
  it('tells frequent, middling and rare classes apart', () => {
    const label = (split: string, name: string, n: number) =>
      Array.from({ length: n }, () => ({ split: split as 'train' | 'test', label: name }));
    const samples = [
      ...label('train', 'many', 8),
      ...label('train', 'some', 4),
      ...label('train', 'few', 2),
      ...label('test', 'many', 2),
      ...label('test', 'some', 2),
      ...label('test', 'few', 2),
    ];
    const axis = { many: [1, 0, 0], some: [0, 1, 0], few: [0, 0, 1] } as const;
    // The last of the rare class looks like the frequent one.
    const rows = samples.map(({ label: name }, i) => [
      ...axis[i === samples.length - 1 ? 'many' : (name as 'few')],
    ]);
    const features = makeFeatures(rows);
    using _ = features.rows;
    const { metrics } = measureTasks({
      features,
      dataset: makeDataset(samples),
      tasks: parseTasks([{ metric: 'frequency', name: 'kind', bounds: [2, 8], k: 1, ...apart }]),
    });
    expect(metrics.head_kind).toMatchObject({ value: 1, n: 2 });
    expect(metrics.middle_kind).toMatchObject({ value: 1, n: 2 });
    expect(metrics.tail_kind).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics.tail_kind!.definition).toMatch(/the 1 classes with 2 gallery images or fewer/);
    expect(() => parseTasks([{ metric: 'frequency', name: 'kind', bounds: [9, 8] }])).toThrow(
      /the first must be below the second/,
    );
  });
});
