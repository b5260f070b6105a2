// Progress lines for work that reports how much is done.
import { type Progress, startProgress } from '../util/progress.js';

/** Begins with the first report and ends with the last. */
export function shownAs(title: string, unit: string): (done: number, total: number) => void {
  let progress: ReturnType<typeof startProgress> | undefined;
  return (done, total) => {
    progress ??= startProgress(title, total, { unit });
    progress.update(done);
    if (done >= total) progress.done();
  };
}

/** One bar after another, by title. */
export class ProgressLines {
  #title = '';
  #progress: Progress | undefined;
  #complete = false;
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  update(title: string, done: number, total: number, note?: string): void {
    if (title !== this.#title) {
      this.end();
      this.#title = title;
      this.#progress = startProgress(title, total, { from: done - 1, stream: this.#stream });
    }
    this.#progress?.update(done, note);
    this.#complete = done >= total;
  }

  /** A line of its own: beside a bar that is under way, after one that is complete. */
  note(message: string): void {
    if (this.#progress !== undefined && !this.#complete) {
      this.#progress.log(message);
      return;
    }
    this.end();
    this.#stream.write(`${message}\n`);
  }

  end(): void {
    this.#progress?.done();
    this.#progress = undefined;
    this.#title = '';
  }
}
