// Whether the cache suffices for the order in which training reads shards of a server.
import type { Dataset } from '../data/index.js';
import { UserError } from '../util/errors.js';
import type { TrainConfig } from './config.js';

const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(3)} GB`;

/** Shards that are read from at the same time by the stream sampler: of each lane those that its buffer reaches over, and the next. */
function shardsAtOnce({ buffer, interleave }: TrainConfig, samplesEach: number): number {
  return interleave * (2 + Math.ceil(buffer / interleave / Math.max(1, samplesEach)));
}

/** @throws {UserError} where shards would be fetched again and again */
export function checkShardCache(
  { shards }: Dataset,
  config: TrainConfig,
  { processes, onNotice }: { readonly processes: number; readonly onNotice: (message: string) => void },
): void {
  if (shards === undefined) return;
  const { sampler, interleave } = config;
  const { bytes, cacheBytes, largest, count, samplesEach } = shards;
  if (sampler === 'stream' && processes > 1 && interleave % processes !== 0)
    onNotice(
      `--interleave ${interleave} is no multiple of ${processes} processes: each of them reads all ${count} shards; with --interleave ${processes} each reads its own`,
    );
  if (bytes <= cacheBytes) return;
  if (sampler !== 'stream') {
    throw new UserError(
      `train: the shards have ${gigabytes(bytes)}, the cache ${gigabytes(cacheBytes)}, and sampler ${sampler} takes the images of a batch from all shards, so that they would be fetched again for every batch`,
      'Use --sampler stream, which reads shard by shard, or a larger --cache-size.',
    );
  }
  const needed = Math.min(count, shardsAtOnce(config, samplesEach)) * largest;
  if (needed > cacheBytes) {
    throw new UserError(
      `train: the stream sampler reads ${Math.round(needed / largest)} shards at a time (--interleave ${interleave}, --buffer ${config.buffer}), ${gigabytes(needed)}, and the cache may have ${gigabytes(cacheBytes)}`,
      'Set a larger --cache-size, or a smaller --buffer or --interleave.',
    );
  }
}
