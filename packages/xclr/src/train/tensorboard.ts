// Writes scalars where TensorBoard finds them: one new event file per start of a run.

import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { maxOf } from '../util/arrays.js';
import { type EventContent, encodeEvent, frameRecord } from './tensorboard-event.js';

const NAME = /^events\.out\.tfevents\.(\d+)\./;

/**
 * TensorBoard reads the files of a folder in the order of their names and never returns to an earlier one, so a
 * new file's time stamp must be later than every present one, even within one second or after the clock was set back.
 */
function nextStamp(folder: string, now: number): number {
  const present = readdirSync(folder).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return maxOf(
    present.map((stamp) => stamp + 1),
    Math.floor(now),
  );
}

export interface TensorBoardOptions {
  /** The first step of a resumed run: TensorBoard then drops what earlier files hold at this step and later. */
  readonly resumeAt?: number;
  /** Seconds since 1970; for tests. */
  readonly clock?: () => number;
}

/**
 * An event file of scalars in a run folder. Earlier files are never touched: a file that a crash cut short stays
 * readable up to the cut, and a resumed run writes a file of its own.
 * Each call is one write to the operating system, so that nothing is lost when the process dies.
 */
export class TensorBoardWriter implements Disposable {
  readonly path: string;
  readonly #clock: () => number;
  #file: number | undefined;

  constructor(folder: string, { resumeAt, clock = () => Date.now() / 1000 }: TensorBoardOptions = {}) {
    mkdirSync(folder, { recursive: true });
    this.#clock = clock;
    const stamp = String(nextStamp(folder, clock())).padStart(10, '0');
    this.path = join(folder, `events.out.tfevents.${stamp}.${hostname()}.${process.pid}.0`);
    this.#file = openSync(this.path, 'ax');
    this.#write(resumeAt ?? 0, { fileVersion: 'brain.Event:2' });
    if (resumeAt !== undefined) this.#write(resumeAt, { sessionStart: true });
  }

  /** One event with all the values of a step. Values are stored as float32; NaN and infinities are kept. */
  scalars(step: number, values: Readonly<Record<string, number>>): void {
    this.#write(step, { scalars: values });
  }

  /** Returns once what was written is on the disk. */
  sync(): void {
    if (this.#file !== undefined) fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #write(step: number, content: EventContent): void {
    if (this.#file === undefined) throw new Error(`TensorBoardWriter: ${this.path} is closed`);
    const record = frameRecord(encodeEvent(this.#clock(), step, content));
    let written = 0; // a write may be short, for instance where a quota ends
    while (written < record.length) written += writeSync(this.#file, record, written);
  }
}
