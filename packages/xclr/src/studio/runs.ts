// All runs that the studio shows: found, followed as they change, told to those who listen.
import { sha256 } from '../util/checksum.js';
import { NotThere } from './answers.js';
import { type Found, findRuns } from './find-runs.js';
import { InTurns } from './in-turns.js';
import { KeptNotes } from './kept-notes.js';
import { shownPath } from './shown-path.js';
import { WatchedRun } from './watched-run.js';
import type { RunSummary, SourceSummary } from './wire.js';

/** Between looks at a run that is being trained; a line is shown within a second. */
const activeMs = 300;
/** Between looks at the others, and for new ones. */
const restingMs = 2000;

/** A disk that has not answered for so long is not waited for: the others are gone on with. */
const patienceMs = 2000;

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
  readonly #looks = new InTurns();
  /** What was found at each place, and the places that are being looked at. */
  readonly #found = new Map<string, Found>();
  readonly #finding = new Set<string>();
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
    await within(patienceMs, this.#find());
    await within(patienceMs, Promise.all(this.all().map((run) => this.#refresh(run))));
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
    return this.#options.places.flatMap((place) => {
      const found = this.#found.get(place);
      if (found === undefined) return [{ path: this.shown(place), problem: 'its disk has not answered yet' }];
      return found.nothing.map(({ path, problem }) => ({ path: this.shown(path), problem }));
    });
  }

  get sources(): SourceSummary[] {
    const paths = new Map<string, SourceSummary['kind']>();
    for (const { sources } of this.#found.values())
      for (const { kind, path } of sources) paths.set(path, kind);
    return [...paths].map(([path, kind]) => ({
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

  /** A place whose disk hangs is looked at by one thread, and keeps no other from being looked at. */
  async #find(): Promise<void> {
    const places = this.#options.places.filter((place) => !this.#finding.has(place));
    for (const place of places) this.#finding.add(place);
    await Promise.all(
      places.map(async (place) => {
        this.#found.set(place, await findRuns([place]));
        this.#finding.delete(place);
      }),
    );
    for (const place of this.#options.places) {
      for (const folder of this.#found.get(place)?.runs ?? []) {
        const run = new WatchedRun(folder, this.shown(folder));
        if (!this.#runs.has(run.id)) this.#runs.set(run.id, run);
      }
    }
  }

  #refresh(run: WatchedRun): Promise<boolean> {
    return this.#looks.do(run.folder, () => run.refresh());
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
      void this.#refresh(run).then((changed) => {
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
      if (!run.metrics.behind || this.#looks.hangs(run.folder)) continue;
      await within(patienceMs, this.readAll(run));
      this.tell(run);
    }
  }
}

/** Lets requests in between two pieces of work. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Waits until something is done, but not for ever. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
