// Taxonomies, sets, attributes, mixes and embeddings: values worked out by hand, and every kind of bad input.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoped } from '@xclr/torch';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import {
  attributeGraph,
  calibrateGraph,
  identityGraph,
  labelGraph,
  MixGraph,
  RandomGraph,
  readEmbeddings,
  readTaxonomy,
  rowsOfEmbeddings,
  type SimilarityGraph,
  setGraph,
  splitSet,
  taxonomyGraph,
  taxonomyOf,
} from '../../src/graph/index.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** (n, n) as rows. */
function rowsOf(graph: SimilarityGraph, ids: readonly number[]): number[][] {
  const n = ids.length;
  const values = new Float32Array(n * n);
  scoped(() => graph.similarities(Int32Array.from(ids)).copyTo(values));
  return Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * n, (i + 1) * n)));
}

function at(graph: SimilarityGraph, a: number, b: number): number {
  return rowsOf(graph, [a, b])[0]![1]!;
}

const edges = [
  ['animal', null],
  ['dog', 'animal'],
  ['cat', 'animal'],
  ['husky', 'dog'],
  ['poodle', 'dog'],
] as const;
const labels = ['husky', 'poodle', 'cat', 'dog', 'husky'];

describe('taxonomyGraph', () => {
  const taxonomy = taxonomyOf(edges);

  it('path and wu-palmer count links and depths', () => {
    const path = taxonomyGraph(taxonomy, labels, { similarity: 'path' });
    expect(at(path, 0, 1)).toBeCloseTo(1 / 3, 6);
    expect(at(path, 0, 2)).toBeCloseTo(1 / 4, 6);
    expect(at(path, 0, 3)).toBeCloseTo(1 / 2, 6);
    const wuPalmer = taxonomyGraph(taxonomy, labels, { similarity: 'wu-palmer' });
    expect(at(wuPalmer, 0, 1)).toBeCloseTo(4 / 6, 6);
    expect(at(wuPalmer, 0, 2)).toBeCloseTo(2 / 5, 6);
    expect(at(wuPalmer, 0, 3)).toBeCloseTo(4 / 5, 6);
  });

  it('lin takes the information of the common ancestor', () => {
    const uniform = taxonomyGraph(taxonomy, labels);
    expect(at(uniform, 0, 1)).toBeCloseTo(Math.log(3 / 2) / Math.log(3), 6);
    expect(at(uniform, 0, 2)).toBeCloseTo(0, 6);
    expect(at(uniform, 0, 4)).toBe(1);
    // Training: husky, husky, poodle, cat and, for want of a sample, one dog: p(dog) = 4/5, p(husky) = 2/5, p(poodle) = 1/5.
    const counted = taxonomyGraph(taxonomy, labels, {
      information: 'counts',
      training: Int32Array.of(0, 4, 1, 2),
    });
    const expected = (2 * Math.log(5 / 4)) / (Math.log(5 / 2) + Math.log(5));
    expect(at(counted, 0, 1)).toBeCloseTo(expected, 6);
  });

  it('gives two views of a sample the same rows', () => {
    const once = rowsOf(taxonomyGraph(taxonomy, labels), [0, 1, 2]);
    const twice = rowsOf(taxonomyGraph(taxonomy, labels), [0, 1, 2, 0, 1, 2]);
    for (let i = 0; i < 6; i++) expect(twice[i]).toEqual([...once[i % 3]!, ...once[i % 3]!]);
    expect(() => rowsOf(taxonomyGraph(taxonomy, labels), [0, 9])).toThrow(/below 5/);
  });

  it('reads the same tree from every kind of file', () => {
    const paths = [
      file('t.csv', 'child,parent\nhusky,dog\npoodle,dog\ndog,animal\ncat,animal\n'),
      file('t.tsv', 'animal\t\nhusky\tdog\npoodle\tdog\ndog\tanimal\ncat\tanimal\n'),
      file('t.yaml', 'animal:\n  dog: [husky, poodle]\n  cat:\n'),
      file(
        't.json',
        '[{"child":"husky","parent":"dog"},{"child":"poodle","parent":"dog"},{"child":"dog","parent":"animal"},{"child":"cat","parent":"animal"}]',
      ),
      file('t.txt', 'animal\n  dog\n    husky\n    poodle\n  cat\n'),
    ];
    const expected = rowsOf(taxonomyGraph(taxonomy, labels), [0, 1, 2, 3]);
    for (const path of paths) {
      expect(rowsOf(taxonomyGraph(readTaxonomy(path), labels), [0, 1, 2, 3]), path).toEqual(expected);
    }
  });

  it('refuses what is no tree, and labels that are not in it', () => {
    expect(() =>
      taxonomyOf([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ]),
    ).toThrow(/cycle: a → b → c → a/);
    expect(() =>
      taxonomyOf([
        ['a', 'x'],
        ['b', 'y'],
      ]),
    ).toThrow(/one root, got 2: x, y/);
    expect(() =>
      taxonomyOf([
        ['a', 'x'],
        ['a', 'y'],
      ]),
    ).toThrow(/'a' has two parents, 'x' and 'y'/);
    expect(() => taxonomyGraph(taxonomy, ['huskey'])).toThrow(/'huskey' \(did you mean 'husky'\?\)/);
    expect(() => taxonomyGraph(taxonomy, [null])).toThrow(/sample 0 has none/);
    expect(() => readTaxonomy(join(folder, 'none.csv'))).toThrow(/cannot read/);
    const joined = taxonomyOf(
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
      { virtualRoot: true },
    );
    expect(at(taxonomyGraph(joined, ['a', 'b']), 0, 1)).toBe(0);
  });
});

describe('setGraph', () => {
  const sets = ['dog; outdoor', 'dog;snow;outdoor', 'cat', ''].map((cell) => splitSet(cell, ';'));

  it('jaccard and cosine of sets', () => {
    expect(at(setGraph(sets), 0, 1)).toBeCloseTo(2 / 3, 6);
    expect(at(setGraph(sets, { similarity: 'cosine' }), 0, 1)).toBeCloseTo(2 / Math.sqrt(6), 6);
    expect(at(setGraph(sets), 0, 2)).toBe(0);
    expect(at(setGraph(sets), 3, 2)).toBe(0);
  });

  it('idf lets rare labels weigh more, by the training samples', () => {
    const twice = Math.log(3 / 3) + 1;
    const once = Math.log(3 / 2) + 1;
    const graph = setGraph(sets, { idf: true, training: Int32Array.of(0, 1) });
    expect(at(graph, 0, 1)).toBeCloseTo((2 * twice) / (2 * twice + once), 6);
    expect(() => setGraph([[], []])).toThrow(/empty set/);
  });
});

describe('attributeGraph', () => {
  const kind = { name: 'kind', weight: 2, cells: ['shoe', 'shoe', 'hat', ''] };
  const price = { name: 'price', weight: 1, cells: ['10', '20', '30', '15'], kernel: 'range' as const };

  it('averages columns by weight and leaves missing values out', () => {
    const graph = attributeGraph([kind, price], 4);
    expect(at(graph, 0, 1)).toBeCloseTo((2 + 0.5) / 3, 6);
    expect(at(graph, 0, 2)).toBeCloseTo(0, 6);
    expect(at(graph, 0, 3)).toBeCloseTo(0.75, 6);
    const exp = attributeGraph([{ ...price, kernel: 'exp' }], 4, { training: Int32Array.of(0, 1) });
    expect(at(exp, 0, 2)).toBeCloseTo(Math.exp(-20 / 5), 6);
  });

  it('refuses words among numbers and weights of zero', () => {
    expect(() => attributeGraph([{ ...kind, kernel: 'range' }], 4)).toThrow(/sample 0 has 'shoe'/);
    expect(() => attributeGraph([{ ...kind, weight: 0 }], 4)).toThrow(/weight of 'kind'/);
  });
});

describe('MixGraph', () => {
  it('averages similarities by weight, then divides by one τ_s', () => {
    const names = ['a', 'a', 'b'];
    const parts = [
      { weight: 3, graph: labelGraph(names) },
      { weight: 1, graph: identityGraph(3) },
    ];
    using mix = new MixGraph(parts, { targetTemperature: 0.5 });
    expect(rowsOf(mix, [0, 1, 2])).toEqual([
      [1, 0.75, 0],
      [0.75, 1, 0],
      [0, 0, 1],
    ]);
    expect(scoped(() => Number(mix.logits(Int32Array.of(0, 1)).amax().item()))).toBe(2);
    expect(() => new MixGraph([{ weight: 0, graph: identityGraph(3) }])).toThrow(/above zero/);
  });
});

describe('calibrateGraph', () => {
  it('finds τ_s of a graph that knows only pairs', () => {
    // Jaccard is 1/3 between any two samples, so half the target lies on the other view where 510 e^(−2/(3τ)) = 1.
    const sets = Array.from({ length: 64 }, (_, i) => ['shared', `own ${i}`]);
    const ids = Int32Array.from({ length: 64 }, (_, i) => i);
    const { targetTemperature, meanOffPositive } = calibrateGraph(setGraph(sets), ids, { batch: 256 });
    expect(meanOffPositive).toBeCloseTo(1 / 3, 6);
    expect(targetTemperature).toBeCloseTo(2 / 3 / Math.log(510), 3);
  });

  it('random per sample pair differs from per class pair', () => {
    expect(at(new RandomGraph(Int32Array.of(0, 0)), 0, 1)).toBe(1);
    expect(at(new RandomGraph(Int32Array.of(0, 1)), 0, 1)).toBeLessThan(1);
  });
});

describe('embeddings', () => {
  const matrix = { values: Float32Array.of(3, 4, 0, 2), rows: 2, columns: 2 };

  it('matches vectors by id, whatever their order, and makes unit rows', () => {
    const rows = rowsOfEmbeddings({ ...matrix, ids: ['b', 'a'] }, ['a', 'b', 'a']);
    expect(Array.from(rows.rowOf)).toEqual([1, 0, 1]);
    [0.6, 0.8, 0, 1].forEach((value, i) => {
      expect(rows.vectors[i]).toBeCloseTo(value, 6);
    });
  });

  it('reads a Parquet column with its ids', async () => {
    const path = join(folder, 'v.parquet');
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'sku', data: ['b', 'a'], type: 'STRING' },
        {
          name: 'embedding',
          data: [
            [3, 4],
            [0, 2],
          ],
          type: 'JSON',
        },
      ],
    });
    const read = await readEmbeddings(path, { idColumn: 'sku' });
    expect(read.ids).toEqual(['b', 'a']);
    expect(Array.from(read.values)).toEqual([3, 4, 0, 2]);
  });

  it('reads a Parquet column of list<float>', async () => {
    const path = join(folder, 'list.parquet');
    parquetWriteFile({
      filename: path,
      columnData: [
        {
          name: 'embedding',
          data: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'embedding', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
      ],
    });
    const read = await readEmbeddings(path);
    expect([read.rows, read.columns, read.ids]).toEqual([2, 2, null]);
    expect(Array.from(read.values)).toEqual([1, 2, 3, 4]);
  });

  it('says what does not fit', async () => {
    expect(() => rowsOfEmbeddings({ ...matrix, ids: null }, ['a', 'b', 'c'])).toThrow(
      /must be 3 rows.*got 2/,
    );
    expect(() => rowsOfEmbeddings({ ...matrix, ids: ['a', 'x'] }, ['a', 'c'])).toThrow(
      /no vector for: c\n.*nothing in the data matches: x/,
    );
    expect(() => rowsOfEmbeddings({ ...matrix, ids: ['a', 'a'] }, ['a'])).toThrow(/twice: a/);
    expect(() => rowsOfEmbeddings({ ...matrix, ids: ['a'] }, ['a'])).toThrow(/2 vectors, but 1 ids/);
    const bad = { values: Float32Array.of(1, 0, Number.NaN, 1), rows: 2, columns: 2, ids: ['a', 'b'] };
    expect(() => rowsOfEmbeddings(bad, ['a', 'b'])).toThrow(/row 1 \('b'\) has length NaN/);
    expect(() => rowsOfEmbeddings({ ...bad, values: Float32Array.of(1, 0, 0, 0) }, ['a', 'b'])).toThrow(
      /row 1 .* length 0/,
    );
    await expect(readEmbeddings('vectors.bin')).rejects.toThrow(/expected .npy/);
    await expect(readEmbeddings(join(folder, 'none.npy'))).rejects.toThrow(/no such file/);
  });
});
