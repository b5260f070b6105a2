// Source: a store that `xclr data pack` wrote.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32OfFileSync } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { readTable } from '../manifest.js';
import { samplesOfTable } from '../tables/samples.js';
import type { Table } from '../tables/table.js';
import type { ImageRef, Problem, RawDataset, SourceKind } from '../types.js';
import {
  headerFile,
  indexFile,
  type PackHeader,
  progressFile,
  readHeader,
  readRecord,
  recordBytesOf,
  samplesFile,
  shardFile,
} from './format.js';

/** Where the image of each record lies. */
function imageReader(
  folder: string,
  header: PackHeader,
  index: Buffer,
): (row: number) => ImageRef | undefined {
  return (row) => {
    const {
      shard,
      offset,
      length,
      aspect,
      crc32: sum,
      width,
      height,
      channels,
    } = readRecord(header, index, row);
    const part = { path: join(folder, shardFile(shard)), part: { offset, length }, crc32: sum };
    if (channels === 0) return part;
    return { ...part, aspect, raw: { width, height, channels, order: 'interleaved' } };
  };
}

/** Shards that are shorter than the index says were cut or copied badly. */
function checkShards(folder: string, header: PackHeader, index: Buffer): Problem[] {
  const ends = new Map<number, number>();
  for (let row = 0; row < header.count; row++) {
    const { shard, offset, length } = readRecord(header, index, row);
    ends.set(shard, Math.max(ends.get(shard) ?? 0, offset + length));
  }
  return [...ends].flatMap(([shard, end]) => {
    const file = shardFile(shard);
    const size = statSync(join(folder, file), { throwIfNoEntry: false })?.size;
    if (size === undefined) return [{ where: file, reason: 'missing', warning: true as const }];
    if (size >= end) return [];
    return [{ where: file, reason: `${end - size} bytes are missing at its end`, warning: true as const }];
  });
}

function readPacked(folder: string, template: string): RawDataset {
  const header = readHeader(folder);
  const index = readFileSync(join(folder, indexFile));
  const expected = header.count * recordBytesOf(header);
  if (index.length !== expected) {
    throw new UserError(
      `openDataset: ${join(folder, indexFile)} has ${index.length} bytes, expected ${expected}`,
      'The store is damaged: copy or pack it again.',
    );
  }
  for (const [file, expected] of [
    [indexFile, header.indexCrc32],
    [samplesFile, header.samplesCrc32],
  ] as const) {
    if (crc32OfFileSync(join(folder, file)) === expected) continue;
    throw new UserError(
      `openDataset: ${join(folder, file)} does not match its checksum: it is damaged (bit rot, or a bad copy)`,
      'Copy the store again, or pack it again: this file says which image is which.',
    );
  }
  const text = readTable(join(folder, samplesFile));
  // A table of the same cells whose images the index names.
  const table: Table = {
    columns: text.columns,
    digest: header.digest,
    expectedRows: header.count,
    problems: text.problems,
    forEachRow: (visit) => text.forEachRow(visit),
    cell: (row, column) => text.cell(row, column),
    where: (row) => text.where(row),
    image: imageReader(folder, header, index),
  };
  const named = (name: string) => (text.columns.includes(name) ? name : undefined);
  const columns = {
    image: undefined,
    caption: 'captions',
    label: named('label'),
    split: named('split'),
    id: 'id',
  };
  const rows = samplesOfTable(table, { columns, imageRoot: folder, template });
  return {
    name: header.source.name,
    root: folder,
    ...rows,
    problems: [...rows.problems, ...checkShards(folder, header, index)],
    digest: header.digest,
    digestCoversImages: true,
    uniqueIds: true,
    ...(header.images === 'raw' && { packedSize: header.size }),
  };
}

export const packed: SourceKind = {
  format: 'packed',
  name: 'packed store',
  what: 'a folder that `xclr data pack` wrote',
  recognizes: ({ kind, names }) =>
    kind === 'folder' &&
    (names.includes(headerFile) || (names.includes(progressFile) && names.includes(indexFile))),
  read: async ({ path }, { template }) => readPacked(path, template),
};
