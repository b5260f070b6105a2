// Postprocessing steps: closed-form values, what changes nothing, and that only training rows are looked at.
import { linalgInv, scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import {
  clipNegatives,
  keepTopK,
  PostprocessedGraph,
  postprocessVectors,
  type RowsOfSamples,
  TextGraph,
  type VectorPostprocessing,
} from '../../src/graph/index.js';
import { Random } from '../../src/util/random.js';

const never = Number.NEGATIVE_INFINITY;

function rowsFrom(list: readonly (readonly number[])[]): RowsOfSamples {
  const unit = list.map((row) => row.map((value) => value / Math.hypot(...row)));
  return {
    vectors: Float32Array.from(unit.flat()),
    dimensions: list[0]!.length,
    rowOf: Int32Array.from(list.keys()),
  };
}

function dot({ vectors, dimensions: d }: RowsOfSamples, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += vectors[a * d + i]! * vectors[b * d + i]!;
  return sum;
}

const random = new Random(7);
const many = rowsFrom(
  Array.from({ length: 200 }, () =>
    Array.from({ length: 6 }, (_, i) => (i === 0 ? 4 : 0) + (1 + i) * random.normal()),
  ),
);
const all = Int32Array.from({ length: 200 }, (_, i) => i);

describe('postprocessVectors', () => {
  it('center: (1, 0) and (0, 1) become opposite', () => {
    const postprocessed = postprocessVectors(
      rowsFrom([
        [1, 0],
        [0, 1],
      ]),
      Int32Array.of(0, 1),
      { center: true },
    );
    expect(dot(postprocessed, 0, 1)).toBeCloseTo(-1, 6);
  });

  it('without postprocessing steps changes nothing', () => {
    expect(postprocessVectors(many, all, {})).toBe(many);
  });

  it('removeComponents leaves nothing along the first component', () => {
    // Along x the rows vary, along y less: without x only y's sign is left.
    const rows = rowsFrom([
      [3, 1],
      [-3, 1],
      [3, -1],
      [-3, -1],
    ]);
    const postprocessed = postprocessVectors(rows, Int32Array.of(0, 1, 2, 3), { removeComponents: 1 });
    expect(dot(postprocessed, 0, 1)).toBeCloseTo(1, 5);
    expect(dot(postprocessed, 0, 2)).toBeCloseTo(-1, 5);
    expect(() => postprocessVectors(rows, Int32Array.of(0, 1, 2, 3), { removeComponents: 2 })).toThrow(
      /below 2/,
    );
  });

  it('whiten: cosines of whitened vectors follow the inverse covariance', () => {
    const { vectors, dimensions: d } = many;
    const mean = Array.from(
      { length: d },
      (_, i) => all.reduce((sum, row) => sum + vectors[row * d + i]!, 0) / 200,
    );
    const postprocessed = postprocessVectors(many, all, { whiten: 0 });
    // By definition cosine(a, b) = aᵀC⁻¹b / √(aᵀC⁻¹a · bᵀC⁻¹b) of centered a and b.
    const centered = Array.from(all, (row) => mean.map((m, i) => vectors[row * d + i]! - m));
    const inverse = scoped(() => {
      const x = tensor(Float64Array.from(centered.flat()), { shape: [200, d] });
      const values = new Float64Array(d * d);
      linalgInv(x.t().matmul(x).div(200)).copyTo(values);
      return values;
    });
    const form = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) sum += centered[a]![i]! * inverse[i * d + j]! * centered[b]![j]!;
      return sum;
    };
    for (const [a, b] of [
      [0, 1],
      [5, 17],
      [100, 3],
    ] as const) {
      expect(dot(postprocessed, a, b)).toBeCloseTo(form(a, b) / Math.sqrt(form(a, a) * form(b, b)), 4);
    }
  });

  it('whitening shrunk wholly is centering', () => {
    const shrunk = postprocessVectors(many, all, { whiten: 1 });
    const centered = postprocessVectors(many, all, { center: true });
    for (const [a, b] of [
      [0, 1],
      [5, 17],
    ] as const)
      expect(dot(shrunk, a, b)).toBeCloseTo(dot(centered, a, b), 5);
    expect(postprocessVectors(many, all, { whiten: 0, components: 2 }).dimensions).toBe(2);
  });

  const postprocess: VectorPostprocessing[] = [{ center: true }, { removeComponents: 1 }, { whiten: 0.1 }];
  it.each(postprocess)('%o looks at training rows only, and is the same every time', (postprocess) => {
    const training = all.subarray(0, 100);
    const changed = { ...many, vectors: many.vectors.slice() };
    for (let i = 100 * 6; i < 200 * 6; i++) changed.vectors[i] = -many.vectors[i]!;
    const before = postprocessVectors(many, training, postprocess);
    const after = postprocessVectors(changed, training, postprocess);
    const width = before.dimensions;
    expect(after.vectors.subarray(0, 100 * width)).toEqual(before.vectors.subarray(0, 100 * width));
    expect(after.vectors).not.toEqual(before.vectors);
    expect(postprocessVectors(many, training, postprocess)).toEqual(before);
    expect(postprocessVectors(many, all, postprocess).vectors).not.toEqual(before.vectors);
  });

  it('says which vector has nothing left', () => {
    const same = rowsFrom([
      [1, 0],
      [1, 0],
    ]);
    expect(() => postprocessVectors(same, Int32Array.of(0, 1), { center: true })).toThrow(
      /vector 0 becomes zero/,
    );
    expect(() => postprocessVectors(same, Int32Array.of(0), { center: true })).toThrow(
      /two training samples/,
    );
  });
});

describe('post-processing of similarities', () => {
  const values = [1, 0.5, -0.2, 0.5, 1, 0.3, -0.2, 0.3, 1];
  const run = (postprocess: (s: ReturnType<typeof tensor>) => ReturnType<typeof tensor>) => {
    const out = new Float32Array(9);
    scoped(() => postprocess(tensor(Float32Array.from(values), { shape: [3, 3] })).copyTo(out));
    return Array.from(out);
  };
  const rounded = (list: readonly number[]) => Array.from(Float32Array.from(list));

  it('clips negatives', () => {
    expect(run(clipNegatives)).toEqual(rounded([1, 0.5, 0, 0.5, 1, 0.3, 0, 0.3, 1]));
  });

  it('keeps the top k of each row; with k = n nothing changes', () => {
    expect(run((s) => keepTopK(s, 1))).toEqual(rounded([1, 0.5, never, 0.5, 1, never, never, 0.3, 1]));
    expect(run((s) => keepTopK(s, 3))).toEqual(rounded(values));
    expect(() => run((s) => keepTopK(s, 0))).toThrow(/at least 1/);
  });

  it('come before τ_s, and keep the other view', () => {
    const rows = rowsFrom([
      [1, 0],
      [1, 1],
      [-1, 0.1],
    ]);
    using graph = new PostprocessedGraph(new TextGraph(rows), 0.5, { clip: true, topK: 1 });
    const out = new Float32Array(36);
    scoped(() => graph.logits(Int32Array.of(0, 1, 2, 0, 1, 2)).copyTo(out));
    const other = Array.from({ length: 6 }, (_, i) => out[i * 6 + ((i + 3) % 6)]!);
    for (const logit of other) expect(logit).toBeCloseTo(2, 5);
    expect(out[1]).toBe(never);
  });
});
