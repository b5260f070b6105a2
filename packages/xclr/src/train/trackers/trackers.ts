// Sends a run's metrics to trackers beside the training: what a service does, or does not do, never stops or slows it.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../../util/files.js';
import type { TrainConfig } from '../config.js';
import type { RunFolder } from '../run-folder.js';
import { MlflowClient } from './mlflow.js';
import type { TrackedEnd, TrackedRow, TrackerClient } from './tracker.js';
import { WandbClient } from './wandb.js';

/** Services by the names that settings use. */
const clients = { wandb: WandbClient, mlflow: MlflowClient } as const;
export type TrackerName = keyof typeof clients;

/** Rows that wait at most; where a service is away for longer, the oldest are given up. */
const mostWaiting = 10_000;
/** Milliseconds between two tries, and tries in a row after which nothing more is sent. */
const pause = 2000;
const mostTries = 4;
/** Milliseconds that the end of a run waits for what has not been sent. */
const lastPatience = 15_000;

export interface TrackersOptions {
  readonly onNotice: (message: string) => void;
  /** Milliseconds between two tries; shorter in tests. */
  readonly pauseMs?: number;
}

/** Clients for the names in `logTo`. @throws {UserError} for what is missing in the environment, before anything is trained */
export function trackerClients(
  { logTo }: Pick<TrainConfig, 'logTo'>,
  environment: NodeJS.ProcessEnv = process.env,
): ReadonlyMap<TrackerName, TrackerClient> {
  const names = [...new Set((logTo ?? '').split(',').filter((name) => name !== ''))] as TrackerName[];
  return new Map(names.map((name) => [name, new clients[name](environment)]));
}

/** A run's trackers. Ids are kept in the run folder, so that a resumed run goes on in the same place. */
export class Trackers {
  readonly #senders: readonly Sender[];

  constructor(
    named: ReadonlyMap<TrackerName, TrackerClient>,
    run: RunFolder,
    config: TrainConfig,
    { onNotice, pauseMs = pause }: TrackersOptions,
  ) {
    const file = run.file('trackers.json');
    const ids = config.resume && existsSync(file) ? readIds(file) : {};
    this.#senders = [...named].map(([name, client]) => {
      const begin = async () => {
        const resumeId = ids[name];
        ids[name] = await client.begin({ name: basename(run.path), config, resumeId });
        writeFileAtomic(file, `${JSON.stringify(ids, null, 2)}\n`);
        if (client.url !== undefined) onNotice(`${client.name}: ${client.url}`);
      };
      return new Sender(client, begin, onNotice, pauseMs);
    });
  }

  log(step: number, values: Readonly<Record<string, number>>): void {
    const finite = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
    for (const sender of this.#senders) sender.add({ step, time: Date.now(), values: finite });
  }

  /** Sends what is left, for a while. */
  async end(how: TrackedEnd): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.end(how)));
  }
}

function readIds(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch {
    return {}; // a run of its own at the service is better than none
  }
}

/** One service's queue: one request at a time, tried again after a pause, given up after some tries in a row. */
class Sender {
  readonly #client: TrackerClient;
  readonly #begin: () => Promise<void>;
  readonly #onNotice: (message: string) => void;
  readonly #pause: number;
  #waiting: TrackedRow[] = [];
  #begun = false;
  #over = false;
  #failures = 0;
  #working: Promise<void> | undefined;

  constructor(
    client: TrackerClient,
    begin: () => Promise<void>,
    onNotice: (message: string) => void,
    pauseMs: number,
  ) {
    this.#client = client;
    this.#begin = begin;
    this.#onNotice = onNotice;
    this.#pause = pauseMs;
    this.#start();
  }

  add(row: TrackedRow): void {
    if (this.#over) return;
    this.#waiting.push(row);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    this.#start();
  }

  async end(how: TrackedEnd): Promise<void> {
    const work = async () => {
      await this.#working;
      if (!this.#over && this.#begun) await this.#client.end(how);
    };
    const late = Symbol('late');
    try {
      const limit = sleep(lastPatience, late, { ref: false });
      if ((await Promise.race([work(), limit])) === late)
        this.#giveUp('it did not answer before the run ended');
    } catch (error) {
      this.#giveUp(reasonOf(error));
    }
    this.#over = true;
  }

  #start(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    while (!this.#over && (!this.#begun || this.#waiting.length > 0)) {
      const rows = [...this.#waiting]; // more may come while these are sent
      try {
        if (!this.#begun) await this.#begin();
        this.#begun = true;
        if (rows.length > 0) await this.#client.send(rows);
        const sent = new Set(rows);
        this.#waiting = this.#waiting.filter((row) => !sent.has(row));
        this.#failures = 0;
      } catch (error) {
        if (++this.#failures >= mostTries) this.#giveUp(reasonOf(error));
        else await sleep(this.#pause, undefined, { ref: false });
      }
    }
  }

  #giveUp(reason: string): void {
    this.#over = true;
    this.#onNotice(
      `${this.#client.name}: nothing more is sent (${reason}); training goes on, and metrics.jsonl has everything`,
    );
  }
}

/** fetch hides what happened in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
