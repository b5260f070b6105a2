// Half precision, npy, safetensors and tables of numbers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { safetensorsBytes } from '../../src/graph/array-files.js';
import { fromHalf, toHalf } from '../../src/graph/float16.js';
import { checkSimilarities, readMatrix } from '../../src/graph/matrix-file.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-matrix-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** NumPy's format version 1, as its documentation describes it. */
function npy(descr: string, fortran: boolean, shape: string, data: ArrayBufferView): Buffer {
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`;
  const header = Buffer.from(`${dict.padEnd(64 * Math.ceil((dict.length + 11) / 64) - 11)}\n`, 'latin1');
  const start = Buffer.from([0x93, 78, 85, 77, 80, 89, 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([start, header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

describe('half precision', () => {
  it('round-trips every half', () => {
    for (let half = 0; half < 65536; half++) {
      const value = fromHalf(half);
      if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
      else expect(toHalf(value)).toBe(half);
    }
  });

  it('rounds to the nearest, ties to even', () => {
    expect(fromHalf(toHalf(1 + 2 ** -11))).toBe(1);
    expect(fromHalf(toHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(fromHalf(toHalf(1 + 2 ** -11 + 2 ** -20))).toBe(1 + 2 ** -10);
    expect(fromHalf(toHalf(65519))).toBe(65504);
    expect(fromHalf(toHalf(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(fromHalf(toHalf(-(2 ** -25)))).toBe(-0);
    expect(fromHalf(toHalf(1.5 * 2 ** -24))).toBe(2 ** -23);
  });
});

describe('readMatrix', () => {
  const expected = Float32Array.of(1, 0.5, 0.25, 1);

  it('reads npy of several types and both orders', () => {
    expect(readMatrix(file('a.npy', npy('<f4', false, '2, 2', expected))).values).toEqual(expected);
    expect(readMatrix(file('b.npy', npy('<f8', false, '2, 2', Float64Array.from(expected)))).values).toEqual(
      expected,
    );
    expect(
      readMatrix(file('c.npy', npy('<f2', false, '2, 2', Uint16Array.from(expected, toHalf)))).values,
    ).toEqual(expected);
    const transposed = Float32Array.of(1, 0.25, 0.5, 1);
    expect(readMatrix(file('d.npy', npy('<f4', true, '2, 2', transposed))).values).toEqual(expected);
  });

  it('reads safetensors', () => {
    const bytes = new Uint8Array(expected.buffer);
    const path = file(
      'a.safetensors',
      safetensorsBytes('similarity', { dtype: 'F32', shape: [2, 2], bytes }, {}),
    );
    expect(readMatrix(path)).toMatchObject({ values: expected, rows: 2, columns: 2, names: null });
  });

  it('reads tables with and without names', () => {
    expect(readMatrix(file('a.csv', '1,0.5\n0.25,1\n')).values).toEqual(expected);
    const named = readMatrix(file('a.tsv', '\tcat\tdog\ncat\t1\t0.5\ndog\t0.25\t1\n'));
    expect(named).toMatchObject({ values: expected, names: ['cat', 'dog'] });
  });

  it.each([
    ['word.csv', '1,x\n2,1', /row 1, column 2, got 'x'/],
    ['ragged.csv', '1,2\n3', /row 2 has 1 numbers/],
    ['names.csv', ',a,b\nb,1,2\na,2,1', /names of rows and columns differ/],
    ['short.npy', 'nothing', /damaged/],
    ['short.safetensors', 'nothing', /damaged/],
    ['matrix.txt', '1', /expected \.npy/],
  ])('refuses %s', (name, content, message) => {
    expect(() => readMatrix(file(name, content))).toThrow(message);
  });

  it('refuses what is missing, cut short, of three dimensions or of integers', () => {
    expect(() => readMatrix(join(folder, 'none.npy'))).toThrow(/no file/);
    expect(() => readMatrix(file('e.npy', npy('<f4', false, '3, 3', expected)))).toThrow(
      /need 36 bytes, it has 16/,
    );
    expect(() => readMatrix(file('f.npy', npy('<f4', false, '2, 2, 1', expected)))).toThrow(/two dimensions/);
    expect(() => readMatrix(file('g.npy', npy('<i4', false, '2, 2', expected)))).toThrow(/got <i4/);
  });
});

describe('checkSimilarities', () => {
  const matrix = (values: number[], rows: number, columns = rows) => ({
    values: Float32Array.from(values),
    rows,
    columns,
  });
  it.each([
    [matrix([1, 2], 1, 2), /square, got 1 × 2/],
    [matrix([1], 1), /2 × 2/],
    [matrix([1, Number.NaN, 0, 1], 2), /finite, got NaN/],
    [matrix([1, 0.5, 0.2, 1], 2), /symmetric, got 0\.2.* at \(1, 0\) and 0\.5 at \(0, 1\)/],
  ])('refuses a bad one (%#)', (bad, message) => {
    expect(() => checkSimilarities(bad, 2, 'matrix')).toThrow(message);
  });
  it('takes a good one', () => {
    expect(() => checkSimilarities(matrix([1, 0.5, 0.5, 1], 2), 2, 'matrix')).not.toThrow();
  });
});
