// Matrices and vectors matched by name, from every kind of file that can carry names.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { safetensorsBytes } from '../../src/graph/array-files.js';
import { readEmbeddings } from '../../src/graph/embeddings.js';
import { readMatrix } from '../../src/graph/matrix-file.js';
import { namedMatrixGraph } from '../../src/graph/matrix-graph.js';
import { put, temporaryFolder } from '../data/make.js';

const folder = temporaryFolder();
const values = Float32Array.of(1, 0.2, 0.3, 0.2, 1, 0.6, 0.3, 0.6, 1);

function safetensors(name: string, metadata: Record<string, string>): string {
  const path = join(folder, name);
  const bytes = new Uint8Array(values.buffer);
  writeFileSync(path, safetensorsBytes('similarity', { dtype: 'F32', shape: [3, 3], bytes }, metadata));
  return path;
}

describe('names of a matrix', () => {
  it('come from its table, from metadata, or from a list beside it', () => {
    const csv = put(join(folder, 'named.csv'), ',a,b,c\na,1,0.2,0.3\nb,0.2,1,0.6\nc,0.3,0.6,1\n');
    expect(readMatrix(csv).names).toEqual(['a', 'b', 'c']);
    const inside = safetensors('inside.safetensors', { ids: '["a","b","c"]' });
    expect(readMatrix(inside).names).toEqual(['a', 'b', 'c']);
    const list = put(join(folder, 'names.txt'), 'x\ny\nz\n');
    expect(readMatrix(inside, { namesPath: list }).names).toEqual(['x', 'y', 'z']);
    expect(readMatrix(safetensors('without.safetensors', {})).names).toBeNull();
  });

  it('must be one a row', () => {
    const short = put(join(folder, 'short.txt'), 'x\ny\n');
    const path = safetensors('three.safetensors', {});
    expect(() => readMatrix(path, { namesPath: short })).toThrow(/short\.txt has 2 names for 3 rows/);
    expect(() => readMatrix(safetensors('bad.safetensors', { ids: 'a, b, c' }))).toThrow(/no JSON list/);
    expect(() => readMatrix(path, { namesPath: join(folder, 'no.txt') })).toThrow(/no\.txt/);
  });

  it('put the rows in the samples’ order', () => {
    const matrix = { values, rows: 3, columns: 3 };
    using graph = namedMatrixGraph(matrix, ['a', 'b', 'c'], ['c', 'a']);
    using similarities = graph.similarities(Int32Array.of(0, 1));
    [1, 0.3, 0.3, 1].forEach((value, i) => {
      expect(similarities.toNumbers()[i]).toBeCloseTo(value, 6);
    });
  });

  it('missing on either side are both listed', () => {
    const matrix = { values, rows: 3, columns: 3 };
    const make = () => namedMatrixGraph(matrix, ['a', 'b', 'c'], ['a', 'd', 'e']);
    expect(make).toThrow(/no row for: d, e/);
    expect(make).toThrow(expect.objectContaining({ remedy: 'Rows that no sample matches: b, c.' }));
    expect(() => namedMatrixGraph(matrix, ['a', 'b', 'a'], ['a'])).toThrow(/distinct, got twice: a/);
  });
});

describe('vectors', () => {
  it('carry their ids in a safetensors file’s metadata', async () => {
    const path = safetensors('vectors.safetensors', { ids: '["p","q","r"]' });
    expect((await readEmbeddings(path)).ids).toEqual(['p', 'q', 'r']);
  });
});
