// The linear probe and the ridge map against scikit-learn, and L-BFGS against known minima.
import { readFileSync } from 'node:fs';
import { cat, liveTensors, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { lbfgs } from '../../src/evaluate/lbfgs.js';
import { classify, fitLogistic } from '../../src/evaluate/logistic-regression.js';
import { fitRidgeMap } from '../../src/evaluate/ridge-map.js';

const golden = JSON.parse(readFileSync(new URL('../goldens/probe.json', import.meta.url), 'utf8')) as {
  classes: number;
  dimensions: number;
  x: number[];
  y: number[];
  testX: number[];
  testY: number[];
  fits: { C: number; accuracy: number; coef: number[]; intercept: number[] }[];
  ridge: { strength: number; captions: number[]; images: number[]; predicted: number[] };
};
const rows = (values: readonly number[], d: number) =>
  tensor(Float32Array.from(values), { shape: [values.length / d, d] });

/** A function of plain numbers as the tensors that L-BFGS takes. */
const plain =
  (f: (x: readonly number[]) => { value: number; gradient: number[] }) =>
  (x: Tensor): { value: number; gradient: Tensor } => {
    const { value, gradient } = f(x.toNumbers());
    return { value, gradient: tensor(Float64Array.from(gradient)) };
  };

const minimize = (
  f: Parameters<typeof plain>[0],
  start: readonly number[],
  options: Parameters<typeof lbfgs>[2] = {},
) =>
  scoped(() => {
    const { x, ...found } = lbfgs(plain(f), tensor(Float64Array.from(start)), options);
    return { ...found, x: x.toNumbers() };
  });

describe('lbfgs', () => {
  it('finds the minimum of an ill-conditioned quadratic', () => {
    const scales = [1, 10, 100, 1000];
    const { x, converged } = minimize(
      (at) => ({
        value: at.reduce((sum, one, i) => sum + (scales[i]! * (one - i) ** 2) / 2, 0),
        gradient: at.map((one, i) => scales[i]! * (one - i)),
      }),
      [0, 0, 0, 0],
    );
    expect(converged).toBe(true);
    x.forEach((one, i) => {
      expect(one).toBeCloseTo(i, 5);
    });
  });

  // More iterations than it remembers pairs.
  it.each([2, 10])('finds the end of Rosenbrock’s valley, remembering %i pairs', (memory) => {
    const { x, iterations } = minimize(
      ([a = 0, b = 0]) => ({
        value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
        gradient: [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)],
      }),
      [-1.2, 1],
      { tolerance: 1e-8, memory },
    );
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(1, 6);
    expect(iterations).toBeGreaterThan(10);
    expect(iterations).toBeLessThan(100); // steepest descent takes thousands
  });

  it('stops where it stands when nothing can be gained', () => {
    const { iterations, converged } = minimize((at) => ({ value: 1, gradient: at.map(() => 0) }), [0, 0, 0]);
    expect([iterations, converged]).toEqual([0, true]);
  });

  it('ends where no step makes the value smaller', () => {
    const { iterations, converged } = minimize(
      (at) => ({ value: Math.abs(at[0]!), gradient: [1] }), // the gradient lies on the other side
      [-1e-12],
    );
    expect([iterations, converged]).toEqual([0, false]);
  });

  it('leaves nothing behind', () => {
    const before = liveTensors();
    minimize((at) => ({ value: at[0]! ** 2, gradient: [2 * at[0]!] }), [3]);
    expect(liveTensors()).toBe(before);
  });
});

describe('logistic regression', () => {
  const { classes, dimensions: d } = golden;
  it.each(golden.fits)(
    'at C = $C has scikit-learn’s accuracy and weights',
    ({ C, accuracy, coef, intercept }) =>
      scoped(() => {
        const classifier = fitLogistic(rows(golden.x, d), Int32Array.from(golden.y), classes, { C });
        const predicted = classify(classifier, rows(golden.testX, d));
        const right = golden.testY.filter((one, i) => one === predicted[i]).length / golden.testY.length;
        expect(Math.abs(right - accuracy)).toBeLessThanOrEqual(0.005);
        // The intercept is free but for a common shift, which no prediction sees.
        const shift =
          intercept.reduce((sum, one, c) => sum + one - classifier.weights[d * classes + c]!, 0) / classes;
        const scale = Math.max(...coef.map(Math.abs));
        // The penalty hardly holds weights at C = 1000: there a gradient of 1e-5 leaves them further from the minimum.
        const tolerance = (C >= 1000 ? 0.02 : 0.002) * scale;
        coef.forEach((one, i) => {
          expect(Math.abs(classifier.weights[i]! - one)).toBeLessThan(tolerance);
        });
        intercept.forEach((one, c) => {
          expect(Math.abs(classifier.weights[d * classes + c]! + shift - one)).toBeLessThan(tolerance);
        });
      }),
  );
});

describe('a fit that does not reach its minimum', () => {
  const { classes, dimensions: d } = golden;
  it('says so', () =>
    scoped(() => {
      const [x, y] = [rows(golden.x, d), Int32Array.from(golden.y)];
      const whole = fitLogistic(x, y, classes, { C: 10 });
      expect(whole).toMatchObject({ converged: true });
      expect(whole.gradient).toBeLessThan(1e-4);
      const cut = fitLogistic(x, y, classes, { C: 10, maxIterations: 2 });
      expect(cut).toMatchObject({ converged: false, iterations: 2 });
      expect(cut.gradient).toBeGreaterThan(1e-4);
    }));
});

describe('the ridge map', () => {
  it('does not change with columns that are 0 for all captions, as texts of other tasks bring them', () =>
    scoped(() => {
      const { captions, images } = golden.ridge;
      const [t, x] = [rows(captions, 7), rows(images, 4)];
      const wider = cat([t, zeros([t.size(0), 5])], { dim: 1 }); // (60, 12)
      using map = fitRidgeMap(t, x, Int32Array.of(1, 8), { strengths: [0.1] });
      using same = fitRidgeMap(wider, x, Int32Array.of(1, 8), { strengths: [0.1] });
      const expected = map.apply(t).toNumbers();
      same
        .apply(wider)
        .toNumbers()
        .forEach((one, i) => {
          expect(one).toBeCloseTo(expected[i]!, 10);
        });
    }));

  it('predicts what scikit-learn’s Ridge predicts, in both forms of the solution', () =>
    scoped(() => {
      const { captions, images, predicted, strength } = golden.ridge;
      const [t, x] = [rows(captions, 7), rows(images, 4)];
      using map = fitRidgeMap(t, x, Int32Array.of(), { strengths: [strength] });
      const led = map.apply(t.narrow(0, 0, 10)).toNumbers();
      led.forEach((one, i) => {
        expect(one).toBeCloseTo(predicted[i]!, 5);
      });
      // With columns repeated there are more numbers than captions: the dual form, and the same predictions. They are more than are
      // looked at together, and not centered.
      const wide = t.repeat([1, 200]).add(1); // (60, 1400)
      using dual = fitRidgeMap(wide, x, Int32Array.of(), { strengths: [(strength * 60) / 7] });
      dual
        .apply(wide.narrow(0, 0, 10))
        .toNumbers()
        .forEach((one, i) => {
          expect(one).toBeCloseTo(predicted[i]!, 5);
        });
    }));

  it('takes the strength that held-out images are best met with', () =>
    scoped(() => {
      const { captions, images } = golden.ridge;
      const held = Int32Array.of(1, 8, 20, 33, 41, 52);
      const [t, x] = [rows(captions, 7), rows(images, 4)];
      const unit = x.div(x.linalgVectorNorm({ dim: [1], keepdim: true }));
      using map = fitRidgeMap(t, unit, held);
      expect([1e-4, 1e-3, 1e-2, 1e-1, 1]).toContain(map.strength);
      // 54 images have 6 · 9 times the mean square in the other form: what the strengths are counted in is 54 / 7 times as large.
      const strengths = [1e-4, 1e-3, 1e-2, 1e-1, 1].map((one) => (one * 54) / 7);
      using dual = fitRidgeMap(t.repeat([1, 20]), unit, held, { strengths });
      expect(dual.strength).toBeCloseTo((map.strength * 54) / 7, 10);
    }));
});
