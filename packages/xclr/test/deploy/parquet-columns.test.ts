// Embeddings in Parquet with columns named like what every object has, missing in some rows.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openParquet, writeParquet } from '../../src/deploy/embed/parquet-format.js';

it('columns named constructor and toString are read as they were written', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'xclr-parquet-')), 'a.parquet');
  const header = {
    kind: 'xclr embeddings 1',
    encoder: { name: 'x', dimensions: 2 },
  } as unknown as Parameters<typeof writeParquet>[1];
  const items = [
    { id: 'a', captions: ['one'], image: null, columns: { toString: 't' } },
    { id: 'b', captions: ['two'], image: null, columns: { constructor: 'c1' } as Record<string, string> },
  ];
  writeParquet(path, header, ['constructor', 'toString'], (writer) => {
    writer.write({ items: items as never, vectors: Float32Array.of(1, 0, 0, 1) });
    writer.finish();
  });
  const reader = await openParquet(path).catch((error: Error) => error);
  if (reader instanceof Error) throw reader;
  for await (const part of reader.parts()) {
    expect(part.items.map(({ columns }) => Object.entries(columns))).toEqual([
      [['toString', 't']],
      [['constructor', 'c1']],
    ]);
  }
});
