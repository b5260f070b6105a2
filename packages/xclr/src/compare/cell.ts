// A finished cell of a comparison as a file of its own: small enough to keep, whole enough to compare without its run.

import { cpus } from 'node:os';
import { basename } from 'node:path';
import { buildInfo } from '@xclr/torch';
import { definitionsVersion } from '../evaluate/definitions-version.js';
import type { MetricResult } from '../evaluate/index.js';
import { settingsThatMayChangeOnResume, type TrainConfig } from '../train/config.js';
import type { Precision } from '../train/precision.js';
import { sha256 } from '../util/checksum.js';
import { version } from '../util/version.js';
import type { StoredMeasures } from './cell-units.js';
import type { Pace } from './pace.js';
import type { CellPlan, Plan } from './plan.js';

/** The arithmetic that a cell was made in. */
interface Precisions {
  readonly training: Precision | null;
  readonly evaluation: Precision;
}

export interface Cell extends StoredMeasures {
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
