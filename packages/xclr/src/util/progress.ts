// Progress with the time left: a bar at a terminal, a line every few seconds anywhere else (logs, CI).
import { SingleBar } from 'cli-progress';

export interface ProgressOptions {
  /** Where to write; standard error, so that results on standard output stay clean. */
  readonly stream?: NodeJS.WriteStream;
  /** Seconds between lines where there is no terminal. */
  readonly interval?: number;
  /** Milliseconds since some start; for tests. */
  readonly now?: () => number;
  /** What is counted: 'step', 'image'. */
  readonly unit?: string;
}

/** Something under way. `using` or `done()` ends it. */
export interface Progress extends Disposable {
  /** Sets how much is done, and what to show beside it ('loss 5.1'). */
  update(done: number, note?: string): void;
  /** Prints a line without tearing the bar. */
  log(line: string): void;
  /** Ends it; says how long it took. */
  done(note?: string): void;
}

/** Starts showing progress of `title` towards `total` units. Units done before (a resumed run) do not count as speed. */
export function startProgress(
  title: string,
  total: number,
  { from = 0, ...options }: ProgressOptions & { from?: number } = {},
): Progress {
  const stream = options.stream ?? process.stderr;
  const now = options.now ?? (() => performance.now());
  const clock = new Clock(total, from, now);
  return stream.isTTY
    ? new Bar(title, clock, stream, options.unit)
    : new Lines(title, clock, stream, options);
}

/** 65 → '1 min 5 s', 3700 → '1 h 2 min', 0.4 → '0 s'. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How much is done, how fast it goes, how long it will take. */
class Clock {
  readonly started: number;
  readonly total: number;
  readonly now: () => number;
  done: number;
  /** The recent past, so that a slow start does not distort the estimate for the whole run. */
  readonly #recent: { time: number; done: number }[];

  constructor(total: number, from: number, now: () => number) {
    this.total = total;
    this.done = from;
    this.now = now;
    this.started = now();
    this.#recent = [{ time: this.started, done: from }];
  }

  advance(done: number): void {
    const time = this.now();
    this.done = done;
    if (time - this.#recent.at(-1)!.time < 250) return;
    this.#recent.push({ time, done });
    while (this.#recent.length > 2 && time - this.#recent[0]!.time > 30_000) this.#recent.shift();
  }

  get elapsed(): number {
    return (this.now() - this.started) / 1000;
  }

  /** Units a second, over the last half minute. */
  get rate(): number {
    const { time, done } = this.#recent[0]!;
    const seconds = (this.now() - time) / 1000;
    return seconds > 0 ? (this.done - done) / seconds : 0;
  }

  /** '2 min 5 s left', or nothing while it cannot be known. */
  get left(): string {
    if (this.done >= this.total || this.rate <= 0) return '';
    return `${duration((this.total - this.done) / this.rate)} left`;
  }

  get percent(): number {
    return this.total > 0 ? Math.floor((100 * Math.min(this.done, this.total)) / this.total) : 100;
  }
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

function count(clock: Clock, unit: string | undefined): string {
  return `${clock.done}/${clock.total}${unit === undefined ? '' : ` ${unit}s`}`;
}

class Lines implements Progress {
  readonly #title: string;
  readonly #clock: Clock;
  readonly #stream: NodeJS.WriteStream;
  readonly #interval: number;
  readonly #unit: string | undefined;
  #printed: number;
  #ended = false;

  constructor(title: string, clock: Clock, stream: NodeJS.WriteStream, options: ProgressOptions) {
    this.#title = title;
    this.#clock = clock;
    this.#stream = stream;
    this.#interval = (options.interval ?? 5) * 1000;
    this.#unit = options.unit;
    this.#printed = clock.now();
  }

  update(done: number, note?: string): void {
    this.#clock.advance(done);
    const time = this.#clock.now();
    if (time - this.#printed < this.#interval) return;
    this.#printed = time;
    this.log(
      joined(
        `${this.#title} ${this.#clock.percent} %`,
        count(this.#clock, this.#unit),
        this.#clock.left,
        note,
      ),
    );
  }

  log(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  done(note?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.log(joined(`${this.#title} done in ${duration(this.#clock.elapsed)}`, note));
  }

  [Symbol.dispose](): void {
    this.#ended = true;
  }
}

class Bar implements Progress {
  readonly #title: string;
  readonly #clock: Clock;
  readonly #stream: NodeJS.WriteStream;
  readonly #unit: string | undefined;
  readonly #bar: SingleBar;
  #ended = false;

  constructor(title: string, clock: Clock, stream: NodeJS.WriteStream, unit: string | undefined) {
    this.#title = title;
    this.#clock = clock;
    this.#stream = stream;
    this.#unit = unit;
    this.#bar = new SingleBar({
      stream,
      format: `{title} {bar} {percent} % · {text}`,
      barsize: 24,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      hideCursor: true,
      fps: 5,
      linewrap: false,
      gracefulExit: false,
    });
    this.#bar.start(Math.max(1, clock.total), clock.done, this.#payload());
  }

  #payload(note?: string): Record<string, string | number> {
    const { percent, left } = this.#clock;
    return { title: this.#title, percent, text: joined(count(this.#clock, this.#unit), left, note) };
  }

  update(done: number, note?: string): void {
    this.#clock.advance(done);
    this.#bar.update(done, this.#payload(note));
  }

  log(line: string): void {
    this.#stream.write(`\r\x1b[K${line}\n`);
    this.#bar.render();
  }

  done(note?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#bar.update(this.#clock.done, this.#payload(note));
    this.#bar.stop();
    this.#stream.write(
      `\x1b[1A\r\x1b[K${joined(`${this.#title} done in ${duration(this.#clock.elapsed)}`, note)}\n`,
    );
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#bar.stop();
  }
}
