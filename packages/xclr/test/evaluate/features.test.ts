// Feature extraction: rows, order, dtypes, the raw-pixel control, and what an encoder must not give.

import { liveTensors, scoped, type Tensor, tensor } from '@xclr/torch';
import { describe, expect, test } from 'vitest';
import { centerRows_, unitRows } from '../../src/evaluate/feature-set.js';
import { extractFeatures, type ImageBatch, rawPixelFeatures } from '../../src/evaluate/features.js';
import { dot, normals, unit } from './make.js';

const PIXELS = 2 * 3 * 3;
const images = normals(11, PIXELS, 1).map((row) => row.map((value) => value + 2));
const batchOf = (indices: number[]): ImageBatch => ({
  indices: Int32Array.from(indices),
  view: () => tensor(indices.map((i) => images[i]!)).reshape([indices.length, 2, 3, 3]),
});
async function* batches() {
  yield batchOf([4, 0, 7]);
  yield batchOf([1, 2, 3]);
  yield batchOf([10]);
}
const order = [4, 0, 7, 1, 2, 3, 10];

function expectRows(rows: Tensor, expected: readonly (readonly number[])[], digits = 5): void {
  expect(rows.shape).toEqual([expected.length, expected[0]!.length]);
  for (const [i, value] of rows.toNumbers().entries()) expect(value).toBeCloseTo(expected.flat()[i]!, digits);
}

describe('extractFeatures', () => {
  const weights = normals(5, PIXELS, 2);
  const encode = (x: Tensor) => {
    const features = x.flatten({ startDim: 1 }).matmul(tensor(weights).t()); // (b, 5)
    return { features, projected: features.narrow(1, 0, 2).to({ dtype: 'bfloat16' }) };
  };
  const encoded = order.map((i) => weights.map((weight) => dot(weight, images[i]!)));

  test('gives unit rows before and after the projector, in the order of the batches', async () => {
    const before = liveTensors();
    const progress: number[] = [];
    const { features, projected } = await extractFeatures(encode, batches(), {
      expected: 9, // two images could not be read
      onProgress: (done, total) => progress.push(done, total),
    });
    expect(liveTensors()).toBe(before + 2);
    expect([...features.indices]).toEqual(order);
    expect([...projected!.indices]).toEqual(order);
    expectRows(features.rows, unit(encoded));
    expectRows(projected!.rows, unit(encoded.map((row) => row.slice(0, 2))), 1); // bfloat16 has 8 bits
    expect(projected!.rows.dtype).toBe('float32');
    expect(progress).toEqual([3, 9, 6, 9, 7, 9]);
    features.rows.dispose();
    projected!.rows.dispose();
    expect(liveTensors()).toBe(before);
  });

  test('makes no gradients, also with an encoder that could', async () => {
    const trained = tensor(weights).requiresGrad_();
    const { features, projected } = await extractFeatures(
      (x) => ({ features: x.flatten({ startDim: 1 }).matmul(trained.t()) }),
      [batchOf([0, 1])],
      { expected: 2 },
    );
    expect(features.rows.requiresGrad).toBe(false);
    expect(projected).toBeNull();
    features.rows.dispose();
    trained.dispose();
  });

  test('errors leave nothing behind', async () => {
    const before = liveTensors();
    const broken = (x: Tensor) => ({ features: x.flatten({ startDim: 1 }).sub(3).log() }); // log of negatives
    const failures = [
      [
        () => extractFeatures(broken, batches(), { expected: 9 }),
        'NaN or infinite values for a batch of 3 images from sample 4 on',
      ],
      [() => extractFeatures(encode, batches(), { expected: 5 }), 'expected at most 5 images'],
      [
        () => extractFeatures((x) => ({ features: x }), batches(), { expected: 9 }),
        'must give (3, d), got (3, 2, 3, 3)',
      ],
      [() => extractFeatures(encode, [], { expected: 9 }), 'there are no images to encode'],
    ] as const;
    for (const [call, message] of failures) await expect(call()).rejects.toThrow(message);
    expect(liveTensors()).toBe(before);
  });
});

test('raw pixels are flattened', async () => {
  const set = await rawPixelFeatures(batches(), { expected: 8 });
  expect([...set.indices]).toEqual(order);
  expectRows(
    set.rows,
    order.map((i) => images[i]!),
  );
  set.rows.dispose();
});

test('features are centered on the chosen samples, which must be there', () => {
  const made = () => ({
    rows: unitRows(
      tensor([
        [1, 0],
        [1, 0],
        [0, 1],
      ]),
    ),
    indices: Int32Array.of(5, 7, 9),
  });
  scoped(() => {
    const chosen = made();
    expect(centerRows_(chosen, Int32Array.of(9, 100))).toBe(1); // the mean is (0, 1)
    expectRows(chosen.rows, [
      [Math.SQRT1_2, -Math.SQRT1_2],
      [Math.SQRT1_2, -Math.SQRT1_2],
      [0, 0],
    ]);
    expect(() => centerRows_(made(), Int32Array.of(100))).toThrow('none of the images whose mean');
  });
});
