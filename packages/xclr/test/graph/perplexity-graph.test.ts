// A τ_s for each row: against t-SNE's bisection, by the perplexities it gives, and at its limits.
import { eye, manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { identityGraph, PerplexityGraph, RandomGraph } from '../../src/graph/index.js';
import { perplexityTemperatures } from '../../src/graph/perplexity-graph.js';
import { normalizeRows, targetDistribution } from '../../src/losses/index.js';
import { lossGoldens } from '../losses/loss-goldens.js';

const cosines = (n: number, d: number, seed: number): Tensor => {
  manualSeed(seed);
  const unit = normalizeRows(randn([n, d]));
  return unit.matmul(unit.t());
};

/** exp of each row's entropy, in plain numbers. */
function perplexities(targets: Tensor): number[] {
  const n = targets.size(0);
  const flat = targets.toNumbers();
  return Array.from({ length: n }, (_, i) =>
    Math.exp(-flat.slice(i * n, (i + 1) * n).reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0)),
  );
}

describe('perplexityTemperatures', () => {
  it('gives the conditional probabilities of t-SNE', () =>
    scoped(() => {
      const { perplexity, similarities, probabilities } = lossGoldens.perplexity;
      const graph = tensor(similarities, { dtype: 'float64' });
      const targets = targetDistribution(graph.div(perplexityTemperatures(graph, perplexity))).toNumbers();
      // Bisection to 6e-6 of ln τ_s, which moves a probability by some times as much.
      probabilities.flat().forEach((p, i) => {
        expect(targets[i]!).toBeCloseTo(p, 4);
      });
    }));

  it.each([
    [64, 5],
    [64, 10],
    [192, 50],
  ])('of %i views give each row %d effective positives', (n, wanted) =>
    scoped(() => {
      const graph = cosines(n, 16, 1);
      const targets = targetDistribution(graph.div(perplexityTemperatures(graph, wanted)));
      // Bisection to 6e-6 of ln τ_s, in float32.
      for (const found of perplexities(targets)) expect(found / wanted).toBeCloseTo(1, 3);
    }),
  );

  it('of samples with two views are those of the views, each row for itself', () =>
    scoped(() => {
      const samples = cosines(30, 8, 4); // (30, 30)
      const views = samples.repeat([2, 2]); // (60, 60)
      const once = perplexityTemperatures(samples, 7, { views: 2 }).toNumbers();
      perplexityTemperatures(views, 7)
        .toNumbers()
        .forEach((found, i) => {
          expect(found / once[i % 30]!).toBeCloseTo(1, 4);
        });
    }));

  it('counts the diagonal where told to: CLIP’s targets have the own caption', () =>
    scoped(() => {
      const graph = cosines(40, 8, 2);
      const targets = graph.div(perplexityTemperatures(graph, 5, { diagonal: true })).softmax(1);
      for (const found of perplexities(targets)) expect(found / 5).toBeCloseTo(1, 3);
    }));

  it('stays at the ends of its range where a row cannot have so many, and is finite with −∞', () =>
    scoped(() => {
      // Rows of equal similarities have the perplexity n − 1 whatever τ_s.
      const equal = eye(8).mul(0);
      const low = perplexityTemperatures(equal, 3).toNumbers();
      for (const found of low) expect(found).toBeCloseTo(0.005, 5);
      const never = tensor([
        [0, 0.5, Number.NEGATIVE_INFINITY, 0.1],
        [0.5, 0, 0.2, Number.NEGATIVE_INFINITY],
        [Number.NEGATIVE_INFINITY, 0.2, 0, 0.3],
        [0.1, Number.NEGATIVE_INFINITY, 0.3, 0],
      ]);
      for (const found of perplexityTemperatures(never, 1.5).toNumbers()) {
        expect(found).toBeGreaterThan(0.005);
        expect(found).toBeLessThan(2);
      }
      for (const found of perplexityTemperatures(never, 3).toNumbers()) expect(found).toBeCloseTo(2, 4);
    }));

  it.each([1, 0, -3, Number.NaN, Number.POSITIVE_INFINITY])('refuses a perplexity of %d', (perplexity) =>
    scoped(() => {
      expect(() => perplexityTemperatures(eye(4), perplexity)).toThrow(/must be above 1/);
    }),
  );
});

describe('PerplexityGraph', () => {
  it('divides each row by its own τ_s, and disposes of the graph that it wraps', () => {
    const codes = Int32Array.from({ length: 12 }, (_, i) => i);
    using graph = new PerplexityGraph(new RandomGraph(codes, { seed: 3 }), 4);
    scoped(() => {
      const ids = Int32Array.from({ length: 24 }, (_, i) => i % 12);
      for (const found of perplexities(targetDistribution(graph.logits(ids))))
        expect(found).toBeCloseTo(4, 2);
      expect(graph.similarities(ids).shape).toEqual([24, 24]);
    });
  });

  it('of a graph that knows only the same leaves its ties: the other view', () => {
    using graph = new PerplexityGraph(identityGraph(6), 2);
    scoped(() => {
      const targets = targetDistribution(graph.logits(Int32Array.of(0, 1, 2, 0, 1, 2)));
      for (const found of perplexities(targets)) expect(found).toBeCloseTo(2, 2);
    });
  });
});
