// How many requests are worked on and how many may wait; the rest are turned away at once.

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

  /** Runs `work` when there is room. @throws {TooBusy} where too many wait already */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.#most) {
      if (this.#waiting.length >= this.#queue) throw new TooBusy();
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve); // whoever leaves hands over the place, so that #active stays
      });
    } else this.#active++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#active--;
      else next();
    }
  }
}
