// The loss by strips against the loss at once, to the gradient.
import { type Dtype, manualSeed, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, it, test } from 'vitest';
import { targetStatistics } from '../../src/graph/target-statistics.js';
import {
  contrastiveLoss,
  memoryLoss,
  memoryTargets,
  mixTargets,
  smoothTargets,
} from '../../src/losses/index.js';
import {
  stripContrastiveLoss,
  stripRows,
  stripStatistics,
  stripSums,
  stripTargetLoss,
  targetRows,
} from '../../src/losses/strips.js';

const NEVER = Number.NEGATIVE_INFINITY;

/** z (n, d), and logits (n, n) of two views of each sample, symmetric; every third pair of samples is never similar. */
function batch(n: number, d: number, dtype: Dtype = 'float64') {
  manualSeed(n);
  const z = randn([n, d], { dtype });
  const captions = randn([n / 2, 6], { dtype }).repeat([2, 1]); // (n, 6)
  const products = captions.matmul(captions.t());
  const never = tensor(
    Array.from({ length: n }, (_, i) =>
      Array.from(
        { length: n },
        (_, j) => ((i % (n / 2)) + (j % (n / 2)) + 1) % 3 === 0 && (i - j) % (n / 2) !== 0,
      ),
    ),
  );
  return { z, logits: products.maskedFill(never.to({ dtype: 'bool' }), NEVER) };
}

const rowsOf =
  (logits: Tensor) =>
  ({ start, end }: { start: number; end: number }) =>
    logits.narrow(0, start, end - start).clone();

function both(z: Tensor, logits: Tensor, tile: number) {
  const [a, b] = [z.detach().clone().requiresGrad_(), z.detach().clone().requiresGrad_()];
  const whole = contrastiveLoss(a, logits, { temperature: 0.2 });
  const cut = stripContrastiveLoss(b, rowsOf(logits), { temperature: 0.2, tile });
  // Another factor than one: the gradient must follow what is done to the loss.
  whole.mul(3).backward();
  cut.mul(3).backward();
  return {
    loss: [cut.item(), whole.item()] as const,
    gradient: [b.grad!, a.grad!] as const,
  };
}

const size = (x: Tensor) => x.linalgVectorNorm().item();

describe('equals the loss at once', () => {
  // n − 1, n and n + 1 rows a strip, strips that leave a tail, and single rows.
  test.each([1, 7, 16, 39, 40, 41])('at a tile of %i of 40 rows, in float64', (tile) =>
    scoped(() => {
      const { z, logits } = batch(40, 8);
      const { loss, gradient } = both(z, logits, tile);
      expect(Math.abs(loss[0] - loss[1])).toBeLessThan(1e-12 * loss[1]);
      expect(size(gradient[0].sub(gradient[1]))).toBeLessThan(1e-12 * size(gradient[1]));
    }),
  );

  // float32 rounds at 6e-8; a row adds some hundred terms.
  test('in float32, within its rounding', () =>
    scoped(() => {
      const { z, logits } = batch(500, 32, 'float32');
      const { loss, gradient } = both(z, logits, 64);
      expect(Math.abs(loss[0] - loss[1])).toBeLessThan(1e-5 * loss[1]);
      expect(size(gradient[0].sub(gradient[1]))).toBeLessThan(1e-4 * size(gradient[1]));
    }));

  test('for an odd number of rows, and for rows of any length', () =>
    scoped(() => {
      manualSeed(3);
      const z = randn([9, 4], { dtype: 'float64' }).mul(50);
      const { loss, gradient } = both(z, randn([9, 9], { dtype: 'float64' }), 4);
      expect(Math.abs(loss[0] - loss[1])).toBeLessThan(1e-12 * loss[1]);
      expect(size(gradient[0].sub(gradient[1]))).toBeLessThan(1e-12);
    }));
});

test('leaves the gradient of a graph alone, and nothing behind', () =>
  scoped(() => {
    const { z, logits } = batch(12, 4);
    const before = logits.clone();
    both(z, logits, 5);
    expect(logits.eq(before).all().item()).toBe(1);
  }));

test('is NaN where a row has no positive', () =>
  scoped(() => {
    const { z, logits } = batch(8, 4);
    logits.narrow(0, 2, 1).fill_(NEVER);
    expect(stripContrastiveLoss(z, rowsOf(logits), { tile: 3 }).item()).toBeNaN();
  }));

test.each([1, 3, 8])('the statistics are those of the whole matrix, at a tile of %i', (tile) =>
  scoped(() => {
    const { logits } = batch(16, 4);
    const [entropy, mass] = stripStatistics(rowsOf(logits), 16, { tile }).toNumbers();
    const { targetEntropy, positiveMass } = targetStatistics(logits); // in float32
    expect(entropy).toBeCloseTo(targetEntropy, 5);
    expect(mass).toBeCloseTo(positiveMass, 5);
  }),
);

test('three views: other views lie on four diagonals', () =>
  scoped(() => {
    manualSeed(5);
    const logits = randn([12, 12], { dtype: 'float64' });
    const [, mass] = stripStatistics(rowsOf(logits), 12, { views: 3, tile: 5 }).toNumbers();
    expect(mass).toBeCloseTo(targetStatistics(logits, { views: 3 }).positiveMass, 5);
  }));

test('a strip has 64 to 1,024 rows and no more than the batch', () => {
  expect([2, 512, 4096, 16_384, 65_536, 1_000_000].map(stripRows)).toEqual([2, 512, 1024, 256, 64, 64]);
});

test.each([
  [{ tile: 0 }, 'tile'],
  [{ tile: 1.5 }, 'tile'],
  [{ temperature: 0 }, 'temperature'],
])('refuses %o', (options, what) =>
  scoped(() => {
    const { z, logits } = batch(4, 2);
    expect(() => stripContrastiveLoss(z, rowsOf(logits), options)).toThrow(what);
  }),
);

test('refuses a graph of another size, and a single row', () =>
  scoped(() => {
    const { z, logits } = batch(4, 2);
    expect(() => stripContrastiveLoss(z, () => logits, { tile: 2 })).toThrow('(2, 4)');
    expect(() => stripContrastiveLoss(z.narrow(0, 0, 1), rowsOf(logits))).toThrow('at least 2 rows');
  }));

/** Halves of each of two views, as two processes have them. */
const halves = (n: number) =>
  [0, 1].map((half) =>
    [0, 1].map((view) => ({
      start: (view * n) / 2 + (half * n) / 4,
      end: (view * n) / 2 + ((half + 1) * n) / 4,
    })),
  );

describe('a part of the rows', () => {
  it.each([1, 3, 100])('gives its part of loss, gradient and statistics, at a tile of %i', (tile) =>
    scoped(() => {
      const n = 24;
      const { z, logits } = batch(n, 6);
      const targets = (rows: { start: number; end: number }) => targetRows(rowsOf(logits), rows, n);
      const [a, b] = [z.detach().clone().requiresGrad_(), z.detach().clone().requiresGrad_()];
      const whole = contrastiveLoss(a, logits, { temperature: 0.2 });
      whole.backward();
      const parts = halves(n).map(
        (rows) => stripTargetLoss(b, targets, { temperature: 0.2, tile, rows }).loss,
      );
      const mean = parts[0]!.add(parts[1]!).div(2);
      mean.backward();
      expect(Math.abs(mean.item() - whole.item())).toBeLessThan(1e-12 * whole.item());
      expect(size(b.grad!.sub(a.grad!))).toBeLessThan(1e-12 * size(a.grad!));
      const sums = halves(n).map((rows) => stripSums(targets, n, { tile, rows }));
      const [entropy, mass] = sums[0]!.add(sums[1]!).div(n).toNumbers();
      const { targetEntropy, positiveMass } = targetStatistics(logits); // in float32
      expect(-entropy!).toBeCloseTo(targetEntropy, 5);
      expect(mass).toBeCloseTo(positiveMass, 5);
    }),
  );

  test('the statistics of some rows are means over these', () =>
    scoped(() => {
      const { logits } = batch(16, 4);
      const [rows] = halves(16);
      const sums = stripSums((range) => targetRows(rowsOf(logits), range, 16), 16, { rows: rows! });
      const [sum, mass] = sums.div(8).toNumbers();
      const found = stripStatistics(rowsOf(logits), 16, { rows: rows! }).toNumbers();
      expect(found[0]).toBeCloseTo(-sum!, 12);
      expect(found[1]).toBeCloseTo(mass!, 12);
    }));

  test('a row without a positive is told, and no other row is', () =>
    scoped(() => {
      const { z, logits } = batch(8, 4);
      logits.narrow(0, 5, 1).fill_(NEVER);
      const flagOf = (rows: { start: number; end: number }) =>
        stripTargetLoss(z, (range) => targetRows(rowsOf(logits), range, 8), {
          rows: [rows],
          tile: 2,
        }).invalid.item();
      expect([flagOf({ start: 0, end: 5 }), flagOf({ start: 4, end: 8 })]).toEqual([0, 1]);
    }));
});

describe('with a memory of past embeddings', () => {
  it.each([1, 5, 12])('equals memoryLoss, to the gradient, at a tile of %i', (tile) =>
    scoped(() => {
      manualSeed(9);
      const [z, past, logits] = [
        randn([12, 5], { dtype: 'float64' }),
        randn([7, 5], { dtype: 'float64' }),
        randn([12, 19], { dtype: 'float64' }),
      ];
      const [a, b] = [z.clone().requiresGrad_(), z.clone().requiresGrad_()];
      const whole = memoryLoss(a, past, memoryTargets(logits));
      const { loss } = stripTargetLoss(b, (rows) => targetRows(rowsOf(logits), rows, 19), {
        tile,
        memory: past,
      });
      whole.backward();
      loss.backward();
      expect(Math.abs(loss.item() - whole.item())).toBeLessThan(1e-12 * whole.item());
      expect(size(b.grad!.sub(a.grad!))).toBeLessThan(1e-12 * size(a.grad!));
    }),
  );
});

test('smoothed and mixed targets of some rows are rows of the whole', () =>
  scoped(() => {
    const { z, logits } = batch(10, 4);
    const whole = targetRows(rowsOf(logits), { start: 0, end: 10 }, 10);
    const expected = mixTargets(smoothTargets(whole, 0.2), z, 0.3, { temperature: 0.4 });
    for (const [start, end] of [
      [0, 4],
      [3, 10],
    ] as const) {
      const own = whole.narrow(0, start, end - start);
      const got = mixTargets(smoothTargets(own, 0.2, { start }), z, 0.3, { temperature: 0.4, start });
      expect(size(got.sub(expected.narrow(0, start, end - start)))).toBeLessThan(1e-12);
    }
    expect(() => smoothTargets(whole, 0.1, { start: 1 })).toThrow('rows of it');
  }));
