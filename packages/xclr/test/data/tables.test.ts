// Tables against papaparse, and the index of rows.

import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { parseDelimited } from '../../src/data/tables/delimited.js';
import { RowIndex } from '../../src/data/tables/row-index.js';
import type { Table } from '../../src/data/tables/table.js';
import { Random } from '../../src/util/random.js';
import { put, putImages, temporaryFolder } from './make.js';

function rowsOf(table: Table): unknown[][] {
  const rows: unknown[][] = [];
  table.forEachRow((row) => rows.push(table.columns.map((_, column) => table.cell(row, column))));
  return rows;
}

/** Fields with everything that CSV has to quote. */
function randomCsv(random: Random, newline: '\n' | '\r\n', rows: number): string {
  const pieces = ['a', 'ü', '猫', '"', ',', '\n', '\r\n', ' ', '🐕', '\t', ''];
  const field = () => {
    const text = Array.from({ length: random.below(6) }, () => pieces[random.below(pieces.length)]!).join('');
    return /[",\n\r]/.test(text) || random.chance(0.2) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = () => `${field()},${field()},x${field().replaceAll('"', '')}`.replace(/x.*$/s, 'x');
  return ['one,two,three', ...Array.from({ length: rows }, line), ''].join(newline);
}

describe('parseDelimited', () => {
  it('reads what papaparse reads, quotes, breaks and scripts included', () => {
    for (let seed = 0; seed < 60; seed++) {
      const newline = seed % 2 === 0 ? '\n' : '\r\n';
      const text = randomCsv(new Random(seed), newline, 20);
      const expected = Papa.parse<string[]>(text, {
        delimiter: ',',
        newline,
        skipEmptyLines: true,
      }).data.slice(1);
      expect(rowsOf(parseDelimited(Buffer.from(text), '.csv', 'a.csv')), text).toEqual(expected);
    }
  });

  it('reads rows again in any order, and says their lines', () => {
    const table = parseDelimited(Buffer.from('a,b\n1,"x\ny"\n\n2,z\n3,w'), '.csv', 'a.csv');
    expect(rowsOf(table)).toEqual([
      ['1', 'x\ny'],
      ['2', 'z'],
      ['3', 'w'],
    ]);
    expect([2, 0, 1].map((row) => [table.cell(row, 0), table.where(row)])).toEqual([
      ['3', 'a.csv:6'],
      ['1', 'a.csv:2'],
      ['2', 'a.csv:5'],
    ]);
  });

  it("takes a European spreadsheet's semicolons, and passes over columns without a name", () => {
    const table = parseDelimited(Buffer.from('id;text;;\n1;a,b;;\n'), '.csv', 'a.csv');
    expect(table.columns).toEqual(['id', 'text']);
    expect(rowsOf(table)).toEqual([['1', 'a,b']]);
  });
});

describe('RowIndex', () => {
  it('finds equal keys among many, growing as it must', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `images/${i % 4000}.jpg`);
    const index = new RowIndex((row) => keys[row]!, 4);
    const earlier = keys.map((key, row) => index.add(key, row));
    keys.forEach((_, row) => {
      expect(earlier[row]).toBe(row < 4000 ? undefined : row - 4000);
    });
  });
});

describe('a large table', () => {
  it('is opened without looking at its images, splits by hash, and keeps what plain samples have', async () => {
    const root = temporaryFolder();
    const rows = Array.from({ length: 50_100 }, (_, i) => `${i}.png,caption ${i},class ${i % 7},${i % 3}`);
    const path = put(join(root, 'a.csv'), `image,caption,label,shelf\n${rows.join('\n')}\n`);
    const data = await openDataset(path);
    expect(data.samples).toHaveLength(50_100);
    const { id, image, captions, label, attributes } = data.samples[12_345]!;
    expect({ id, image, captions, label, attributes }).toEqual({
      id: '12345.png',
      image: { path: join(root, '12345.png') },
      captions: ['caption 12345'],
      label: `class ${12_345 % 7}`,
      attributes: { shelf: String(12_345 % 3) },
    });
    const few = put(join(root, 'b.csv'), `image,caption,label,shelf\n${rows.slice(0, 30).join('\n')}\n`);
    await putImages(
      root,
      Array.from({ length: 30 }, (_, i) => `${i}.png`),
    );
    const small = await openDataset(few);
    expect(small.samples.map(({ split }) => split)).toEqual(
      data.samples.slice(0, 30).map(({ split }) => split),
    );
    const again = await openDataset(path);
    expect(again.fingerprint).toBe(data.fingerprint);
    put(path, `image,caption,label,shelf\n${rows.toReversed().join('\n')}\n`);
    expect((await openDataset(path)).fingerprint).not.toBe(data.fingerprint);
  });
});
