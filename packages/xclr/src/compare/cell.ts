// A finished cell of a comparison as a file of its own: small enough to keep, whole enough to compare without its run.
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { buildInfo } from '@xclr/torch';
import type { MetricResult, Task, Units } from '../evaluate/index.js';
import type { TrainConfig } from '../train/config.js';
import { version } from '../util/version.js';
import type { CellPlan } from './plan.js';

/** Units as they are stored: numbers as base64 of little-endian arrays. */
interface StoredUnits {
  readonly estimate: number | null;
  /** Int32 */
  readonly keys: string;
  /** Float32, or bits where every numerator is 0 or 1 (`bits` true). */
  readonly numerators: string;
  readonly bits?: true;
  /** Float32; absent where all are 1. */
  readonly denominators?: string;
}

export interface Cell {
  readonly key: string;
  readonly method: string;
  readonly share: number;
  readonly seed: number;
  /** sha256 of everything that decides the numbers: settings, tasks, yardstick. */
  readonly settings: string;
  /** The data's, with the share; and which samples are in which split. */
  readonly data: string;
  readonly training: number;
  readonly metrics: Readonly<Record<string, MetricResult>>;
  readonly units: Readonly<Record<string, StoredUnits>>;
  readonly seconds: { readonly training: number; readonly captions: number; readonly evaluation: number };
  readonly config: TrainConfig;
  readonly environment: {
    readonly xclr: string;
    readonly libtorch: string;
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
  };
}

/** Settings that do not change what is computed. */
const free = [
  'run',
  'resume',
  'threads',
  'workers',
  'cacheMiB',
  'prefetchMiB',
  'decodeTimeout',
  'onDecoderCrash',
  'checkpointEvery',
  'logEvery',
  'evaluation',
  'device',
];

/** @param tasks and yardstick as the plan has them */
export function settingsFingerprint(
  { config, method, train }: CellPlan,
  tasks: readonly Task[],
  yardstick: unknown,
): string {
  const kept = Object.entries(config).filter(([name]) => !free.includes(name));
  // Where the data and a run to start from lie does not matter; what they hold is checked by fingerprints.
  const { path: _path, pictureRoot: _root, ...data } = config.data;
  const { weights, ...encoder } = config.encoder;
  const settings = {
    ...Object.fromEntries(kept),
    data,
    encoder: { ...encoder, started: weights !== undefined },
  };
  const about = [train === null ? method : 'trained', settings, tasks, yardstick];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

export function environment(): Cell['environment'] {
  return {
    xclr: version,
    libtorch: buildInfo().builtFor,
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
  };
}

const encode = (values: Int32Array | Float32Array | Uint8Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer;

export function storeUnits({ estimate, keys, numerators, denominators }: Units): StoredUnits {
  const whole = numerators.every((one) => one === 0 || one === 1);
  const plain = denominators.every((one) => one === 1);
  return {
    estimate: Number.isNaN(estimate) ? null : estimate,
    keys: encode(keys),
    ...(whole
      ? { numerators: encode(packed(numerators)), bits: true as const }
      : { numerators: encode(Float32Array.from(numerators)) }),
    ...(!plain && { denominators: encode(Float32Array.from(denominators)) }),
  };
}

export function loadUnits({ estimate, keys, numerators, bits, denominators }: StoredUnits): Units {
  const places = new Int32Array(bytesOf(keys));
  const n = places.length;
  return {
    estimate: estimate ?? Number.NaN,
    keys: places,
    numerators: bits
      ? unpacked(new Uint8Array(bytesOf(numerators)), n)
      : Float64Array.from(new Float32Array(bytesOf(numerators))),
    denominators:
      denominators === undefined
        ? new Float64Array(n).fill(1)
        : Float64Array.from(new Float32Array(bytesOf(denominators))),
  };
}

function packed(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((one, i) => {
    if (one === 1) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return bytes;
}

function unpacked(bytes: Uint8Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
}
