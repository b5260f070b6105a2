// Tensors in and out of JavaScript, generated operators, and their errors.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  borrow,
  conv2d,
  type Dtype,
  imageViews,
  mapFile,
  ones,
  scoped,
  type Tensor,
  tensor,
  viewColumns,
  zeros,
} from '../../src/index.js';

/** Runs in a scope, so that nothing stays alive. */
const scopedIt = (name: string, test: () => void) => it(name, () => scoped(test));

describe('tensor', () => {
  scopedIt('takes nested lists, numbers and typed arrays', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([x.shape, x.dtype, x.device, x.numel, x.ndim]).toEqual([[2, 3], 'float32', 'cpu', 6, 2]);
    expect(x.toNumbers()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tensor(3.5).item()).toBe(3.5);
    expect(tensor(new Int32Array([7, 8])).dtype).toBe('int32');
    expect(tensor(new Float64Array(6), { shape: [3, 2] }).shape).toEqual([3, 2]);
    expect(tensor([]).shape).toEqual([0]);
  });

  const kinds: [Dtype, number[], number[]][] = [
    ['float64', [0.1, -2], [0.1, -2]],
    ['float16', [0.5, -2], [0.5, -2]],
    ['bfloat16', [1, 257], [1, 256]], // 8 bits of mantissa
    ['int64', [-5, 2 ** 40], [-5, 2 ** 40]],
    ['int32', [-5, 7], [-5, 7]],
    ['int16', [-5, 7], [-5, 7]],
    ['int8', [-5, 7], [-5, 7]],
    ['uint8', [5, 200], [5, 200]],
    ['bool', [0, 3], [0, 1]],
  ];
  it.each(kinds)('carries %s there and back', (dtype, values, read) =>
    scoped(() => {
      const x = tensor(values, { dtype });
      expect(x.dtype).toBe(dtype);
      expect(x.toNumbers()).toEqual(read);
    }),
  );

  scopedIt('copies into an array that is there, and refuses another kind', () => {
    const target = new Float32Array(2);
    tensor([1, 2]).copyTo(target);
    expect([...target]).toEqual([1, 2]);
    expect(() => tensor([1, 2]).copyTo(new Float64Array(2))).toThrow(/float32, got float64/);
    expect(() => tensor([1, 2]).copyTo(new Float32Array(3))).toThrow(/target has 12 bytes, the tensor has 8/);
  });

  scopedIt('refuses ragged lists and shapes that do not fit', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(/row of 1 where 2 were expected/);
    expect(() => tensor([[1, 2], 3])).toThrow(/unequal depth/);
    expect(() => tensor(new Float32Array(5), { shape: [2, 3] })).toThrow(
      /20 bytes, the shape and dtype need 24/,
    );
  });

  scopedIt('knows strides and memory formats', () => {
    const x = zeros([2, 3, 4, 5]);
    expect(x.strides).toEqual([60, 20, 5, 1]);
    const last = x.to({ memoryFormat: 'channels_last' });
    expect(last.strides).toEqual([60, 1, 15, 3]);
    expect([last.isContiguous(), last.isContiguous({ memoryFormat: 'channels_last' })]).toEqual([
      false,
      true,
    ]);
    expect(String(x)).toBe('Tensor([2, 3, 4, 5], float32, cpu)');
  });

  it('maps files, without ever writing to them', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'xclr-map-')), 'numbers');
    writeFileSync(file, new Uint8Array(new Float32Array([9, 1, 2, 3]).buffer));
    const map = () => mapFile(file, { offset: 4, dtype: 'float32', shape: [3] });
    scoped(() => {
      expect(map().mul_(2).toNumbers()).toEqual([2, 4, 6]);
      expect(map().toNumbers()).toEqual([1, 2, 3]);
      expect(() => mapFile(file, { dtype: 'float32', shape: [5] })).toThrow(
        /16 bytes, expected at least 20: the file is cut short/,
      );
      expect(() => mapFile(`${file}-not`, { dtype: 'float32', shape: [1] })).toThrow(/cannot open/);
    });
  });
});

describe('operators', () => {
  scopedIt('are functions and methods with the schema’s defaults', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.sum().item()).toBe(10);
    expect(x.sum(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(x.add(10).toNumbers()).toEqual([11, 12, 13, 14]);
    expect(x.add(x, { alpha: 2 }).toNumbers()).toEqual([3, 6, 9, 12]);
    expect(x.topk(1).map((part) => part.toNumbers())).toEqual([
      [2, 4],
      [1, 1],
    ]);
    expect(x.split(1).map((part) => part.shape)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), { padding: 1, stride: 2 }).toNumbers()).toEqual([
      4, 6, 6, 9,
    ]);
  });

  scopedIt('in place give back the tensor itself', () => {
    const x = tensor([1, -2]);
    expect(x.relu_()).toBe(x);
    expect(x.add_(1)).toBe(x);
    expect(x.toNumbers()).toEqual([2, 1]);
  });

  scopedIt('say which operator and argument was wrong', () => {
    const x = ones([2, 3]);
    expect(() => x.matmul(x)).toThrow(/aten::matmul: mat1 and mat2 shapes cannot be multiplied/);
    expect(() => x.sum(1.5)).toThrow(/aten::sum: dim: expected an integer/);
    expect(() => x.index([null, 'no' as unknown as Tensor])).toThrow();
  });

  scopedIt('carry the JavaScript stack of the call', () => {
    try {
      ones([2]).matmul(ones([3]));
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack).toContain('tensor.test.ts');
    }
  });
});

describe('a disposed tensor', () => {
  it('is an exact error to use, and harmless to dispose again', () => {
    const x = zeros([2]);
    x.dispose();
    x.dispose();
    expect(x.disposed).toBe(true);
    expect(() => x.add(1)).toThrow(/used after it was disposed[\s\S]*scoped/);
    expect(String(x)).toBe('Tensor(disposed)');
  });
});

describe('a borrowed tensor', () => {
  it("lies in the array's own memory, which lives as long as the tensor", () => {
    const data = Uint8Array.of(0, 1, 2, 3, 4, 5);
    using x = borrow(data, [2, 3]);
    data[4] = 40;
    expect(x.toArray()).toEqual(Uint8Array.of(0, 1, 2, 3, 40, 5));
    x.fill_(7);
    expect([...data]).toEqual([7, 7, 7, 7, 7, 7]);
    using kept = borrow(Float32Array.from({ length: 1 << 20 }, (_, i) => i)); // nothing else refers to the array
    const held: unknown[] = [];
    for (let i = 0; i < 40; i++) held[i % 2] = new Float32Array(1 << 20).fill(-1); // what collects it, if anything does
    expect((kept.toArray() as Float32Array).every((value, i) => value === i)).toBe(true);
  });

  it('is refused where the shape needs other bytes', () => {
    expect(() => borrow(new Uint8Array(6), [2, 2])).toThrow(/data has 6 bytes, the shape and dtype need 4/);
    using none = borrow(new Uint8Array(0), [0, 3]);
    expect(none.shape).toEqual([0, 3]);
  });
});

describe('imageViews', () => {
  const row = (changes: Partial<Record<(typeof viewColumns)[number], number>> = {}) => {
    const values = { width: 1, height: 1, ...changes } as Record<string, number>;
    return tensor(
      Float64Array.from(viewColumns, (name) => values[name] ?? 0),
      { shape: [1, viewColumns.length] },
    );
  };
  const options = { out: 2, edges: 'box', mean: [0, 0, 0], std: [1, 1, 1] } as const;

  it('takes images of several sizes, and borrowed ones', () => {
    scoped(() => {
      const images = [
        borrow(new Uint8Array(3 * 5 * 3).fill(51), [3, 5, 3]),
        tensor(new Uint8Array(2 * 2 * 4).fill(255), { shape: [2, 2, 4] }),
      ];
      expect(imageViews(images, row(), options).mean().item()).toBeCloseTo(0.2, 6);
      expect(
        imageViews(images, row({ image: 1 }), options)
          .mean()
          .item(),
      ).toBeCloseTo(1, 6);
      expect(() => imageViews(images, row({ image: 2 }), options)).toThrow(/view 0 are out of range/);
    });
  });

  it('names what an image must be', () => {
    scoped(() => {
      for (const shape of [
        [4, 4],
        [4, 3, 2],
        [0, 4, 3],
      ])
        expect(() => imageViews([zeros(shape, { dtype: 'uint8' })], row(), options)).toThrow(
          /each image must be a contiguous \(height, width, 3 or 4\) uint8 tensor/,
        );
      expect(() => imageViews([zeros([4, 4, 3])], row(), options)).toThrow(
        /uint8 tensor on the CPU, got .*Float/,
      );
    });
  });
});
