// Few-shot, graded, zero-shot and text retrieval: by hand, by brute force, and where the data cannot support them.

import { join } from 'node:path';
import { scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { evaluateTasks, measureTasks } from '../../src/evaluate/evaluate.js';
import { parseTasks, textsOf } from '../../src/evaluate/tasks.js';
import { textVectors } from '../../src/evaluate/text-vectors.js';
import type { FeatureSet } from '../../src/evaluate/types.js';
import { put, temporaryFolder } from '../data/make.js';
import { dot, makeDataset, makeFeatures, normals, squareSimilarity, unit } from './make.js';

const classes = ['husky', 'malamute', 'truck'] as const;
const captionSimilarity = [
  [1, 0.8, 0.1],
  [0.8, 1, 0.1],
  [0.1, 0.1, 1],
];

/** `each` training images of every class and as many to test, features around the classes' means. */
function scene({ each = 12, noise = 0.5, seed = 1 } = {}) {
  const means = normals(3, 6, seed, 1);
  const samples = (['train', 'test'] as const).flatMap((split) =>
    classes.flatMap((label, c) =>
      Array.from({ length: each }, (_, i) => ({
        split,
        label,
        captions: [`a photo of a ${label}`],
        id: `${split}-${label}-${i}`,
        c,
      })),
    ),
  );
  const rows = unit(
    normals(samples.length, 6, seed, 2).map((row, i) =>
      row.map((value, d) => noise * value + means[samples[i]!.c]![d]!),
    ),
  );
  const square = samples.map((a) => samples.map((b) => captionSimilarity[a.c]![b.c]!));
  return { dataset: makeDataset(samples), rows, captionSimilarity: squareSimilarity(square), samples };
}

const apart = { gallery: { split: 'train' }, queries: { split: 'test' } };

function run(
  { dataset, rows, captionSimilarity }: ReturnType<typeof scene>,
  tasks: unknown[],
  extra: Partial<Parameters<typeof evaluateTasks>[0]> = {},
) {
  const features = makeFeatures(rows);
  using _ = features.rows;
  return measureTasks({ features, dataset, tasks: parseTasks(tasks), captionSimilarity, ...extra });
}

describe('linear probe', () => {
  it('separates what a line can separate, and says how', () => {
    const { metrics } = run(scene({ noise: 0.2 }), [{ metric: 'linear-probe', name: 'kind', ...apart }]);
    expect(metrics.probe_kind!.value).toBeGreaterThan(0.95);
    expect(metrics.probe_kind!.definition).toMatch(
      /logistic regression .* C the best of 0\.1, 1, 10, 100, 1000 by 3-fold cross-validation on 36 images/,
    );
    expect([0.1, 1, 10, 100, 1000]).toContain(metrics.probe_kind!.chosen!.C);
    expect(metrics.probe_kind).toMatchObject({ converged: true });
    expect(metrics.probe_kind!.note).toBeUndefined();
    expect(metrics.probe_kind!.n).toBe(36);
  });

  it('leaves queries of a class that is not trained on out, and says so', () => {
    const given = scene();
    const samples = given.dataset.samples.map((sample) =>
      sample.split === 'train' && sample.label === 'truck' ? { ...sample, label: 'husky' } : sample,
    );
    const { metrics } = run({ ...given, dataset: { ...given.dataset, samples } }, [
      { metric: 'linear-probe', name: 'kind', ...apart },
    ]);
    expect(metrics.probe_kind!.leftOut).toEqual({
      'queries without another gallery image of their class': 12,
    });
  });

  it('refuses features with NaN', () => {
    const given = scene();
    const features: FeatureSet = makeFeatures(given.rows);
    using _ = features.rows;
    scoped(() => void features.rows.narrow(0, 3, 1).fill_(Number.NaN));
    const tasks = parseTasks([{ metric: 'linear-probe', name: 'kind', ...apart }]);
    expect(() => evaluateTasks({ features, dataset: given.dataset, tasks })).toThrow(/NaN .*train-husky-3/);
  });
});

describe('few shots', () => {
  it('with every image of a class are the nearest class mean', () => {
    const given = scene({ each: 5, noise: 1 });
    const { units } = run(given, [{ metric: 'few-shot', name: 'kind', ...apart, shots: [5], episodes: 2 }]);
    const { rows, samples } = given;
    const means = classes.map((_, c) =>
      rows
        .filter((_row, i) => samples[i]!.c === c && samples[i]!.split === 'train')
        .reduce((sum, row) => sum.map((value, d) => value + row[d]!), Array<number>(6).fill(0)),
    );
    const expected = samples.flatMap(({ split, c }, i) => {
      if (split !== 'test') return [];
      const scores = unit(means).map((mean) => dot(mean, rows[i]!));
      return [scores.indexOf(Math.max(...scores)) === c ? 1 : 0];
    });
    expect(Array.from(units.shot5_kind!.numerators)).toEqual(expected);
  });

  it('rise with the number of shots, and name fractions of the labels', () => {
    const { metrics } = run(scene({ each: 40, noise: 1.5 }), [
      { metric: 'few-shot', name: 'kind', ...apart, shots: [1, 10], fractions: [0.1], episodes: 20 },
    ]);
    expect(metrics.shot10_kind!.value).toBeGreaterThan(metrics.shot1_kind!.value! + 0.05);
    expect(Object.keys(metrics)).toEqual(['shot1_kind', 'shot10_kind', 'fraction10_kind']);
  });

  it('must not be more than the smallest class has', () => {
    expect(() => run(scene({ each: 4 }), [{ metric: 'few-shot', name: 'kind', ...apart }])).toThrow(
      /10 shots need 10 gallery images of every class, and one has 4/,
    );
  });
});

describe('graded accuracy', () => {
  it('is the similarity of prediction and truth, worked out by hand', () => {
    // One training image a class, along the axes; each test image nearest to what it is taken for.
    const axes = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const taken = [
      { truth: 0, as: 0 },
      { truth: 0, as: 1 }, // a husky taken for a malamute
      { truth: 2, as: 0 }, // a truck taken for a husky
    ];
    const samples = [
      ...classes.map((label, c) => ({ label, split: 'train' as const, c })),
      ...taken.map(({ truth }) => ({ label: classes[truth]!, split: 'test' as const, c: truth })),
    ];
    const square = samples.map((a) => samples.map((b) => captionSimilarity[a.c]![b.c]!));
    const given = {
      dataset: makeDataset(samples),
      rows: [...axes, ...taken.map(({ as }) => axes[as]!)],
      captionSimilarity: squareSimilarity(square),
      samples: [],
    };
    const { metrics } = run(given as unknown as ReturnType<typeof scene>, [
      { metric: 'graded', name: 'kind', ...apart, k: 1 },
    ]);
    expect(metrics.graded_kind!.value).toBeCloseTo((1 + 0.8 + 0.1) / 3, 6);
    expect(metrics.mistakes_kind!.value).toBeCloseTo((0.8 + 0.1) / 2, 6);
    expect(metrics.mistakes_kind!.n).toBe(2);
  });

  it('needs caption similarities', () => {
    const given = scene();
    const features = makeFeatures(given.rows);
    using _ = features.rows;
    const tasks = parseTasks([{ metric: 'graded', name: 'kind', ...apart }]);
    expect(() => evaluateTasks({ features, dataset: given.dataset, tasks })).toThrow(
      /needs caption similarities/,
    );
  });
});

describe('asked by text', () => {
  const zeroShot = { metric: 'zero-shot', name: 'kind', queries: { split: 'test' }, fit: { split: 'train' } };
  const found = {
    metric: 'text-retrieval',
    name: 'all',
    samples: { split: 'test' },
    fit: { split: 'train' },
  };
  const vectorsOf = (texts: readonly string[], rows: Tensor, space: 'images' | 'apart') =>
    textVectors(rows, texts, { name: 'made', space });

  it('a ridge map leads class names to their images', () => {
    const given = scene({ noise: 0.3 });
    const asked = textsOf(parseTasks([zeroShot]), given.dataset);
    expect(asked.toSorted()).toEqual(classes.map((name) => `a photo of a ${name}`).toSorted());
    using texts = vectorsOf(asked, tensor(unit(normals(asked.length, 9, 5))), 'apart');
    const { metrics } = run(given, [zeroShot], { texts });
    expect(metrics.zeroshot_kind!.value).toBeGreaterThan(0.9);
    expect(metrics.zeroshot_kind!.definition).toMatch(/ridge regression fitted on 36 images/);
    expect(metrics.zeroshot_kind!.note).toBeUndefined();
  });

  it('texts in the images’ own space are compared as they are', () => {
    const given = scene({ noise: 0.3 });
    const asked = textsOf(parseTasks([zeroShot, found]), given.dataset);
    const places = asked.map((text) => given.samples.findIndex(({ label }) => text.endsWith(label)));
    using texts = vectorsOf(asked, tensor(places.map((place) => given.rows[place]!)), 'images');
    const { metrics, units } = run(given, [zeroShot, found], { texts });
    const test = given.samples.flatMap(({ split }, i) => (split === 'test' ? [i] : []));
    const expected = test.map((i) => {
      const scores = places.map((place) => dot(given.rows[place]!, given.rows[i]!));
      return asked[scores.indexOf(Math.max(...scores))]!.endsWith(given.samples[i]!.label) ? 1 : 0;
    });
    expect(Array.from(units.zeroshot_kind!.numerators)).toEqual(expected);
    // With one caption a class, an image finds its caption first where zero-shot is right.
    expect(Array.from(units.p2t_r1_all!.numerators)).toEqual(expected);
    expect(metrics.t2p_r1_all!.n).toBe(3);
    expect(metrics.p2t_r5_all!.value).toBe(1); // there are three captions
  });

  it.each([
    [
      ['n02084071', 'n02121620'],
      ['dog', 'cat'],
    ], // class folders named by WordNet's ids
    [
      ['n02085620-Chihuahua', 'n02085782-Japanese_spaniel'],
      ['Chihuahua', 'Japanese spaniel'],
    ],
    [
      ['001.Albatross', '002.Wren'],
      ['Albatross', 'Wren'],
    ],
    [
      ['n99999999', 'cat'],
      ['n99999999', 'cat'],
    ], // WordNet has no such number
    [
      ['$&_cat', 'dog'],
      ['$& cat', 'dog'],
    ],
  ])('classes %j are asked for as %j', (labels, names) => {
    const dataset = makeDataset(labels.map((label) => ({ label, split: 'test' as const })));
    const [task] = parseTasks([{ ...zeroShot, fit: { split: 'test' } }]);
    const prompts = textsOf([task!], dataset).filter((text) => text.startsWith('a photo'));
    expect(prompts).toEqual(names.map((name) => `a photo of a ${name}`));
  });

  it('classes of one name are counted', () => {
    const given = scene({ noise: 0.3 });
    const samples = given.dataset.samples.map((sample) =>
      sample.label === 'malamute' ? { ...sample, attributes: { name: 'husky' } } : sample,
    );
    const twins = { ...given, dataset: { ...given.dataset, samples } };
    const asked = textsOf(parseTasks([zeroShot]), twins.dataset);
    using texts = vectorsOf(asked, tensor(unit(normals(asked.length, 9, 5))), 'apart');
    const { metrics } = run(twins, [zeroShot], { texts });
    expect(metrics.zeroshot_kind!.note).toMatch(/have the name of another.*: 1\.$/);
  });

  it('a column of names comes before WordNet’s, and other columns are asked for as they are', () => {
    const dataset = makeDataset(
      ['n02084071', 'n02121620'].map((label) => ({
        label,
        split: 'test' as const,
        attributes: { name: `my ${label}, alias`, code: label },
      })),
    );
    const fit = { split: 'test' };
    const ask = (settings: object) => textsOf(parseTasks([{ ...zeroShot, fit, ...settings }]), dataset);
    expect(ask({})).toContain('a photo of a my n02084071');
    expect(ask({ label: 'code' })).toContain('a photo of a n02121620');
  });

  it('needs the texts’ vectors', () => {
    expect(() => run(scene(), [zeroShot])).toThrow(/needs text vectors, got none/);
    expect(() => parseTasks([{ ...zeroShot, prompt: 'a photo' }])).toThrow(/must contain \{class\}/);
  });
});

describe('several right answers', () => {
  // Features say exactly what each query is taken for: the axis of one class.
  const axes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const taken = [0, 1, 2, 1];
  const samples = [
    ...classes.map((label) => ({ label, split: 'train' as const, attributes: { real: label } })),
    { label: 'husky', split: 'test' as const, attributes: { real: 'husky | malamute' } },
    { label: 'husky', split: 'test' as const, attributes: { real: 'husky|malamute' } },
    { label: 'husky', split: 'test' as const, attributes: { real: 'husky|malamute' } },
    { label: 'lorry', split: 'test' as const, attributes: { real: '' } },
  ];
  const measured = (settings: object) => {
    const features = makeFeatures([...axes, ...taken.map((at) => axes[at]!)]);
    using _ = features.rows;
    const tasks = parseTasks(
      ['knn', 'linear-probe'].map((metric) => ({
        metric,
        name: 'x',
        ...apart,
        ...(metric === 'knn' && { k: 1 }),
        ...settings,
      })),
    );
    return measureTasks({ features, dataset: makeDataset(samples), tasks });
  };

  it('are any of a set, as ImageNet-Real has it; an empty set is left out', () => {
    const { units, metrics } = measured({ sets: 'real' });
    expect(Array.from(units.knn_x!.numerators)).toEqual([1, 1, 0]);
    expect(Array.from(units.probe_x!.numerators)).toEqual([1, 1, 0]);
    expect(metrics.knn_x!.leftOut).toEqual({ 'queries without label': 1 });
    expect(metrics.knn_x!.definition).toContain("is among the labels in the query's real");
  });

  it('are those that a map names, as ObjectNet needs it', () => {
    const map = put(
      join(temporaryFolder(), 'map.json'),
      '{"lorry": ["truck", "malamute"], "husky": "husky"}',
    );
    const { units } = measured({ map });
    expect(Array.from(units.knn_x!.numerators)).toEqual([1, 0, 0, 1]);
  });

  it('are refused where they cannot be read', () => {
    expect(() => measured({ sets: 'reel' })).toThrow(/Did you mean 'real'|reel/);
    expect(() => measured({ map: '/nowhere.json' })).toThrow(/cannot read \/nowhere.json/);
    expect(() => measured({ map: put(join(temporaryFolder(), 'm.json'), '[1]') })).toThrow(
      /must map each label/,
    );
    expect(() => measured({ sets: 'real', map: 'x' })).toThrow(/contradict/);
  });
});
