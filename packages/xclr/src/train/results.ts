// The numbers of the steps that were asked for, in order: at once, or of a step when the next one was asked for.
import type { QueuedStep, StepResult } from './queued-step.js';

/** What is known of a step when it is asked for. */
export interface AskedStep {
  readonly step: number;
  readonly lr: number;
  /** Images in its batch. */
  readonly images: number;
}

export type FinishedStep = AskedStep & StepResult;

export class Results implements Disposable {
  /** Steps that may be queued and unread: a device then has work while its numbers are read. */
  readonly #ahead: number;
  readonly #waiting: { readonly asked: AskedStep; readonly queued: QueuedStep }[] = [];

  constructor({ ahead }: { readonly ahead: number }) {
    this.#ahead = ahead;
  }

  /**
   * Takes a step, and gives those that are read now, in order.
   * @param options all: whether to wait for every step, this one too
   * @throws {UserError} where a step was not finite
   */
  take(
    asked: AskedStep,
    queued: QueuedStep,
    { all = false }: { readonly all?: boolean } = {},
  ): FinishedStep[] {
    this.#waiting.push({ asked, queued });
    return this.#read(all ? 0 : this.#ahead);
  }

  /** Waits for every step. */
  rest(): FinishedStep[] {
    return this.#read(0);
  }

  #read(left: number): FinishedStep[] {
    const count = Math.max(0, this.#waiting.length - left);
    return this.#waiting.splice(0, count).map(({ asked, queued }) => ({ ...asked, ...queued.read() }));
  }

  [Symbol.dispose](): void {
    for (const { queued } of this.#waiting.splice(0)) queued[Symbol.dispose]();
  }
}
