// Every graph by rows is the same graph: some rows at a time, from any row to any other, within a view and across two.
import { manualSeed, randn, scoped, type Tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { attributeGraph } from '../../src/graph/attribute-graph.js';
import { matrixGraph } from '../../src/graph/matrix-graph.js';
import { MixGraph } from '../../src/graph/mix-graph.js';
import { PerplexityGraph } from '../../src/graph/perplexity-graph.js';
import { PostprocessedGraph } from '../../src/graph/postprocessed-graph.js';
import { RandomGraph } from '../../src/graph/random-graph.js';
import { identityGraph, labelGraph } from '../../src/graph/same-graph.js';
import { setGraph } from '../../src/graph/set-graph.js';
import type { SimilarityGraph } from '../../src/graph/similarity-graph.js';
import { TextGraph } from '../../src/graph/text-graph.js';
import { cutAt } from '../../src/util/row-range.js';

const samples = 7;

function text(): TextGraph {
  manualSeed(4);
  const dimensions = 5;
  const vectors = scoped(() => {
    const drawn = randn([2 * samples, dimensions]);
    return drawn.div(drawn.linalgVectorNorm({ dim: [1], keepdim: true })).toArray() as Float32Array;
  });
  // Two captions a sample: which of them stands for it follows from the epoch.
  const rows = Int32Array.from({ length: 2 * samples }, (_, i) => i);
  const starts = Int32Array.from({ length: samples + 1 }, (_, i) => 2 * i);
  const rowOf = Int32Array.from({ length: samples }, (_, i) => 2 * i);
  return new TextGraph({ vectors, dimensions, rowOf, choices: { starts, rows } });
}

const codes = Int32Array.of(0, 1, 0, 2, 1, 0, 3);
const sets = ['a;b', 'b', 'a', 'c', 'b;c', 'a;c', ''].map((cell) => cell.split(';').filter(Boolean));
const values = Float32Array.from({ length: samples ** 2 }, (_, i) => {
  const [a, b] = [i % samples, Math.floor(i / samples)];
  return a === b ? 1 : Math.cos(a + b) / 2;
});
const graphs: Readonly<Record<string, () => SimilarityGraph>> = {
  identity: () => identityGraph(samples),
  labels: () => labelGraph(['x', 'y', 'x', null, 'y', 'x', null]),
  text,
  matrix: () => matrixGraph({ values, rows: samples, columns: samples }, samples),
  random: () => new RandomGraph(codes, { seed: 3 }),
  sets: () => setGraph(sets),
  attributes: () =>
    attributeGraph([{ name: 'kind', weight: 1, cells: ['x', 'y', 'x', '', 'y', 'x', 'z'] }], samples),
  mix: () =>
    new MixGraph([
      { weight: 1, graph: text() },
      { weight: 3, graph: identityGraph(samples) },
    ]),
  'clipped, the 4 nearest': () => new PostprocessedGraph(text(), 0.3, { clip: true, topK: 4 }),
  perplexity: () => new PerplexityGraph(text(), 3),
  'perplexity with the diagonal': () => new PerplexityGraph(text(), 3, { diagonal: true }),
};

const batches = {
  'two views': Int32Array.of(3, 0, 6, 5, 1, 3, 0, 6, 5, 1),
  'one view': Int32Array.of(3, 0, 6, 5, 1),
  'no whole number of views': Int32Array.of(3, 0, 6, 3, 0, 2, 6),
};

/** Bisection and softmax aside, the same products in another order: float32 rounds at 6e-8. */
const within = 1e-5;

function expectSame(got: Tensor, expected: Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  const [a, b] = [got.toNumbers(), expected.toNumbers()];
  a.forEach((value, i) => {
    if (Number.isFinite(b[i]!)) expect(Math.abs(value - b[i]!)).toBeLessThan(within * (1 + Math.abs(b[i]!)));
    else expect(value).toBe(b[i]);
  });
}

describe.each(Object.keys(graphs))('%s', (name) => {
  it.each(Object.entries(batches))('with %s', (_, ids) => {
    using graph = graphs[name]!();
    scoped(() => {
      const options = { epoch: 2 };
      const [logits, similarities] = [graph.logits(ids, options), graph.similarities(ids, options)];
      const rows = graph.rows(ids, options);
      const n = ids.length;
      for (const [start, end] of [
        [0, n],
        [0, 1],
        [1, n - 1],
        [n - 2, n],
        [3, 4],
      ] as const) {
        const range = { start, end };
        expectSame(rows.logits(range), logits.narrow(0, start, end - start));
        expectSame(rows.similarities(range), similarities.narrow(0, start, end - start));
      }
      // A caller may change what it was given.
      rows.logits({ start: 0, end: 2 }).fill_(0);
      expectSame(rows.logits({ start: 0, end: 2 }), logits.narrow(0, 0, 2));
    });
  });
});

it('pairs by rows refuse samples that are not there', () => {
  using graph = setGraph(sets);
  expect(() => graph.rows(Int32Array.of(0, samples))).toThrow(/ids must be below 7/);
});

it('rows are cut where a view ends', () => {
  expect(cutAt(4, { start: 2, end: 9 })).toEqual([
    { start: 2, end: 4 },
    { start: 4, end: 8 },
    { start: 8, end: 9 },
  ]);
  expect(cutAt(4, { start: 4, end: 8 })).toEqual([{ start: 4, end: 8 }]);
});
