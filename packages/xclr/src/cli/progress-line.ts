// A progress line for work that reports how much is done.
import { startProgress } from '../util/progress.js';

/** Begins with the first report and ends with the last. */
export function shownAs(title: string, unit: string): (done: number, total: number) => void {
  let progress: ReturnType<typeof startProgress> | undefined;
  return (done, total) => {
    progress ??= startProgress(title, total, { unit });
    progress.update(done);
    if (done >= total) progress.done();
  };
}
