// What a training says of itself beside its metrics: how far it will go and how it ended, and its notices.
import { readFileSync } from 'node:fs';
import { appendLine, writeFileAtomic } from '../util/files.js';
import { isDiskFull } from '../util/full-disk.js';
import type { RunFolder } from './run-folder.js';

/** What status.json holds: written when the first step begins, and when training ends. */
export interface RunStatus {
  /** A run whose process was killed stays 'running'; its lock tells. */
  readonly state: 'running' | 'finished' | 'stopped' | 'failed';
  /** ISO time of this entry. */
  readonly at: string;
  readonly totalSteps?: number;
  readonly stepsPerEpoch?: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** These files only tell of a training: where the disk is full, it goes on or ends as it would without them. */
function unlessFull(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** Lengths that are not given are those that were written before. */
export function writeStatus(run: RunFolder, status: Omit<RunStatus, 'at'>): void {
  const { totalSteps, stepsPerEpoch } = readStatus(run);
  const lengths = {
    ...(totalSteps !== undefined && { totalSteps }),
    ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
  };
  const written: RunStatus = { ...lengths, ...status, at: new Date().toISOString() };
  unlessFull(() => writeFileAtomic(run.file('status.json'), `${JSON.stringify(written)}\n`));
}

function readStatus(run: RunFolder): Partial<RunStatus> {
  try {
    return JSON.parse(readFileSync(run.file('status.json'), 'utf8')) as Partial<RunStatus>;
  } catch {
    return {};
  }
}

/** Hears notices as `onNotice` does, and keeps each with its time in notices.jsonl. */
export function keptNotices(run: RunFolder, onNotice: (message: string) => void): (message: string) => void {
  return (message) => {
    onNotice(message);
    unlessFull(() => appendLine(run.file('notices.jsonl'), { at: new Date().toISOString(), message }));
  };
}
