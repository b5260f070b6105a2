// Experiment trackers: where a run's settings and metrics are sent besides the run folder.
import type { TrainConfig } from '../config.js';

/** What a tracker is told of a run when it begins or resumes. */
export interface TrackedRun {
  /** The run folder's name. */
  readonly name: string;
  readonly config: TrainConfig;
  /** The service's id of the run, where an earlier session was tracked already. */
  readonly resumeId: string | undefined;
}

/** How a run ended. */
export type TrackedEnd = 'finished' | 'interrupted' | 'failed';

/** One service's side of it. All calls may fail; whoever calls them copes. */
export interface TrackerClient {
  readonly name: string;
  /** Where the run can be looked at, once it has begun. */
  readonly url: string | undefined;
  /** Begins, or goes on with, a run. @returns its id at the service */
  begin(run: TrackedRun): Promise<string>;
  /** Sends rows of metrics, oldest first. */
  send(rows: readonly TrackedRow[]): Promise<void>;
  end(how: TrackedEnd): Promise<void>;
}

export interface TrackedRow {
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Finite numbers only: JSON has no others. */
  readonly values: Readonly<Record<string, number>>;
}

/** 'optimizer.lr' → '0.001': settings as flat pairs, as trackers show them. */
export function flatSettings(
  config: object,
  prefix = '',
): [name: string, value: string | number | boolean][] {
  return Object.entries(config).flatMap(([key, value]): [string, string | number | boolean][] => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return flatSettings(value as object, name);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return [[name, value]];
    return [[name, JSON.stringify(value)]];
  });
}
