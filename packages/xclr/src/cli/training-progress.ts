// The progress line of a training run.
import type { TrainingProgress } from '../train/trainer.js';
import { type Progress, startProgress } from '../util/progress.js';

export class TrainingProgressLine implements Disposable {
  readonly #title: string;
  #progress: Progress | undefined;
  #encoding: Progress | undefined;

  constructor(title: string) {
    this.#title = title;
  }

  /** A line beside the bar. */
  note(message: string): void {
    if (this.#progress === undefined) process.stderr.write(`${message}\n`);
    else this.#progress.log(message);
  }

  /** Captions on their way into the store, before the first step. */
  encode(done: number, total: number): void {
    this.#encoding ??= startProgress('encoding captions', total, { unit: 'caption' });
    this.#encoding.update(done);
    if (done < total) return;
    this.#encoding.done();
    this.#encoding = undefined;
  }

  step({ step, totalSteps, loss, viewsPerSecond }: TrainingProgress): void {
    this.#progress ??= startProgress(this.#title, totalSteps, { from: step - 1, unit: 'step' });
    this.#progress.update(step, `loss ${loss.toFixed(3)} · ${Math.round(viewsPerSecond)} views/s`);
  }

  done(note?: string): void {
    this.#progress?.done(note);
  }

  [Symbol.dispose](): void {
    this.#encoding?.[Symbol.dispose]();
    this.#progress?.[Symbol.dispose]();
  }
}
