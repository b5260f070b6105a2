// Whole tasks: names, values against float64 references, intervals, what is left out, and bad features.

import { liveTensors, tensor } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { evaluateTasks, measureTasks } from '../../src/evaluate/evaluate.js';
import { unitRows } from '../../src/evaluate/feature-set.js';
import { differenceOf } from '../../src/evaluate/statistics/estimate.js';
import { defaultTasks, parseTasks } from '../../src/evaluate/tasks.js';
import type { FeatureSet } from '../../src/evaluate/types.js';
import { dot, makeDataset, makeFeatures, normals, squareSimilarity, unit } from './make.js';

const CLASSES = 6;
const N = 120;
const centers = normals(CLASSES, 10, 1);
const rows = unit(
  normals(N, 10, 2).map((row, i) => row.map((value, d) => 1.2 * value + centers[i % CLASSES]![d]!)),
);
const meanings = unit(centers);
const data = makeDataset(
  rows.map((_, i) => ({
    label: `class ${i % CLASSES}`,
    captions: [`thing ${i % CLASSES}, ${i % 5}`],
    split: i < 80 ? 'train' : 'test',
    attributes: { style: i % 2 === 0 ? 'even' : 'odd' },
  })),
);
const caption = rows.map((_, i) => rows.map((_, j) => dot(meanings[i % CLASSES]!, meanings[j % CLASSES]!)));
const captionSimilarity = squareSimilarity(caption);
const tasks = parseTasks([
  {
    metric: 'knn',
    name: 'species',
    gallery: { split: 'train' },
    queries: { split: 'test' },
    k: 7,
    temperature: 0.1,
  },
  { metric: 'retrieval', name: 'species', gallery: { split: 'test' }, queries: { split: 'test' } },
  { metric: 'alignment', name: 'test', samples: { split: 'test' } },
]);

/** The metrics' definitions, written as double loops over float64 rows. */
function reference() {
  const test = rows.map((_, i) => i).slice(80);
  const ranked = (query: number, gallery: number[]) =>
    gallery
      .filter((i) => i !== query)
      .sort((a, b) => dot(rows[query]!, rows[b]!) - dot(rows[query]!, rows[a]!));
  const same = (a: number, b: number) => a % CLASSES === b % CLASSES;
  const knn = test.filter((query) => {
    const votes = new Float64Array(CLASSES);
    const nearest = ranked(query, rows.map((_, i) => i).slice(0, 80)).slice(0, 7);
    for (const i of nearest) votes[i % CLASSES]! += Math.exp(dot(rows[query]!, rows[i]!) / 0.1);
    return votes.indexOf(Math.max(...votes)) === query % CLASSES;
  });
  const hits = (k: number) =>
    test.filter((query) =>
      ranked(query, test)
        .slice(0, k)
        .some((i) => same(i, query)),
    );
  const precisions = test.map((query) => {
    const found = ranked(query, test).flatMap((i, at) => (same(i, query) ? [at + 1] : []));
    return found.reduce((sum, rank, at) => sum + (at + 1) / rank, 0) / found.length;
  });
  return {
    knn_species: knn.length / 40,
    r1_species: hits(1).length / 40,
    r5_species: hits(5).length / 40,
    r10_species: hits(10).length / 40,
    map_species: precisions.reduce((sum, value) => sum + value, 0) / 40,
  };
}

function evaluate(list = rows, indices?: number[]) {
  const features = makeFeatures(list, indices);
  using _ = features.rows;
  return measureTasks({ features, dataset: data, tasks, captionSimilarity });
}

describe('evaluateTasks', () => {
  const { metrics, units } = evaluate();

  test('gives every metric by name, equal to the definitions', () => {
    const expected = reference();
    expect(Object.keys(metrics)).toEqual([...Object.keys(expected), 'alignment_test', 'triplets_test']);
    for (const [name, value] of Object.entries(expected)) expect(metrics[name]!.value).toBeCloseTo(value, 9);
    expect(metrics.knn_species).toMatchObject({ n: 40, counted: 'queries', leftOut: {} });
    expect(metrics.alignment_test!.n).toBeLessThan((40 * 39) / 2);
    expect(metrics.alignment_test!.leftOut['pairs with the same captions']! + metrics.alignment_test!.n).toBe(
      780,
    );
    expect(metrics.triplets_test!.value).toBeGreaterThan(0.55);
  });

  test('definitions name the settings', () => {
    expect(metrics.knn_species!.definition).toContain(
      '7 nearest gallery images, a vote being exp(cosine / 0.1)',
    );
    expect(metrics.knn_species!.definition).toContain(
      'Gallery: 80 images (split = train); queries: split = test',
    );
    expect(metrics.r5_species!.definition).toContain('among the 5 nearest');
    expect(metrics.triplets_test!.definition).toContain('by more than 0.1');
    expect(metrics.triplets_test!.definition).toContain('All among 40 images');
  });

  test('intervals contain the value and go with the seed; results are plain JSON', () => {
    for (const metric of Object.values(metrics)) {
      expect(metric.interval!.low).toBeLessThanOrEqual(metric.value!);
      expect(metric.interval!.high).toBeGreaterThanOrEqual(metric.value!);
      expect(metric.interval).toMatchObject({ level: 0.95, resamples: 1000 });
    }
    expect(metrics.map_species!.interval!.low).toBeLessThan(metrics.map_species!.value! - 0.02);
    expect(metrics.map_species!.interval!.over).toBe('queries');
    expect(metrics.alignment_test!.interval!.over).toBe('captions');
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
    expect(evaluate()).toMatchObject({ metrics, units });
  });

  test('does not depend on the order of the rows, nor on images no task asks for', () => {
    const order = rows.map((_, i) => (i * 7) % N);
    const shuffled = evaluate(
      order.map((i) => rows[i]!),
      order,
    );
    expect(shuffled.metrics).toEqual(metrics);
    expect(shuffled.units).toEqual(units);
  });

  test('images without features are left out and counted', () => {
    const kept = rows.map((_, i) => i).filter((i) => i % 10 !== 3);
    const { metrics: fewer } = evaluate(
      kept.map((i) => rows[i]!),
      kept,
    );
    expect(fewer.knn_species).toMatchObject({
      n: 36,
      leftOut: { 'gallery without features': 8, 'queries without features': 4 },
    });
    expect(fewer.triplets_test!.leftOut).toEqual({ 'samples without features': 4 });
  });

  test('methods compare pairwise on their units', () => {
    const noisy = rows.map((row, i) => row.map((value, d) => value + normals(1, 10, 9, i)[0]![d]! * 2));
    const other = evaluate(noisy);
    for (const name of Object.keys(metrics)) {
      const difference = differenceOf([units[name]!], [other.units[name]!]);
      expect(difference.mean).toBeCloseTo(metrics[name]!.value! - other.metrics[name]!.value!, 12);
      expect(difference.low!).toBeLessThanOrEqual(difference.mean);
      expect(difference.high!).toBeGreaterThanOrEqual(difference.mean);
    }
    expect(differenceOf([units.alignment_test!], [other.units.alignment_test!]).low).toBeGreaterThan(0);
  });

  test('a collapsed encoder: alignment is undefined and says why', () => {
    const { metrics: collapsed } = evaluate(rows.map(() => [1, 0, 0]));
    expect(collapsed.alignment_test).toMatchObject({ value: null, interval: null });
    expect(collapsed.alignment_test!.note).toContain('collapsed encoder');
    expect(collapsed.triplets_test!.value).toBe(0.5);
    expect(collapsed.map_species!.value).toBeLessThan(0.35);
  });

  test('the tasks of data that names none can be run', () => {
    const features = makeFeatures(rows);
    using _ = features.rows;
    const result = evaluateTasks({ features, dataset: data, tasks: defaultTasks(data), captionSimilarity });
    expect(Object.keys(result)).toEqual([
      'knn_label',
      'probe_label',
      'r1_label',
      'r5_label',
      'r10_label',
      'map_label',
      'alignment_captions',
      'triplets_captions',
    ]);
  });

  test('progress reaches its total for every task', () => {
    const features = makeFeatures(rows);
    using _ = features.rows;
    const last: Record<string, [number, number]> = {};
    const onProgress = (task: string, done: number, total: number) => {
      last[task] = [done, total];
    };
    evaluateTasks({ features, dataset: data, tasks, captionSimilarity, onProgress });
    expect(last).toEqual({
      'knn species': [40, 40],
      'retrieval species': [40, 40],
      'alignment test': [1, 1],
    });
  });
});

describe('bad input', () => {
  const run = (features: FeatureSet, overrides = {}) => {
    using _ = features.rows;
    const before = liveTensors();
    const call = () => evaluateTasks({ features, dataset: data, tasks, captionSimilarity, ...overrides });
    let message = '';
    try {
      call();
    } catch (error) {
      message = `${(error as Error).name}: ${(error as Error).message}`;
    }
    expect(liveTensors()).toBe(before);
    return message;
  };

  test('NaN and infinite features name the first image', () => {
    const values = Float32Array.from(rows.flat());
    values[35] = Number.NaN;
    values[1193] = Number.POSITIVE_INFINITY;
    const message = run({ rows: tensor(values, { shape: [N, 10] }), indices: Int32Array.from(rows.keys()) });
    expect(message).toContain(
      "UserError: evaluate: 2 of 120 feature rows have NaN or infinite values, the first for 'image-3'",
    );
    expect(message).toContain('earlier checkpoint');
    const indices = Int32Array.from(rows.keys());
    expect(run({ rows: tensor(values.fill(Number.NaN), { shape: [N, 10] }), indices })).toContain(
      "evaluate: 120 of 120 feature rows have NaN or infinite values, the first for 'image-0'",
    );
  });

  test('rows that are not unit, of another count, dtype or data set', () => {
    const indices = Int32Array.from(rows.keys());
    expect(run({ rows: tensor(rows.map((row) => row.map((value) => 2 * value))), indices })).toContain(
      'must have length 1',
    );
    expect(run({ rows: tensor(rows.slice(1)), indices })).toContain(
      'float32 (120, d) to match features.indices, got float32 (119, 10)',
    );
    expect(run({ rows: tensor(rows, { dtype: 'float64' }), indices })).toContain('got float64');
    expect(
      run(
        makeFeatures(
          rows,
          [...rows.keys()].map((i) => i + 1),
        ),
      ),
    ).toContain("samples of 'zoo' (0 … 119), got 120");
    expect(
      run(
        makeFeatures(
          rows,
          [...rows.keys()].map((i) => Math.max(1, i)),
        ),
      ),
    ).toContain('must not repeat a sample, got 1 twice');
  });

  test('alignment without captions, and tasks the data cannot support', () => {
    expect(run(makeFeatures(rows), { captionSimilarity: undefined })).toContain(
      "alignment task 'test': needs caption similarities",
    );
    const wrong = parseTasks([{ metric: 'knn', name: 'a', label: 'stile' }]);
    expect(run(makeFeatures(rows), { tasks: wrong })).toContain("Did you mean 'style'?");
  });
});

test('unitRows divides by the length and leaves zero rows alone', () => {
  using x = tensor([
    [3, 4],
    [0, 0],
    [-2, 0],
  ]);
  using y = unitRows(x);
  expect(y.toNumbers().map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0.6, 0.8, 0, 0, -1, 0]);
});
