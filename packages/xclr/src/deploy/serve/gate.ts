// How many requests are worked on and how many may wait; the rest are turned away at once.

import { abortable, removeFrom } from './abortable.js';

/** The server is full: try again later. */
export class TooBusy extends Error {}

export class Gate {
  readonly #most: number;
  readonly #queue: number;
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  /** @param most requests handled at the same time @param queue requests that may wait beyond those */
  constructor(most: number, queue: number) {
    this.#most = most;
    this.#queue = queue;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws {TooBusy} where one more request would be turned away */
  refuseIfFull(): void {
    if (this.#active >= this.#most && this.#waiting.length >= this.#queue) throw new TooBusy();
  }

  /**
   * Runs `work` when there is room. Once `signal` is aborted the place is given back, whatever the work still does.
   * @throws {TooBusy} where too many wait already; the signal's reason once it is aborted
   */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#active >= this.#most) await this.#turn(signal);
    else this.#active++;
    try {
      return await unlessAborted(work, signal);
    } finally {
      const next = this.#waiting.shift(); // whoever leaves hands over the place, so that #active stays
      if (next === undefined) this.#active--;
      else next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    this.refuseIfFull();
    return abortable<void>(signal, (enter) => {
      this.#waiting.push(enter);
      return () => removeFrom(this.#waiting, enter);
    });
  }
}

function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return abortable<T>(signal, (resolve, reject) => {
    work().then(resolve, reject);
    return () => undefined;
  });
}
