// contrastiveLoss against double loops, closed forms, invariances and the published losses that it contains.
import { type Dtype, manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { contrastiveLoss, normalizeRows, targetDistribution } from '../../src/losses/index.js';
import { ntXent, type Rows, supConOut, xclrGradient, xclrLoss } from './reference.js';

const NEVER = Number.NEGATIVE_INFINITY;
const from = (rows: Rows, dtype: Dtype = 'float64') => tensor(rows, { dtype });

/** Seeded normal rows (n, d), and the same as a tensor that takes gradients. */
function embeddings(n: number, d: number, seed: number, dtype: Dtype = 'float64') {
  manualSeed(seed);
  const flat = randn([n, d], { dtype: 'float64' }).toNumbers();
  const rows = Array.from({ length: n }, (_, i) => flat.slice(i * d, (i + 1) * d));
  return { rows, z: from(rows, dtype).requiresGrad_() };
}

/** Cosines of made-up captions, one of `kinds` a sample, for two views of each: symmetric, 1 for equal captions. */
function captionCosines(n: number, kinds: number): number[][] {
  const kind = (i: number) => (i % (n / 2)) % kinds;
  const cosine = (a: number, b: number) => (a === b ? 1 : 0.7 * Math.cos(1.3 * (a + b) + Math.abs(a - b)));
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => cosine(kind(i), kind(j))));
}

const over = (rows: Rows, temperature: number) => rows.map((row) => row.map((value) => value / temperature));

/** [1, 2], [3, 4] flattened; for comparing matrices. */
const flat = (rows: Rows) => rows.flat();

/** Largest |a − b| over the largest |b|. */
function relativeError(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((value, k) => Math.abs(value - b[k]!))) / scale;
}

function lossAndGradient(z: Tensor, graph: Tensor, temperature: number) {
  const loss = contrastiveLoss(z, graph, { temperature });
  loss.backward();
  return { loss: loss.item(), gradient: z.grad!.toNumbers() };
}

describe('against the float64 double loop', () => {
  // Both sides round at 1e-16 and add fewer than 1,000 terms.
  const TOLERANCE = 1e-12;

  test.each([
    { n: 6, d: 4, temperature: 0.1, graphTemperature: 0.1 },
    { n: 16, d: 8, temperature: 0.5, graphTemperature: 0.2 },
    { n: 24, d: 5, temperature: 0.07, graphTemperature: 0.03 },
  ])('n = $n, τ = $temperature, τ_s = $graphTemperature: value and closed-form gradient', (settings) =>
    scoped(() => {
      const { n, d, temperature } = settings;
      const { rows, z } = embeddings(n, d, n);
      const graph = over(captionCosines(n, 4), settings.graphTemperature);
      const { loss, gradient } = lossAndGradient(z, from(graph), temperature);
      expect(Math.abs(loss - xclrLoss(rows, graph, temperature))).toBeLessThan(TOLERANCE * loss);
      expect(relativeError(gradient, flat(xclrGradient(rows, graph, temperature)))).toBeLessThan(TOLERANCE);
    }),
  );

  test('the gradient is the slope of the double loop (central differences, error ≈ h²)', () =>
    scoped(() => {
      const { rows, z } = embeddings(8, 3, 1);
      const graph = over(captionCosines(8, 3), 0.1);
      const { gradient } = lossAndGradient(z, from(graph), 0.2);
      const h = 1e-5;
      const moved = (i: number, k: number, by: number) =>
        rows.map((row, r) => row.map((value, c) => (r === i && c === k ? value + by : value)));
      const slope = rows.flatMap((row, i) =>
        row.map(
          (_, k) => (xclrLoss(moved(i, k, h), graph, 0.2) - xclrLoss(moved(i, k, -h), graph, 0.2)) / (2 * h),
        ),
      );
      expect(relativeError(gradient, slope)).toBeLessThan(1e-7);
    }));

  test('a graph that is not symmetric, and "never" beside graded entries', () =>
    scoped(() => {
      const { rows, z } = embeddings(6, 4, 2);
      const graph = rows.map((_, i) =>
        rows.map((_, j) => ((i + 2 * j) % 5 === 0 ? NEVER : Math.sin(3 * i + j))),
      );
      const { loss, gradient } = lossAndGradient(z, from(graph), 0.3);
      expect(loss).toBeCloseTo(xclrLoss(rows, graph, 0.3), 12);
      expect(relativeError(gradient, flat(xclrGradient(rows, graph, 0.3)))).toBeLessThan(TOLERANCE);
    }));

  test('float32 keeps six digits of the value and five of the gradient', () =>
    scoped(() => {
      // Float32 rounds at 6e-8; a cosine's error is divided by τ = 0.1 and enters an exponential: about 1e-6.
      const { rows, z } = embeddings(64, 16, 3, 'float32');
      const graph = over(captionCosines(64, 7), 0.1);
      const { loss, gradient } = lossAndGradient(z, from(graph, 'float32'), 0.1);
      expect(Math.abs(loss / xclrLoss(rows, graph, 0.1) - 1)).toBeLessThan(2e-6);
      expect(relativeError(gradient, flat(xclrGradient(rows, graph, 0.1)))).toBeLessThan(2e-5);
    }));

  test('bfloat16 embeddings are computed in float32', () =>
    scoped(() => {
      const { z } = embeddings(16, 8, 4, 'bfloat16');
      const graph = over(captionCosines(16, 4), 0.1);
      const loss = contrastiveLoss(z, from(graph, 'float32'));
      expect(loss.dtype).toBe('float32');
      const wide = contrastiveLoss(z.to({ dtype: 'float64' }), from(graph));
      expect(Math.abs(loss.item() / wide.item() - 1)).toBeLessThan(2e-6);
    }));
});

describe('closed-form values', () => {
  test('equal embeddings: any graph gives ln(n − 1)', () =>
    scoped(() => {
      const z = from(Array.from({ length: 10 }, () => [3, -1, 2]));
      expect(contrastiveLoss(z, from(over(captionCosines(10, 3), 0.1))).item()).toBeCloseTo(Math.log(9), 12);
    }));

  test('two equal views, all else at right angles, identity graph: ln(1 + (n − 2) e^(−1/τ))', () =>
    scoped(() => {
      const basis = [0, 1, 2, 0, 1, 2].map((axis) => [0, 1, 2].map((k) => (k === axis ? 5 : 0)));
      const identity = basis.map((_, i) => basis.map((_, j) => (i % 3 === j % 3 ? 0 : NEVER)));
      const loss = contrastiveLoss(from(basis), from(identity), { temperature: 0.4 });
      expect(loss.item()).toBeCloseTo(Math.log1p(4 * Math.exp(-1 / 0.4)), 12);
    }));

  test('where p equals s the loss is the entropy of s and the gradient is zero', () =>
    scoped(() => {
      const { z } = embeddings(8, 5, 5);
      const unit = normalizeRows(z.detach());
      const cosines = unit.matmul(unit.t()); // (8, 8)
      const { loss, gradient } = lossAndGradient(z, cosines.div(0.2), 0.2);
      const s = targetDistribution(cosines.div(0.2)).toNumbers();
      expect(loss).toBeCloseTo(s.reduce((sum, v) => sum - (v > 0 ? v * Math.log(v) : 0), 0) / 8, 12);
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-14);
    }));
});

describe('the losses that it contains, as τ_s → 0', () => {
  const n = 12;

  test.each([
    { name: 'the limit', off: NEVER },
    { name: 'cosine .95 at τ_s = 1e-3', off: -0.05 / 1e-3 },
  ])('equal captions a class: SupCon L_out ($name)', ({ off }) =>
    scoped(() => {
      const labels = Array.from({ length: n }, (_, i) => (i % (n / 2)) % 3);
      const { rows, z } = embeddings(n, 6, 6);
      const graph = labels.map((a) => labels.map((b) => (a === b ? 0 : off)));
      // What is left on the others at cosine .95: e^−50.
      expect(contrastiveLoss(z, from(graph)).item()).toBeCloseTo(supConOut(rows, labels, 0.1), 11);
    }),
  );

  test.each([
    { name: 'the limit', off: NEVER },
    { name: 'cosine .95 at τ_s = 1e-3', off: -0.05 / 1e-3 },
  ])('all captions different: NT-Xent ($name)', ({ off }) =>
    scoped(() => {
      const { rows, z } = embeddings(n, 6, 7);
      const graph = rows.map((_, i) => rows.map((_, j) => (i % (n / 2) === j % (n / 2) ? 0 : off)));
      expect(contrastiveLoss(z, from(graph), { temperature: 0.5 }).item()).toBeCloseTo(ntXent(rows, 0.5), 11);
    }),
  );
});

describe('invariances', () => {
  const n = 10;
  const graph = over(captionCosines(n, 4), 0.1);
  const reorder = (order: readonly number[]) =>
    scoped(() => {
      const { rows, z } = embeddings(n, 4, 8);
      const before = lossAndGradient(z, from(graph), 0.1);
      const moved = from(order.map((i) => rows[i]!)).requiresGrad_();
      const after = lossAndGradient(moved, from(order.map((i) => order.map((j) => graph[i]![j]!))), 0.1);
      const gradientBefore = order.flatMap((i) => before.gradient.slice(4 * i, 4 * i + 4));
      expect(after.loss).toBeCloseTo(before.loss, 13);
      expect(relativeError(after.gradient, gradientBefore)).toBeLessThan(1e-12);
    });

  test('swapping the two views', () => reorder([5, 6, 7, 8, 9, 0, 1, 2, 3, 4]));
  test('any order of the rows', () => reorder([3, 1, 4, 9, 5, 2, 6, 8, 7, 0]));

  test('the length of the embeddings; their gradients shrink by as much', () =>
    scoped(() => {
      const { rows, z } = embeddings(n, 4, 9);
      const before = lossAndGradient(z, from(graph), 0.1);
      const long = from(rows.map((row) => row.map((value) => 1000 * value))).requiresGrad_();
      const after = lossAndGradient(long, from(graph), 0.1);
      expect(after.loss).toBeCloseTo(before.loss, 12);
      expect(
        relativeError(
          after.gradient,
          before.gradient.map((value) => value / 1000),
        ),
      ).toBeLessThan(1e-12);
    }));

  test('what the graph says of a view with itself', () =>
    scoped(() => {
      const { z } = embeddings(n, 4, 10);
      const other = graph.map((row, i) => row.map((value, j) => (i === j ? 1e6 : value)));
      expect(contrastiveLoss(z, from(other)).item()).toBe(contrastiveLoss(z, from(graph)).item());
    }));

  test('adding a constant to a row of the graph', () =>
    scoped(() => {
      const { z } = embeddings(n, 4, 11);
      const shifted = graph.map((row, i) => row.map((value) => value + 10 * i));
      expect(contrastiveLoss(z, from(shifted)).item()).toBeCloseTo(
        contrastiveLoss(z, from(graph)).item(),
        12,
      );
    }));
});

describe('extremes', () => {
  test('τ = 0.005 in float32: cosines of ±200 neither overflow nor lose the value', () =>
    scoped(() => {
      const { rows, z } = embeddings(16, 4, 12, 'float32');
      const graph = over(captionCosines(16, 4), 0.005);
      const { loss, gradient } = lossAndGradient(z, from(graph, 'float32'), 0.005);
      // Cosines are off by 1e-7, so logits by 2e-5, in a loss of about 100.
      expect(Math.abs(loss / xclrLoss(rows, graph, 0.005) - 1)).toBeLessThan(1e-5);
      expect(gradient.every(Number.isFinite)).toBe(true);
      expect(relativeError(gradient, flat(xclrGradient(rows, graph, 0.005)))).toBeLessThan(1e-3);
    }));

  test('opposite views as positives at τ = 0.005: 400 nats, finite, with a gradient', () =>
    scoped(() => {
      const rows = [
        [1, 0],
        [0.999, 0.001],
        [-1, 0.001],
        [-0.999, 0],
      ]; // positives lie opposite each other
      const identity = rows.map((_, i) => rows.map((_, j) => (i % 2 === j % 2 ? 0 : NEVER)));
      const z = from(rows, 'float32').requiresGrad_();
      const { loss, gradient } = lossAndGradient(z, from(identity, 'float32'), 0.005);
      expect(loss).toBeGreaterThan(399);
      expect(loss).toBeLessThan(401);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }));

  test('a row of zeros has no direction: its value is finite, and so are the gradients', () =>
    scoped(() => {
      const z = from(
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        'float32',
      ).requiresGrad_();
      const { loss, gradient } = lossAndGradient(z, from(captionCosines(4, 2), 'float32'), 0.1);
      expect(Number.isFinite(loss)).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }));

  test('the graph carries no gradient', () =>
    scoped(() => {
      const { z } = embeddings(4, 3, 13);
      const graph = from(captionCosines(4, 2)).requiresGrad_();
      contrastiveLoss(z, graph).backward();
      expect(graph.grad).toBeNull();
      expect(z.grad).not.toBeNull();
    }));
});

describe('errors', () => {
  const graph = (n: number) => tensor(captionCosines(n, 2), { dtype: 'float64' });

  test.each([0, -0.1, Number.NaN])('temperature %s', (temperature) =>
    scoped(() => {
      const { z } = embeddings(4, 3, 14);
      expect(() => contrastiveLoss(z, graph(4), { temperature })).toThrow(
        `contrastiveLoss: temperature must be positive, got ${temperature}`,
      );
    }),
  );

  test('a graph of another size, with the remedy', () =>
    scoped(() => {
      const { z } = embeddings(4, 3, 15);
      expect(() => contrastiveLoss(z, graph(8))).toThrow(
        /graph must be \(4, 4\) to match z, got \(8, 8\).*views of the batch/s,
      );
      expect(() => contrastiveLoss(z, graph(4).reshape([16]))).toThrow(/must be \(4, 4\).*got \(16\)/s);
    }));

  test('one row', () =>
    scoped(() => {
      const { z } = embeddings(1, 3, 16);
      expect(() => contrastiveLoss(z, tensor([[0]]))).toThrow('z must have at least 2 rows, got 1');
    }));

  test('a row without positives, and NaN in the graph', () =>
    scoped(() => {
      const { z } = embeddings(4, 3, 17);
      const alone = captionCosines(4, 2).map((row, i) =>
        row.map((value, j) => (i === 1 && j !== 1 ? NEVER : value)),
      );
      expect(() => contrastiveLoss(z, from(alone))).toThrow(
        /a row without any positive.*two views of each sample/s,
      );
      const unknown = captionCosines(4, 2).map((row, i) =>
        row.map((value) => (i === 2 ? Number.NaN : value)),
      );
      expect(() => contrastiveLoss(z, from(unknown))).toThrow(/NaN/);
    }));
});
