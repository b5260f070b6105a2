// Whether a training fits into the memory that there is, and which settings would.
import { spawnSync } from 'node:child_process';
import { UserError } from '../../util/errors.js';
import type { TrainConfig } from '../config.js';
import { estimateMemory, type MemoryEstimate, type MemoryFacts } from './estimate.js';
import { type MemoryLimit, memoryLimit } from './limits.js';

export interface MemoryPlan {
  readonly estimate: MemoryEstimate;
  /** What can be had in all, with what this process has already. */
  readonly limit: MemoryLimit;
}

/** The part of the memory that is left free, for what the estimate does not know and for others. */
const reserve = 0.1;

/** What counts against a limit: on a GPU, what lies there; elsewhere everything. */
function needed({ weights, activations, loss, total }: MemoryEstimate, device: string): number {
  return device === 'cpu' ? total : weights + activations + loss;
}

/**
 * The memory of the device: the GPU's as its driver tells, or what this process may have. Null where it cannot be known.
 * @param processes of this training that share the machine's memory; each has a GPU of its own
 */
export function deviceMemory(device: string, present: number, processes = 1): MemoryLimit | null {
  if (device === 'cpu') {
    const { available, source } = memoryLimit();
    const shared = processes === 1 ? source : `${source}, for each of ${processes} processes`;
    return { available: available / processes + present, source: shared };
  }
  const index = device.split(':')[1] ?? '0';
  const query = ['--query-gpu=memory.free', '--format=csv,noheader,nounits', '-i', index];
  const { stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8', timeout: 5000 });
  const mebibytes = Number((stdout ?? '').trim());
  return mebibytes > 0 ? { available: mebibytes * 2 ** 20, source: `free memory of ${device}` } : null;
}

/** The largest power of two of images whose training fits; at least 2. */
export function largestBatch(facts: MemoryFacts, limit: MemoryLimit, device: string): number {
  const fits = (batchSize: number) =>
    needed(estimateMemory({ ...facts, batchSize }), device) <= (1 - reserve) * limit.available;
  let batch = 2;
  while (batch < 65_536 && fits(2 * batch)) batch *= 2;
  return batch;
}

/**
 * Stops where memory will not suffice by the estimate, and names settings that fit.
 * @throws {UserError} unless the settings say to try it all the same
 */
export function checkMemory(
  { estimate, limit }: MemoryPlan,
  facts: MemoryFacts,
  { device, onMemoryShortage }: { readonly device: string } & Pick<TrainConfig, 'onMemoryShortage'>,
  onNotice: (message: string) => void,
): void {
  const need = needed(estimate, device);
  if (need <= limit.available) return;
  const message =
    `memory: training is expected to take ${gibibytes(need)}, and there are ${gibibytes(limit.available)} ` +
    `(${limit.source}): ${partsOf(estimate, device)}`;
  const remedy = remedies(facts, limit, device);
  if (onMemoryShortage === 'stop') {
    throw new UserError(
      message,
      `${remedy}. --on-memory-shortage warn begins all the same; the estimate may be a quarter too high`,
    );
  }
  onNotice(`${message}\n  → ${remedy}`);
}

function remedies(facts: MemoryFacts, limit: MemoryLimit, device: string): string {
  const lessCache = { ...facts, cacheBytes: Math.min(facts.cacheBytes, 2 ** 28) };
  const batch = largestBatch(facts, limit, device);
  const withLessCache = largestBatch(lessCache, limit, device);
  const smaller = 'a smaller --size (half the side takes a quarter), or a smaller --encoder';
  if (batch >= 16) {
    const { chunkSize, batchSize } = facts;
    const chunk = `--chunk-size ${Math.min(batch, chunkSize ?? batchSize)}`;
    const inChunks = { ...facts, chunkSize: batch };
    const helps = needed(estimateMemory(inChunks), device) <= limit.available;
    return `--batch-size ${batch} fits; ${helps ? `or ${chunk}, which compares the same batch and takes longer; ` : ''}or ${smaller}`;
  }
  if (withLessCache >= 16)
    return `--batch-size ${Math.min(withLessCache, facts.batchSize)} with --cache-mib 256 fits; or ${smaller}`;
  return `no batch of 16 fits: take ${smaller}`;
}

function partsOf({ process, weights, activations, loss, images }: MemoryEstimate, device: string): string {
  const parts = [
    ['activations', activations],
    ['weights, gradients and optimizer', weights],
    ['decoded images', device === 'cpu' ? images : 0],
    ['the process', device === 'cpu' ? process : 0],
    ['the loss', loss],
  ] as const;
  return parts
    .filter(([, bytes]) => bytes >= 0.02 * 2 ** 30)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${gibibytes(bytes)}`)
    .join(', ');
}

/** 1.5 GiB, 0.2 GiB. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
