// The proposed τ_s against the formula, and against the targets of a real batch.
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/graph/calibrate.js';
import { targetStatistics } from '../../src/graph/target-statistics.js';
import { TextGraph } from '../../src/graph/text-graph.js';
import { Random } from '../../src/util/random.js';

/** n rows with the same cosine between any two: one shared axis, one of their own each. */
function equicorrelated(n: number, cosine: number) {
  const vectors = new Float32Array(n * (n + 1));
  for (let i = 0; i < n; i++) {
    vectors[i * (n + 1)] = Math.sqrt(cosine);
    vectors[i * (n + 1) + 1 + i] = Math.sqrt(1 - cosine);
  }
  return { vectors, dimensions: n + 1, rowOf: Int32Array.from({ length: n }, (_, i) => i) };
}

describe('calibrate', () => {
  it.each([
    [0.1, 0.8],
    [0.3, 0.35],
    [0.5, 0.07],
  ])('mean cosine %s at batch 1024 and τ_s 0.1 leaves %s on the true positive', (cosine, mass) => {
    const { meanOffPositive, curve } = calibrate(equicorrelated(64, cosine), { batch: 1024 });
    expect(meanOffPositive).toBeCloseTo(cosine, 5);
    const at = curve.find((point) => point.targetTemperature === 0.1)!;
    expect(at.positiveMass).toBeCloseTo(mass, 1);
    expect(at.positiveMass).toBeCloseTo(1 / (1 + 2046 * Math.exp((cosine - 1) / 0.1)), 5);
  });

  it('proposes the τ_s that solves the formula', () => {
    const { targetTemperature, positiveMass } = calibrate(equicorrelated(64, 0.2), {
      batch: 256,
      sameCaptionMass: 0.6,
    });
    const exact = 0.8 / Math.log((510 * 0.6) / 0.4);
    expect(targetTemperature).toBeCloseTo(exact, 3);
    expect(positiveMass).toBeCloseTo(0.6, 1);
  });

  it('foretells the targets of a batch', () => {
    const n = 300;
    const d = 12;
    const random = new Random(7);
    const vectors = Float32Array.from({ length: n * d }, () => random.normal());
    for (let row = 0; row < n; row++) {
      const part = vectors.subarray(row * d, (row + 1) * d);
      const norm = Math.hypot(...part);
      for (let i = 0; i < d; i++) part[i]! /= norm;
    }
    const rows = { vectors, dimensions: d, rowOf: Int32Array.from({ length: n }, (_, i) => i) };
    const { targetTemperature, positiveMass, targetEntropy } = calibrate(rows, {
      batch: n,
      sameCaptionMass: 0.5,
    });
    expect(positiveMass).toBeCloseTo(0.5, 2);
    using graph = new TextGraph(rows, { targetTemperature });
    using logits = graph.logits(Int32Array.from({ length: 2 * n }, (_, i) => i % n));
    const real = targetStatistics(logits);
    expect(Math.abs(real.positiveMass - positiveMass)).toBeLessThan(0.03);
    expect(Math.abs(real.targetEntropy - targetEntropy)).toBeLessThan(0.15);
  });

  it('counts images of one caption as positives', () => {
    const rows = equicorrelated(10, 0.3);
    const rowOf = Int32Array.from({ length: 400 }, (_, i) => i % 10);
    const { targetTemperature, sameCaptionMass, positiveMass } = calibrate(
      { ...rows, rowOf },
      { batch: 256 },
    );
    // Ten captions of equal fraction: 1 view in 10 has the anchor's, so half the mass needs e^(0.7/τ) ≈ 9.
    expect(targetTemperature).toBeGreaterThan(0.25);
    expect(targetTemperature).toBeLessThan(0.4);
    expect(sameCaptionMass).toBeCloseTo(0.5, 2);
    expect(positiveMass).toBeLessThan(0.02);
  });

  it('refuses what it cannot do', () => {
    const rows = equicorrelated(4, 0.2);
    expect(() => calibrate(rows, { batch: 8, sameCaptionMass: 1 })).toThrow(/between 0 and 1/);
    expect(() => calibrate(rows, { batch: 1 })).toThrow(/batch/);
    expect(() => calibrate({ ...rows, rowOf: Int32Array.of(0) }, { batch: 8 })).toThrow(/two samples/);
  });
});
