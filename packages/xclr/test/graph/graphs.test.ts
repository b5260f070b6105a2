// Every graph's logits against what its definition says, entry by entry.
import { liveTensors, type Tensor } from '@xclr/torch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classMatrixGraph, matrixGraph } from '../../src/graph/matrix-graph.js';
import { pairUniform, RandomGraph } from '../../src/graph/random-graph.js';
import { identityGraph, labelGraph } from '../../src/graph/same-graph.js';
import type { SimilarityGraph } from '../../src/graph/similarity-graph.js';
import { targetStatistics } from '../../src/graph/target-statistics.js';
import { TextGraph } from '../../src/graph/text-graph.js';

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

function read(tensor: Tensor): number[] {
  using held = tensor;
  expect(held.dtype).toBe('float32');
  return Array.from(held.toArray() as Float32Array);
}

const never = Number.NEGATIVE_INFINITY;
const ids = Int32Array.of(2, 0, 2, 1);

function check(
  graph: SimilarityGraph,
  similarity: (a: number, b: number) => number,
  temperature: number | null,
) {
  using held = graph;
  const expected = Array.from(ids).flatMap((a) => Array.from(ids, (b) => similarity(a, b)));
  const similarities = read(held.similarities(ids));
  const logits = read(held.logits(ids));
  expect(similarities).toHaveLength(16);
  expected.forEach((value, i) => {
    expect(similarities[i]).toBeCloseTo(value, 6);
    if (temperature === null) expect(logits[i]).toBe(value === 1 ? 0 : never);
    else expect(logits[i]).toBeCloseTo(value / temperature, 4);
  });
}

describe('graphs', () => {
  it('identity: views of one sample', () => check(identityGraph(3), (a, b) => Number(a === b), null));

  it('labels: the same label; without a label only itself', () => {
    check(labelGraph(['x', 'y', 'x']), (a, b) => Number(a % 2 === b % 2), null);
    check(labelGraph(['x', null, null]), (a, b) => Number(a === b), null);
  });

  it('text: the cosine', () => {
    const rows = [
      [1, 0],
      [0.6, 0.8],
    ];
    const rowOf = Int32Array.of(0, 1, 1);
    const graph = new TextGraph(
      { vectors: Float32Array.from(rows.flat()), dimensions: 2, rowOf },
      { targetTemperature: 0.2 },
    );
    check(graph, (a, b) => (rowOf[a] === rowOf[b] ? 1 : 0.6), 0.2);
  });

  it('text: two views of a batch as any other ids', () => {
    const vectors = Float32Array.of(1, 0, 0.6, 0.8, 0, 1);
    using graph = new TextGraph({ vectors, dimensions: 2, rowOf: Int32Array.of(0, 1, 2) });
    const views = Int32Array.of(0, 2, 1, 0, 2, 1);
    const whole = read(graph.similarities(views));
    const cosine = (a: number, b: number) =>
      vectors[2 * a]! * vectors[2 * b]! + vectors[2 * a + 1]! * vectors[2 * b + 1]!;
    views.forEach((a, i) => {
      views.forEach((b, j) => {
        expect(whole[i * 6 + j]).toBeCloseTo(cosine(a, b), 6);
      });
    });
    expect(read(graph.similarities(Int32Array.of(0, 2, 1)))).toHaveLength(9);
  });

  const matrix = { values: Float32Array.of(1, 0.2, 0.3, 0.2, 1, 0.4, 0.3, 0.4, 1), rows: 3, columns: 3 };

  it('matrix: entry by sample', () => {
    check(matrixGraph(matrix, 3, { targetTemperature: 0.5 }), (a, b) => matrix.values[a * 3 + b]!, 0.5);
  });

  it('class matrix: entry by class', () => {
    const graph = classMatrixGraph(matrix, ['p', 'q', 'r'], ['r', 'p', 'p']);
    const place = [2, 0, 0];
    check(graph, (a, b) => matrix.values[place[a]! * 3 + place[b]!]!, 0.1);
  });

  it('random: fixed, symmetric, 1 within a group', () => {
    const groups = Int32Array.of(0, 1, 1);
    check(
      new RandomGraph(groups, { seed: 5, targetTemperature: 0.3 }),
      (a, b) => (groups[a] === groups[b] ? 1 : pairUniform(groups[a]!, groups[b]!, 5)),
      0.3,
    );
    const draws = Array.from({ length: 20000 }, (_, i) => pairUniform(i % 200, 200 + Math.floor(i / 200), 1));
    expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(0.5, 1);
    expect(draws.filter((draw) => draw < 0.1).length / draws.length).toBeCloseTo(0.1, 1);
    expect(pairUniform(3, 9, 1)).toBe(pairUniform(9, 3, 1));
    expect(pairUniform(3, 9, 1)).not.toBe(pairUniform(3, 9, 2));
  });
});

describe('errors', () => {
  const vectors = Float32Array.of(1, 0);
  const rows = { vectors, dimensions: 2, rowOf: Int32Array.of(0) };

  it.each([0, -0.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses τ_s = %s', (targetTemperature) => {
    expect(() => new TextGraph(rows, { targetTemperature })).toThrow(
      /targetTemperature \(τ_s\) must be above zero/,
    );
    expect(() => new RandomGraph(Int32Array.of(0), { targetTemperature })).toThrow(/above zero/);
    const one = { values: Float32Array.of(1), rows: 1, columns: 1 };
    expect(() => matrixGraph(one, 1, { targetTemperature })).toThrow(/above zero/);
  });

  it('refuses ids beyond the data set', () => {
    using graph = new TextGraph(rows);
    expect(() => graph.logits(Int32Array.of(0, 1))).toThrow(/below 1, the number of samples, got 1/);
    expect(() => identityGraph(2).logits(Int32Array.of(-1))).toThrow(/got -1/);
  });

  it('refuses rows that are not unit, of another width, or missing', () => {
    expect(() => new TextGraph({ ...rows, vectors: Float32Array.of(1, 1) })).toThrow(/length 1, got 1\.41/);
    expect(() => new TextGraph({ ...rows, vectors: Float32Array.of(Number.NaN, 1) })).toThrow(
      /length 1, got NaN/,
    );
    expect(() => new TextGraph({ ...rows, vectors: Float32Array.of(1) })).toThrow(/rows of 2 numbers/);
    expect(() => new TextGraph({ ...rows, rowOf: Int32Array.of(3) })).toThrow(/sample 0 has row 3/);
  });

  it('refuses labels and classes that do not fit', () => {
    const matrix = { values: Float32Array.of(1, 0, 0, 1), rows: 2, columns: 2 };
    expect(() => labelGraph([null])).toThrow(/must have a label/);
    expect(() => classMatrixGraph(matrix, ['a', 'b'], ['a', 'c'])).toThrow(/without one: c/);
    expect(() => classMatrixGraph(matrix, ['a', 'a'], ['a'])).toThrow(/distinct/);
    expect(() => classMatrixGraph(matrix, ['a', 'b'], ['a', null])).toThrow(/sample 1 has none/);
    expect(() => classMatrixGraph(matrix, ['a'], ['a'])).toThrow(/1 × 1/);
    expect(() => matrixGraph(matrix, 3)).toThrow(/3 × 3/);
  });
});

describe('several views of each sample', () => {
  const vectors = Float32Array.of(1, 0, 0.6, 0.8, 0, 1);
  const cosines = [
    [1, 0.6, 0],
    [0.6, 1, 0.8],
    [0, 0.8, 1],
  ];

  it.each([
    ['two', [2, 0, 2, 0]],
    ['four', [2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1]],
    ['five of one', [1, 1, 1, 1, 1]],
    ['a sample twice within the batch', [0, 0, 2, 0, 0, 2]],
    ['no whole number of times', [0, 1, 0, 1, 0]],
  ])('%s: the cosine of every pair', (_, batch) => {
    using graph = new TextGraph({ vectors, dimensions: 2, rowOf: Int32Array.of(0, 1, 2) });
    const expected = batch.flatMap((a) => batch.map((b) => cosines[a]![b]!));
    const similarities = read(graph.similarities(Int32Array.from(batch)));
    expect(similarities).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      expect(similarities[i]).toBeCloseTo(value, 6);
    });
  });
});

describe('targetStatistics', () => {
  const statistics = (graph: SimilarityGraph, batch: readonly number[]) => {
    using logits = graph.logits(Int32Array.of(...batch, ...batch));
    return targetStatistics(logits);
  };

  it('identity: all on the other view', () => {
    const { targetEntropy, positiveMass } = statistics(identityGraph(3), [0, 1, 2]);
    expect(targetEntropy).toBeCloseTo(0, 6);
    expect(positiveMass).toBeCloseTo(1, 6);
  });

  it('one label: even over all 2b − 1', () => {
    const { targetEntropy, positiveMass } = statistics(labelGraph(['a', 'a', 'a']), [0, 1, 2]);
    expect(targetEntropy).toBeCloseTo(Math.log(5), 5);
    expect(positiveMass).toBeCloseTo(1 / 5, 6);
  });

  it('a matrix: as a double loop says', () => {
    const values = Float32Array.of(1, 0.3, 0.3, 1);
    using graph = matrixGraph({ values, rows: 2, columns: 2 }, 2, { targetTemperature: 0.4 });
    const total = Math.exp(1 / 0.4) + 2 * Math.exp(0.3 / 0.4);
    const fractions = [Math.exp(1 / 0.4) / total, Math.exp(0.3 / 0.4) / total, Math.exp(0.3 / 0.4) / total];
    const { targetEntropy, positiveMass } = statistics(graph, [0, 1]);
    expect(positiveMass).toBeCloseTo(fractions[0]!, 6);
    expect(targetEntropy).toBeCloseTo(-fractions.reduce((sum, p) => sum + p * Math.log(p), 0), 5);
  });

  it('four views: the mass on the three others, as a double loop says', () => {
    const values = Float32Array.of(1, 0.3, 0.3, 1);
    using graph = matrixGraph({ values, rows: 2, columns: 2 }, 2, { targetTemperature: 0.4 });
    using logits = graph.logits(Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1));
    const total = 3 * Math.exp(1 / 0.4) + 4 * Math.exp(0.3 / 0.4);
    const { positiveMass } = targetStatistics(logits, { views: 4 });
    expect(positiveMass).toBeCloseTo((3 * Math.exp(1 / 0.4)) / total, 6);
    expect(() => targetStatistics(logits, { views: 3 })).toThrow(/\(3b, 3b\), got \(8, 8\)/);
  });

  it('refuses other shapes', () => {
    using logits = identityGraph(3).logits(Int32Array.of(0, 1, 2));
    expect(() => targetStatistics(logits)).toThrow(/\(2b, 2b\), got \(3, 3\)/);
  });
});
