// What a shard holds, kept beside the cache: so that a shard that was read once need not be here to be known.

import { readFileSync, rmSync } from 'node:fs';
import { sha256 } from '../../util/checksum.js';
import type { Validators } from '../../util/download/response.js';
import { writeFileAtomic } from '../../util/files.js';
import type { Problem, RawSample, Split } from '../types.js';
import { readShard, type ShardReading } from '../webdataset.js';
import type { ShardCache } from './shard-cache.js';

const format = 'xclr shard index 1';

type Row = readonly [
  id: string,
  offset: number,
  length: number,
  captions: readonly string[],
  label: string | null,
  split: Split | null,
  attributes: Readonly<Record<string, string>>,
];

interface Index {
  readonly format: typeof format;
  readonly shard: Validators;
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
}

/** A shard's samples. */
export interface IndexedShard {
  readonly samples: readonly RawSample[];
  readonly problems: readonly Problem[];
  readonly bytes: number;
}

/** Columns and templates decide what a sample says, so that they are part of the name. */
function indexPath(path: string, { name, template, columns }: ShardReading): string {
  return `${path}.${sha256(JSON.stringify([name, template, columns])).slice(0, 12)}.index`;
}

function readIndex(path: string): Index | null {
  try {
    const index = JSON.parse(readFileSync(path, 'utf8')) as Index;
    return index.format === format ? index : null;
  } catch {
    return null;
  }
}

/** Fetches a shard and lists what it holds; only the first time, whatever is removed from the cache later. */
export async function indexShard(
  cache: ShardCache,
  url: string,
  reading: ShardReading,
): Promise<IndexedShard> {
  const path = cache.pathOf(url);
  const at = indexPath(path, reading);
  const index = readIndex(at) ?? (await makeIndex(cache, path, at, reading));
  cache.expect(path, index.shard);
  const samples = index.rows.map(([id, offset, length, captions, label, split, attributes]) => {
    const image = { path, part: { offset, length }, url };
    return { id, image, captions, label, split, attributes, where: `${reading.name}:${id}` };
  });
  return { samples, problems: index.problems, bytes: index.shard.total ?? 0 };
}

/** Whether a shard was listed before. */
export function isIndexed(cache: ShardCache, url: string, reading: ShardReading): boolean {
  return readIndex(indexPath(cache.pathOf(url), reading)) !== null;
}

async function makeIndex(cache: ShardCache, path: string, at: string, reading: ShardReading): Promise<Index> {
  for (;;) {
    using _held = await cache.hold(path);
    const shard = cache.validators(path);
    try {
      if (shard === null) {
        rmSync(path, { force: true }); // of an earlier version, which kept no notes
        cache.missed(path);
        continue;
      }
      const { samples, problems } = await readShard(path, reading);
      const rows = samples.map(({ id, image: { part }, captions, label, split, attributes }): Row => {
        const { offset, length } = part!;
        return [id, offset, length, captions, label, split, attributes];
      });
      const index: Index = { format, shard, rows, problems };
      writeFileAtomic(at, JSON.stringify(index));
      return index;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      cache.missed(path); // another process removed it meanwhile
    }
  }
}
