// One run folder as the studio sees it: its record, its metrics as they grow, its state, its notices.
import { readdir, readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { hasEnded, type ProcessIdentity } from '@xclr/torch/files';
import { sha256 } from '../util/checksum.js';
import { flatSettings } from './flat-settings.js';
import { MetricsFile } from './metrics-file.js';
import { type Loose, numberIn, objectIn, objectLines, ParsedFile, parseObject, textIn } from './run-files.js';
import type { RunDetail, RunState, RunSummary, SettingValue } from './wire.js';

/** A lock of another host tells nothing of its process: after so long without a line its run counts as stale. */
const silentMs = 15 * 60_000;

/** What the studio keeps about a run outside its folder. */
export interface Kept {
  readonly tags: readonly string[];
  readonly note: string;
}

/** elsewhere: a process of another host, of which nothing is known. unknown: the lock is being written. */
type Lock = 'none' | 'held' | 'elsewhere' | 'dead' | 'unknown';

export class WatchedRun {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly metrics: MetricsFile;
  readonly #shownPath: string;
  readonly #record: ParsedFile<Loose>;
  readonly #status: ParsedFile<Loose>;
  readonly #evaluation: ParsedFile<Loose>;
  readonly #notices: ParsedFile<Loose[]>;
  readonly #skipped: ParsedFile<Loose[]>;
  #lock: Lock = 'none';
  #gone = false;
  #snapshots = 0;
  #best: { readonly loss: number; readonly step: number } | null = null;
  /** Rows among which `#best` was looked for. */
  #bestOver = 0;
  #refreshing: Promise<boolean> | null = null;

  constructor(folder: string, shownPath: string) {
    this.folder = folder;
    this.id = sha256(folder).slice(0, 12);
    this.#shownPath = shownPath;
    const file = (name: string) => join(folder, name);
    this.metrics = new MetricsFile(file('metrics.jsonl'));
    this.#record = new ParsedFile(file('config.json'), parseObject);
    this.#status = new ParsedFile(file('status.json'), parseObject);
    this.#evaluation = new ParsedFile(file('evaluation.json'), parseObject);
    this.#notices = new ParsedFile(file('notices.jsonl'), objectLines);
    this.#skipped = new ParsedFile(file('skipped.jsonl'), objectLines);
  }

  /** Where its process is known to live; such runs are looked at most often. */
  get active(): boolean {
    return (this.#lock !== 'none' && this.#lock !== 'dead') || this.metrics.behind;
  }

  get record(): Loose {
    return this.#record.value ?? {};
  }

  get config(): Loose {
    return objectIn(this.record.config);
  }

  settings(): Record<string, SettingValue> {
    return flatSettings(this.config);
  }

  /** Looks for changes; one look at a time, however slow the disk is. @returns whether anything changed */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<boolean> {
    const [wasGone, lock, snapshots] = [this.#gone, this.#lock, this.#snapshots];
    this.#gone = (await stat(this.folder).catch(() => null)) === null;
    // One after the other: a disk that hangs takes one of Node's few threads for files, not all.
    const looked: boolean[] = [];
    for (const file of [this.#record, this.#status, this.#evaluation, this.#notices, this.#skipped])
      looked.push(await file.look());
    this.#lock = await this.#lookAtLock();
    this.#snapshots = await this.#countSnapshots();
    let changed = await this.metrics.look();
    // What a running training adds is small: it is taken at once. A large file is read in turns, by `catchUp`.
    if (this.metrics.columns.length > 0 || !this.#isLarge())
      changed = (await this.metrics.advance()) || changed;
    return (
      changed ||
      looked.includes(true) ||
      wasGone !== this.#gone ||
      lock !== this.#lock ||
      snapshots !== this.#snapshots
    );
  }

  #isLarge(): boolean {
    return this.metrics.size > 2 ** 18;
  }

  async #lookAtLock(): Promise<Lock> {
    const text = await readFile(join(this.folder, '.lock'), 'utf8').catch(() => null);
    if (text === null) return 'none';
    try {
      const holder = parseObject(text);
      if (numberIn(holder.pid) === null) return 'dead';
      if (hasEnded(holder as unknown as ProcessIdentity)) return 'dead';
      return textIn(holder.host) === hostname() ? 'held' : 'elsewhere';
    } catch {
      return 'unknown'; // it is being written
    }
  }

  async #countSnapshots(): Promise<number> {
    const names = await readdir(join(this.folder, 'snapshots')).catch(() => []);
    return names.filter((name) => /^step-\d+\.safetensors$/.test(name)).length;
  }

  #state(): RunState {
    if (this.#gone) return 'gone';
    if (this.#record.value === null) return 'unreadable';
    const said = textIn(this.#status.value?.state);
    if (this.#lock === 'dead') return 'stale';
    if (this.#lock !== 'none') {
      const silent = Date.now() - (this.metrics.changedAt ?? Date.now());
      return this.#lock === 'elsewhere' && silent > silentMs ? 'stale' : 'running';
    }
    const { step, total } = this.#progress();
    if (total !== null && step >= total) return 'finished';
    return said === 'failed' || said === 'stopped' || said === 'finished' ? said : 'stopped';
  }

  #progress(): { step: number; total: number | null; perEpoch: number | null } {
    const { config, record } = this;
    const data = objectIn(record.data);
    const status = this.#status.value ?? {};
    const batch = (numberIn(config.batchSize) ?? 0) * (numberIn(record.processes) ?? 1);
    const training = numberIn(data.training) ?? 0;
    const perEpoch =
      numberIn(status.stepsPerEpoch) ?? (batch > 0 ? Math.max(1, Math.floor(training / batch)) : null);
    const epochs = numberIn(config.epochs);
    const asked = numberIn(config.steps);
    const counted = perEpoch !== null && epochs !== null ? Math.max(1, Math.round(epochs * perEpoch)) : null;
    const total = numberIn(status.totalSteps) ?? asked ?? counted;
    return { step: this.metrics.last.step ?? 0, total, perEpoch };
  }

  #bestValidation(): { loss: number; step: number } | null {
    const { columns } = this.metrics;
    if (columns.length < this.#bestOver) {
      this.#best = null; // the file was written anew
      this.#bestOver = 0;
    }
    const losses = columns.column('validationLoss');
    if (losses !== undefined) {
      for (let i = this.#bestOver; i < losses.length; i++) {
        const loss = losses[i]!;
        if (Number.isFinite(loss) && (this.#best === null || loss < this.#best.loss))
          this.#best = { loss: Number(loss.toPrecision(7)), step: columns.steps[i]! };
      }
    }
    this.#bestOver = columns.length;
    return this.#best;
  }

  summary({ tags, note }: Kept): RunSummary {
    const { config, record } = this;
    const { last } = this.metrics;
    const { step, total, perEpoch } = this.#progress();
    const state = this.#state();
    const best = this.#bestValidation();
    const reason = textIn(this.#status.value?.reason);
    const seconds = last.stepSeconds;
    return {
      id: this.id,
      path: this.#shownPath,
      name: basename(this.folder),
      state,
      problem: state === 'unreadable' ? this.#unreadable() : state === 'failed' ? reason : null,
      createdAt: textIn(record.createdAt),
      method: textIn(config.method),
      graph: textIn(record.graph),
      encoder: textIn(objectIn(config.encoder).name),
      data: textIn(objectIn(record.data).name),
      seed: numberIn(config.seed),
      step,
      totalSteps: total,
      stepsPerEpoch: perEpoch,
      rows: this.metrics.columns.length,
      reading: this.metrics.behind,
      brokenLines: this.metrics.brokenLines,
      last,
      bestValidationLoss: best?.loss ?? null,
      bestStep: best?.step ?? null,
      measures: this.#measures(),
      secondsLeft:
        state === 'running' && total !== null && seconds !== undefined ? (total - step) * seconds : null,
      updatedAt: this.metrics.changedAt,
      notices: this.#notices.value?.length ?? 0,
      skipped: this.#skipped.value?.filter(({ warning }) => warning !== true).length ?? 0,
      snapshots: this.#snapshots,
      tags,
      note,
    };
  }

  #unreadable(): string {
    const { problem } = this.#record;
    return problem === null ? 'there is no config.json' : `config.json cannot be read: ${problem}`;
  }

  #measures(): Record<string, number> {
    const measured = Object.entries(objectIn(this.#evaluation.value?.features)).flatMap(([name, one]) => {
      const value = numberIn(objectIn(one).value);
      return value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(measured);
  }

  detail(): RunDetail {
    const { chosen } = this.record;
    return {
      id: this.id,
      notices: (this.#notices.value ?? []).slice(-1000).map(({ at, message }) => ({
        at: textIn(at) ?? '',
        message: textIn(message) ?? '',
      })),
      skipped: (this.#skipped.value ?? []).slice(0, 1000).map(({ where, reason, warning }) => ({
        where: textIn(where) ?? '',
        reason: textIn(reason) ?? '',
        warning: warning === true,
      })),
      chosen: (Array.isArray(chosen) ? chosen : []).map((one) => {
        const { setting, value, why } = objectIn(one);
        return { setting: String(setting ?? ''), value: String(value ?? ''), why: textIn(why) ?? '' };
      }),
    };
  }
}
