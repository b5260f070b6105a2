// Alignment against double loops in float64, the sampling of pairs and triplets, and the jackknife.

import { describe, expect, test } from 'vitest';
import { type AlignmentInput, alignmentScores } from '../../src/evaluate/alignment.js';
import { captionConcepts } from '../../src/evaluate/caption-concepts.js';
import { pairBlocks } from '../../src/evaluate/pair-blocks.js';
import { spearmanOfPairs } from '../../src/evaluate/rank-correlation.js';
import { averageRanks, pearson, spearman } from '../../src/evaluate/ranks.js';
import { dot, makeDataset, makeFeatures, normals, squareSimilarity, unit } from './make.js';

/** Captions as vectors; features are those vectors with noise. Similarities rounded to thirds make ties. */
function scene(n: number, { noise = 1, concepts = n, seed = 1 } = {}) {
  const meanings = unit(normals(concepts, 6, seed, 1));
  const concept = Int32Array.from({ length: n }, (_, i) => i % concepts);
  const rows = unit(
    normals(n, 6, seed, 2).map((row, i) =>
      row.map((value, d) => (noise * value) / 2.5 + meanings[concept[i]!]![d]!),
    ),
  );
  const caption = Array.from(concept, (a) =>
    Array.from(concept, (b) => Math.round(3 * dot(meanings[a]!, meanings[b]!)) / 3),
  );
  return { concept, rows, caption };
}

function score({ concept, rows, caption }: ReturnType<typeof scene>, options: Partial<AlignmentInput> = {}) {
  const { rows: features, indices } = makeFeatures(rows);
  using _ = features;
  return alignmentScores({
    features,
    rows: indices,
    samples: indices,
    concepts: concept,
    captionSimilarity: squareSimilarity(caption),
    margin: 0.1,
    triplets: 1e9,
    seed: 0,
    ...options,
  });
}

/** Both scores by their definitions; learned similarities in float64. */
function bruteForce({ concept, rows, caption }: ReturnType<typeof scene>, margin: number) {
  const learned: number[] = [];
  const told: number[] = [];
  let [agreeing, total] = [0, 0];
  const n = rows.length;
  for (let a = 0; a < n; a++) {
    for (let i = 0; i < n; i++) {
      if (i > a && concept[i] !== concept[a]) {
        learned.push(dot(rows[a]!, rows[i]!));
        told.push(caption[a]![i]!);
      }
      for (let j = i + 1; j < n; j++) {
        if ([i, j].some((other) => concept[other] === concept[a])) continue;
        const gap = caption[a]![i]! - caption[a]![j]!;
        if (Math.abs(gap) <= margin) continue;
        total++;
        const learnedGap = dot(rows[a]!, rows[i]!) - dot(rows[a]!, rows[j]!);
        agreeing += learnedGap === 0 ? 0.5 : Number(learnedGap > 0 === gap > 0);
      }
    }
  }
  return {
    correlation: spearman(Float32Array.from(learned), Float32Array.from(told)),
    agreeing,
    total,
    pairs: learned.length,
  };
}

describe('alignment', () => {
  test('all pairs and triplets equal the double loop, with repeated concepts and ties', () => {
    for (const made of [scene(25), scene(30, { concepts: 8 }), scene(12, { noise: 20 })]) {
      const scores = score(made);
      const expected = bruteForce(made, 0.1);
      expect(scores.pairs).toBe(expected.pairs);
      expect(scores.sameConceptPairs).toBe((made.rows.length * (made.rows.length - 1)) / 2 - expected.pairs);
      expect(scores.correlation.estimate).toBeCloseTo(expected.correlation, 6);
      expect(scores.triplets).toBe(expected.total);
      expect(scores.order.estimate).toBeCloseTo(expected.agreeing / expected.total, 6);
      expect([scores.pairsSampled, scores.tripletsSampled]).toEqual([false, false]);
    }
  });

  test('a concept’s triplet pseudo-value leaves out all its triplets, as anchor and as one of the compared', () => {
    const made = scene(24, { concepts: 8, noise: 2 });
    const { order } = score(made);
    const [groups, whole] = [8, bruteForce(made, 0.1)];
    for (let g = 0; g < groups; g++) {
      const kept = [...made.concept.keys()].filter((i) => made.concept[i] !== g);
      const without = bruteForce(
        {
          concept: Int32Array.from(kept, (i) => made.concept[i]!),
          rows: kept.map((i) => made.rows[i]!),
          caption: kept.map((i) => kept.map((j) => made.caption[i]![j]!)),
        },
        0.1,
      );
      const expected =
        (groups * whole.agreeing) / whole.total - ((groups - 1) * without.agreeing) / without.total;
      expect(order.numerators[g]).toBeCloseTo(expected, 6);
    }
  });

  test('features that are the captions are in perfect order; a margin leaves triplets out', () => {
    const made = scene(20, { noise: 0 });
    const exact = { ...made, caption: made.rows.map((a) => made.rows.map((b) => dot(a, b))) };
    const scores = score(exact, { margin: 1e-5 });
    expect(scores.correlation.estimate).toBeGreaterThan(1 - 1e-6);
    expect(scores.order.estimate).toBe(1);
    const wide = score(exact, { margin: 0.5 });
    expect(wide.triplets).toBeLessThan(scores.triplets);
    expect(score(exact, { margin: 2 }).order.estimate).toBeNaN();
  });

  test('samples of pairs and triplets come near the whole, and the seed fixes them', () => {
    const made = scene(300, { noise: 2 });
    const all = score(made, { triplets: 100_000_000 });
    const part = score(made, { maxPairs: 9000, triplets: 20_000, seed: 3 });
    expect([part.pairsSampled, part.tripletsSampled]).toEqual([true, true]);
    expect(part.pairs).toBeLessThanOrEqual(9000);
    expect(part.pairs).toBeGreaterThan(7500);
    expect(part.triplets).toBe(20_000);
    expect(Math.abs(part.correlation.estimate - all.correlation.estimate)).toBeLessThan(0.04);
    expect(Math.abs(part.order.estimate - all.order.estimate)).toBeLessThan(0.02);
    expect(score(made, { maxPairs: 9000, triplets: 20_000, seed: 3 })).toEqual(part);
    expect(score(made, { maxPairs: 9000, triplets: 20_000, seed: 4 })).not.toEqual(part);
  });

  test('collapsed features, equal captions, and too few images are undefined, not wrong', () => {
    const made = scene(8);
    const collapsed = score({ ...made, rows: made.rows.map(() => [1, 0, 0, 0, 0, 0]) });
    expect(collapsed.correlation.estimate).toBeNaN();
    expect(collapsed.order.estimate).toBe(0.5);
    const equal = score({ ...made, caption: made.caption.map((row) => row.map(() => 0.25)) });
    expect(equal.correlation.estimate).toBeNaN();
    expect(equal.captionsConstant).toBe(true);
    const one = score({ ...scene(1) });
    expect([one.pairs, one.triplets, one.correlation.estimate]).toEqual([0, 0, Number.NaN]);
  });

  test('a graph of another size is refused', () => {
    const captionSimilarity = squareSimilarity([[1]]);
    expect(() =>
      score(scene(3), {
        captionSimilarity: { similarities: () => captionSimilarity.similarities(Int32Array.of(0)) },
      }),
    ).toThrow('captionSimilarity must give (3, 3), got (1, 1)');
  });
});

describe('the jackknife over concepts', () => {
  test('a pseudo-value is G ρ − (G−1) ρ without the concept', () => {
    const { concept, rows, caption } = scene(18, { concepts: 6 });
    const list: [number, number, number, number][] = [];
    for (let i = 0; i < 18; i++) {
      for (let j = i + 1; j < 18; j++) {
        if (concept[i] !== concept[j])
          list.push([dot(rows[i]!, rows[j]!), caption[i]![j]!, concept[i]!, concept[j]!]);
      }
    }
    const column = (at: 0 | 1 | 2 | 3) => list.map((entry) => entry[at]);
    const pairs = {
      learned: Float32Array.from(column(0)),
      caption: Float32Array.from(column(1)),
      first: Int32Array.from(column(2)),
      second: Int32Array.from(column(3)),
    };
    const units = spearmanOfPairs(
      pairs,
      Int32Array.from({ length: 6 }, (_, g) => g),
    );
    const x = averageRanks(pairs.learned);
    const y = averageRanks(pairs.caption);
    expect(units.estimate).toBeCloseTo(pearson(x, y), 12);
    for (let g = 0; g < 6; g++) {
      const rest = (values: Float64Array) =>
        values.filter((_, p) => pairs.first[p] !== g && pairs.second[p] !== g);
      expect(units.numerators[g]).toBeCloseTo(6 * units.estimate - 5 * pearson(rest(x), rest(y)), 9);
    }
  });

  test('has no value for a concept without which nothing is left', () => {
    const { correlation, order } = score(scene(3), { triplets: 100 });
    // One pair, and no triplet, without any of three concepts.
    expect(correlation.estimate).not.toBeNaN();
    expect([...correlation.numerators]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...order.numerators].every(Number.isNaN)).toBe(true);
    expect([correlation.range, order.range]).toEqual([
      [-1, 1],
      [0, 1],
    ]);
  });

  test('its standard error is that of drawing other concepts', () => {
    const estimates: number[] = [];
    const errors: number[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const { estimate, numerators } = score(scene(60, { noise: 1.5, seed }), { triplets: 1 }).correlation;
      const mean = numerators.reduce((sum, value) => sum + value, 0) / 60;
      errors.push(numerators.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (60 * 59));
      estimates.push(estimate);
    }
    const mean = estimates.reduce((sum, value) => sum + value, 0) / 60;
    const spread = Math.sqrt(estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59);
    const told = Math.sqrt(errors.reduce((sum, value) => sum + value, 0) / 60);
    expect(told / spread).toBeGreaterThan(0.7);
    expect(told / spread).toBeLessThan(1.5);
  });
});

describe('pairBlocks', () => {
  test('one block while all pairs fit', () => {
    expect(pairBlocks(5, 10, 0)).toEqual([Int32Array.of(0, 1, 2, 3, 4)]);
    expect(pairBlocks(0, 10, 0)).toEqual([new Int32Array(0)]);
  });

  test.each([
    [2001, 2_000_000],
    [100_000, 2_000_000],
    [1000, 400],
  ])('%i samples, each in one block at most, make at most %i pairs and not far fewer', (n, maxPairs) => {
    const blocks = pairBlocks(n, maxPairs, 1);
    const seen = new Set(blocks.flatMap((block) => [...block]));
    expect(seen.size).toBe(Math.min(n, maxPairs));
    expect(blocks.reduce((sum, block) => sum + block.length, 0)).toBe(seen.size);
    expect(Math.min(...blocks.map((block) => block.length))).toBeGreaterThan(1);
    const pairs = blocks.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
    expect(pairs).toBeLessThanOrEqual(maxPairs);
    expect(pairs).toBeGreaterThan(maxPairs * 0.45);
  });

  test('every pair is about equally likely', () => {
    const together = new Float64Array(9);
    for (let seed = 0; seed < 3000; seed++) {
      for (const block of pairBlocks(9, 12, seed)) {
        if (block.includes(0)) for (const other of block) together[other]!++;
      }
    }
    for (let other = 2; other < 9; other++)
      expect(Math.abs(together[other]! / together[1]! - 1)).toBeLessThan(0.15);
  });
});

test('images with the same captions are one concept, whatever the case and spacing', () => {
  const data = makeDataset([
    { captions: ['a cat'] },
    { captions: ['A  Cat '] },
    { captions: ['a cat', 'an animal'] },
    { captions: ['une chatte'] },
    { captions: ['a cat'] },
  ]);
  expect([...captionConcepts(data, Int32Array.of(3, 0, 1, 2, 4))]).toEqual([0, 1, 1, 2, 1]);
});
