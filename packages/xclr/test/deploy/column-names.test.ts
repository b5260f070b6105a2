// Columns of embeddings may have any name, those of JavaScript's own properties too; an item that lacks one has nothing there.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EmbeddingHeader } from '../../src/deploy/embed/embedding-file.js';
import type { Item } from '../../src/deploy/embed/item.js';
import { openParquet, writeParquet } from '../../src/deploy/embed/parquet-format.js';
import { temporaryFolder } from '../data/make.js';

// Its type would say that every object has a constructor.
const withoutConstructor = { color: 'blue' } as Readonly<Record<string, string>>;

it('a column called constructor is written and read, and missing where it is missing', async () => {
  const path = join(temporaryFolder(), 'v.parquet');
  const header = {
    kind: 'xclr embeddings 1',
    encoder: { name: 'e', dimensions: 2, fingerprint: 'f' },
    data: { name: 'd', fingerprint: 'f' },
    shard: { index: 1, of: 1 },
  } as unknown as EmbeddingHeader;
  const items: Item[] = [
    { id: 'a', captions: ['x'], columns: { constructor: 'Ferrari', color: 'red' }, image: null },
    { id: 'b', captions: ['y'], columns: withoutConstructor, image: null },
  ];
  writeParquet(path, header, ['constructor', 'color', 'valueOf'], (writer) => {
    writer.write({ items, vectors: Float32Array.of(1, 0, 0, 1) });
    writer.finish();
  });
  const read = [];
  for await (const part of (await openParquet(path)).parts()) read.push(...part.items);
  expect(read.map(({ columns }) => columns)).toEqual([
    { constructor: 'Ferrari', color: 'red' },
    withoutConstructor,
  ]);
});
