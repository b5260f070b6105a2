// A finished cell of a comparison as a file of its own: small enough to keep, whole enough to compare without its run.

import { cpus } from 'node:os';
import { basename } from 'node:path';
import { buildInfo } from '@xclr/torch';
import { definitionsVersion } from '../evaluate/definitions-version.js';
import type { MetricResult, Units } from '../evaluate/index.js';
import type { Predictions } from '../evaluate/predictions.js';
import { settingsThatMayChangeOnResume, type TrainConfig } from '../train/config.js';
import type { Precision } from '../train/precision.js';
import { sha256 } from '../util/checksum.js';
import { version } from '../util/version.js';
import type { Pace } from './pace.js';
import type { CellPlan, Plan } from './plan.js';

/** Units as they are stored: numbers as base64 of little-endian arrays. */
interface StoredUnits {
  readonly estimate: number | null;
  /** Which of the cell's lists of keys. */
  readonly keys: number;
  /** Float32, or bits where every numerator is 0 or 1 (`bits` true). */
  readonly numerators: string;
  readonly bits?: true;
  /** Float32; absent where all are 1. */
  readonly denominators?: string;
  /** Values that the metric can take, where its units can lie outside them; absent in older cells. */
  readonly range?: readonly [least: number, most: number];
}

/** What a classifier answered, as it is stored. */
interface StoredAnswers {
  /** Which of the cell's lists of keys. */
  readonly keys: number;
  /** Names of the classes. */
  readonly names: readonly string[];
  /** Int32 places in `names`, as base64 of a little-endian array. */
  readonly predicted: string;
}

/** The arithmetic that a cell was made in. */
interface Precisions {
  readonly training: Precision | null;
  readonly evaluation: Precision;
}

export interface Cell {
  readonly key: string;
  readonly method: string;
  readonly fraction: number;
  readonly seed: number;
  /** sha256 of the resolved settings, the precision that was used and the version of the metrics' definitions. */
  readonly settings: string;
  /** sha256 of the tasks and the reference, with their defaults; absent in cells of the first version. */
  readonly measures?: string;
  /** `definitionsVersion` of the xclr that measured it; absent for the first. */
  readonly definitions?: number;
  /** What was used; null for a control, which is not trained. Absent in cells of the first version. */
  readonly precision?: Precisions;
  /** The data's, with the fraction; and which samples are in which split. */
  readonly data: string;
  readonly training: number;
  readonly metrics: Readonly<Record<string, MetricResult>>;
  /** Int32 lists of sample indices that units go by: most metrics share one. */
  readonly keys: readonly string[];
  readonly units: Readonly<Record<string, StoredUnits>>;
  /** Of measures that classify; absent in older cells. */
  readonly answers?: Readonly<Record<string, StoredAnswers>>;
  readonly seconds: { readonly training: number; readonly captions: number; readonly evaluation: number };
  /** How fast its steps were; absent for controls and in older cells. */
  readonly pace?: Pace;
  readonly config: TrainConfig;
  readonly environment: {
    readonly xclr: string;
    readonly libtorch: string;
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
    /** 'cpu' or 'cuda:0'; absent in cells of the first version. */
    readonly device?: string;
  };
}

/** The settings without the places of this machine: a cell may be kept and read elsewhere. */
export function portable({ run, data, encoder, ...rest }: TrainConfig): TrainConfig {
  const { imageRoot: _root, ...kept } = data;
  const { weights, ...shape } = encoder;
  return {
    ...rest,
    run: basename(run),
    data: { ...kept, path: basename(data.path) },
    encoder: { ...shape, ...(weights !== undefined && { weights: basename(weights) }) },
  };
}

/** What a finished cell does not depend on: beside the settings that may change on resume, the device. */
const ignored = new Set([...settingsThatMayChangeOnResume, 'device']);

/**
 * What a finished cell is known by: the resolved settings, so that other defaults make another cell, the precision that was used
 * and the version of the metrics' definitions. Where data and runs lie does not matter; fingerprints check what they hold.
 */
export function settingsFingerprint(
  { config, method, train }: Pick<CellPlan, 'config' | 'method' | 'train'>,
  precision: Precisions | undefined,
  definitions: number = definitionsVersion,
): string {
  const kept = Object.fromEntries(Object.entries(config).filter(([name]) => !ignored.has(name)));
  const { path: _path, imageRoot: _root, ...data } = config.data;
  const { weights, ...encoder } = config.encoder;
  const settings = { ...kept, data, encoder: { ...encoder, started: weights !== undefined } };
  const about = [train === null ? method : 'trained', settings, precision, definitions];
  return sha256(JSON.stringify(about, sortedKeys));
}

/** Tasks and reference, with their defaults. */
export function measuresFingerprint({
  tasks,
  reference,
  second,
}: Pick<Plan, 'tasks' | 'reference' | 'second'>): string {
  const about = [tasks ?? 'what the data allow', reference, ...(second === undefined ? [] : [second])];
  return sha256(JSON.stringify(about, sortedKeys));
}

/** What cells of the first version are known by: the settings as they were given, whatever defaults made of them. */
export function firstSettingsFingerprint({ given, method, train }: CellPlan, measures: unknown): string {
  const kept = Object.fromEntries(Object.entries(given).filter(([name]) => !ignored.has(name)));
  const { path: _path, imageRoot: _root, ...data } = record(kept.data);
  const { weights, ...encoder } = record(kept.encoder);
  const settings = { ...kept, data, encoder: { ...encoder, started: weights !== undefined } };
  const about = [train === null ? method : 'trained', settings, measures];
  return sha256(JSON.stringify(about, sortedKeys));
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** For JSON.stringify: the order in which settings were written does not matter. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function environment(device: string): Cell['environment'] {
  return {
    device,
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

/** All units and answers of a cell, each list of keys once. */
export function storeUnits(
  units: Readonly<Record<string, Units>>,
  predictions: Readonly<Record<string, Predictions>> = {},
): Pick<Cell, 'keys' | 'units' | 'answers'> {
  const lists: string[] = [];
  const placeOf = (keys: Int32Array) => {
    const list = encode(keys);
    const known = lists.indexOf(list);
    return known >= 0 ? known : lists.push(list) - 1;
  };
  const stored = Object.entries(units).map(([name, one]) => [name, storeOne(one, placeOf(one.keys))]);
  const answers = Object.entries(predictions).map(([name, { samples, names, predicted }]) => [
    name,
    { keys: placeOf(samples), names, predicted: encode(predicted) },
  ]);
  return {
    keys: lists,
    units: Object.fromEntries(stored),
    ...(answers.length > 0 && { answers: Object.fromEntries(answers) }),
  };
}

function storeOne({ estimate, numerators, denominators, range }: Units, keys: number): StoredUnits {
  const whole = numerators.every((one) => one === 0 || one === 1);
  const plain = denominators.every((one) => one === 1);
  return {
    estimate: Number.isNaN(estimate) ? null : estimate,
    keys,
    ...(whole
      ? { numerators: encode(packed(numerators)), bits: true as const }
      : { numerators: encode(Float32Array.from(numerators)) }),
    ...(!plain && { denominators: encode(Float32Array.from(denominators)) }),
    ...(range !== undefined && { range }),
  };
}

/** By sample index, the class that was answered; undefined where the cell does not keep the measure's answers. */
export function loadAnswers(
  { keys, answers }: Pick<Cell, 'keys' | 'answers'>,
  metric: string,
): ReadonlyMap<number, string> | undefined {
  const stored = answers?.[metric];
  if (stored === undefined) return undefined;
  const predicted = new Int32Array(bytesOf(stored.predicted));
  const samples = new Int32Array(bytesOf(keys[stored.keys]!));
  return new Map(Array.from(samples, (sample, i) => [sample, stored.names[predicted[i]!] ?? '']));
}

export function loadUnits(cell: Pick<Cell, 'keys' | 'units'>, metric: string): Units {
  const { estimate, keys, numerators, bits, denominators, range } = cell.units[metric]!;
  const places = new Int32Array(bytesOf(cell.keys[keys]!));
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
    ...(range !== undefined && { range }),
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
