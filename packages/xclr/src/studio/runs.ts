// All runs that the studio shows: found, followed as they change, told to those who listen.
import { sha256 } from '../util/checksum.js';
import { NotThere } from './answers.js';
import { type Found, findRuns } from './find-runs.js';
import { KeptNotes } from './kept-notes.js';
import { shownPath } from './shown-path.js';
import { WatchedRun } from './watched-run.js';
import type { RunSummary, SourceSummary } from './wire.js';

/** Between looks at a run that is being trained; a line is shown within a second. */
const activeMs = 300;
/** Between looks at the others, and for new ones. */
const restingMs = 2000;

export interface RunsOptions {
  /** Absolute. */
  readonly places: readonly string[];
  /** Paths are shown relative to it. */
  readonly from: string;
  /** The studio's own folder. */
  readonly out: string;
}

export class Runs implements Disposable {
  readonly #options: RunsOptions;
  readonly #runs = new Map<string, WatchedRun>();
  readonly #listeners = new Set<(run: RunSummary) => void>();
  readonly notes: KeptNotes;
  #found: Found = { runs: [], sources: [], nothing: [] };
  #timer: NodeJS.Timeout | undefined;
  #rested = 0;
  #disposed = false;
  #catchingUp: Promise<void> | null = null;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.notes = new KeptNotes(options.out);
  }

  /** Finds runs and has a first look at each; what they logged is read afterwards. */
  async open(): Promise<void> {
    await this.#find();
    await Promise.all([...this.#runs.values()].map((run) => run.refresh()));
    this.#schedule();
    void this.#catchUp();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** The studio's own folder, absolute. */
  get out(): string {
    return this.#options.out;
  }

  /** @throws {NotThere} */
  need(id: string): WatchedRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw new NotThere(`there is no run ${id}`);
    return run;
  }

  /** Those that were found first come first. */
  all(): WatchedRun[] {
    return [...this.#runs.values()];
  }

  get nothing(): Found['nothing'] {
    return this.#found.nothing.map(({ path, problem }) => ({ path: this.shown(path), problem }));
  }

  get sources(): SourceSummary[] {
    return this.#found.sources.map(({ kind, path }) => ({
      id: sha256(path).slice(0, 12),
      kind,
      path,
      name: this.shown(path),
    }));
  }

  /** @throws {NotThere} where none of these kinds has the id */
  source(id: string, ...kinds: readonly SourceSummary['kind'][]): SourceSummary {
    const found = this.sources.find((one) => one.id === id && kinds.includes(one.kind));
    if (found === undefined) throw new NotThere(`there is no ${kinds.join(' or ')} ${id}`);
    return found;
  }

  summary(run: WatchedRun): RunSummary {
    return run.summary(this.notes.of(run.folder));
  }

  /** Hears of every run that changed. @returns what ends it */
  listen(listener: (run: RunSummary) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(run: WatchedRun): void {
    if (this.#listeners.size === 0) return;
    const summary = this.summary(run);
    for (const listener of this.#listeners) listener(summary);
  }

  /** Reads all that a run has logged; for a chart that is asked for before its turn. */
  async readAll(run: WatchedRun): Promise<void> {
    while (run.metrics.behind && !this.#disposed) {
      await run.metrics.advance();
      await turn();
    }
  }

  shown(path: string): string {
    return shownPath(path, this.#options.from);
  }

  async #find(): Promise<void> {
    this.#found = await findRuns(this.#options.places);
    for (const folder of this.#found.runs) {
      const run = new WatchedRun(folder, this.shown(folder));
      if (!this.#runs.has(run.id)) this.#runs.set(run.id, run);
    }
  }

  #schedule(): void {
    if (this.#disposed) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#schedule());
    }, activeMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const all = now - this.#rested >= restingMs;
    if (all) {
      this.#rested = now;
      void this.#find();
    }
    // A run on a disk that does not answer holds up no other one.
    for (const run of this.#runs.values()) {
      if (!all && !run.active) continue;
      void run.refresh().then((changed) => {
        if (changed && !this.#disposed) this.tell(run);
      });
    }
    await this.#catchUp();
  }

  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readBehind().finally(() => {
      this.#catchingUp = null;
    });
    return Promise.race([this.#catchingUp, turn()]);
  }

  async #readBehind(): Promise<void> {
    for (const run of this.all()) {
      if (!run.metrics.behind) continue;
      await this.readAll(run);
      this.tell(run);
    }
  }
}

/** Lets requests in between two pieces of work. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
