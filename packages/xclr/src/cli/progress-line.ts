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

  update(title: string, done: number, total: number, note?: string): void {
    if (title !== this.#title) {
      this.end();
      this.#title = title;
      this.#progress = startProgress(title, total, { from: done - 1 });
    }
    this.#progress?.update(done, note);
  }

  note(message: string): void {
    this.end();
    process.stderr.write(`${message}\n`);
  }

  end(): void {
    this.#progress?.done();
    this.#progress = undefined;
    this.#title = '';
  }
}
