// Source: WebDataset shards on a web server or in a bucket, read through a cache on this machine.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapConcurrently } from '../../util/concurrently.js';
import { downloadFile } from '../../util/download/download.js';
import { startProgress } from '../../util/progress.js';
import { withDistinctIds, withoutEnding } from '../distinct-ids.js';
import type { DatasetOptions, RemoteOptions, SourceKind } from '../types.js';
import type { ShardReading } from '../webdataset.js';
import { isList, nameOf, namesOf, shardsInList, shardsOf } from './address.js';
import { registerCache } from './hold.js';
import { shardsInBucket } from './s3.js';
import { ShardCache } from './shard-cache.js';
import { indexShard, isIndexed } from './shard-index.js';
import { downloadOptions } from './transport.js';

/** Shards that are fetched at a time when they are listed for the first time. */
const mostAtATime = 8;

/** Every shard that an address stands for. */
async function urlsOf(path: string, options: RemoteOptions): Promise<string[]> {
  if (/^s3:/i.test(path) && path.endsWith('/')) return shardsInBucket(path);
  if (!isList(path)) return shardsOf(path);
  const folder = mkdtempSync(join(tmpdir(), 'xclr-list-'));
  try {
    const list = join(folder, 'list');
    await downloadFile({ url: path, bytes: null, checksum: null }, list, downloadOptions(options));
    return shardsInList(readFileSync(list, 'utf8'), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shows how many shards are listed, where some are not yet. */
function progressOf(
  total: number,
  known: number,
  { onProgress }: RemoteOptions,
): Disposable & { add(): void } {
  let done = known;
  if (onProgress !== undefined || known === total)
    return { add: () => onProgress?.(++done, total), [Symbol.dispose]: () => undefined };
  const bar = startProgress('fetching and indexing shards', total, { from: known, unit: 'shard' });
  return {
    add: () => bar.update(++done),
    [Symbol.dispose]: () => (done === total ? bar.done() : bar[Symbol.dispose]()),
  };
}

export const remoteShards: SourceKind = {
  format: 'webdataset',
  name: 'WebDataset tar shards',
  what: "addresses of tar shards ('https://host/shard-{000..147}.tar', s3://bucket/shard-{000..147}.tar)",
  recognizes: ({ kind }) => kind === 'remote',
  read: async ({ path }, { template, columns = {}, remote = {} }: DatasetOptions & { template: string }) => {
    const urls = await urlsOf(path, remote);
    const { root, names } = namesOf(urls);
    const cache = new ShardCache(remote);
    registerCache(cache);
    const readings = urls.map(
      (shard, i): ShardReading => ({
        name: names[i]!,
        shard: shard.replace(/[?#].*$/, ''),
        template,
        columns,
      }),
    );
    const known = readings.filter((reading, i) => isIndexed(cache, urls[i]!, reading)).length;
    using progress = progressOf(urls.length, known, remote);
    const listed = async (reading: ShardReading, i: number) => {
      const isNew = !isIndexed(cache, urls[i]!, reading);
      const part = await indexShard(cache, urls[i]!, reading);
      if (isNew) progress.add();
      return part;
    };
    // The first one tells how large they are.
    const first = await listed(readings[0]!, 0);
    const others = await mapConcurrently(readings.slice(1), cache.atATime(mostAtATime), (reading, i) =>
      listed(reading, i + 1),
    );
    const parts = [first, ...others];
    cache.trim();
    const samples = withDistinctIds(
      parts.map((part, i) => ({ file: withoutEnding(names[i]!, ['.tar']), samples: part.samples })),
    );
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    return {
      name: nameOf(urls[0]!).replace(/[-_.]?\d*\.tar$/i, '') || 'shards',
      root,
      samples,
      problems: parts.flatMap(({ problems }) => problems),
      shards: {
        count: urls.length,
        bytes,
        largest: parts.reduce((most, part) => Math.max(most, part.bytes), 0),
        cacheBytes: cache.limit,
        samplesEach: samples.length / urls.length,
      },
    };
  },
};
