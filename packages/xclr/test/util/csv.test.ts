// CSV for spreadsheets: what would be run there is escaped, and read back as it was.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { csvText, unescapedCell } from '../../src/util/csv.js';
import { put, solid, temporaryFolder } from '../data/make.js';

const formulas = ['=HYPERLINK("http://x")', '+1+cmd|calc', '-2+3', '@SUM(A1)', '\t=1', '\r=1'];

it('escapes cells that a spreadsheet would run, and no numbers', () => {
  const rows = formulas.map((caption) => ({ caption, value: -0.5, plain: 'a=b - "c", d' }));
  const cells = Papa.parse<string[]>(csvText(rows).trimEnd()).data.slice(1);
  cells.forEach(([caption, value, plain], i) => {
    expect(caption).toBe(`'${formulas[i]}`);
    expect([value, plain]).toEqual(['-0.5', 'a=b - "c", d']);
    expect(unescapedCell(caption!)).toBe(formulas[i]);
  });
  for (const same of ["'tis", "''=1", '', "'", 'it’s', "a'=1"]) expect(unescapedCell(same)).toBe(same);
});

it('our own reader gives back what was written', async () => {
  const folder = temporaryFolder();
  const captions = ['=1+1 cats', '@home dog', '-er ending', "'tis a bird", 'plain'];
  for (const [i] of captions.entries())
    put(
      join(folder, `${i}.png`),
      await solid(4, 4, [i * 40, 0, 0])
        .png()
        .toBuffer(),
    );
  const rows = captions.map((caption, i) => ({ id: String(i), image: `${i}.png`, caption }));
  writeFileSync(join(folder, 'images.csv'), csvText(rows));
  const { samples } = await openDataset(join(folder, 'images.csv'));
  expect(samples.map((sample) => sample.captions[0])).toEqual(captions);
});
