// Rows of metrics as columns of numbers: 4 bytes a value, and no object for any row.

const firstCapacity = 256;

/**
 * Adds what the trainer does not log, and people look for, to the numbers of a row: the fraction of a step's time that it
 * waited for images, `waitingFraction`.
 */
export function withDerived<Row extends Readonly<Record<string, unknown>>>(row: Row): Row {
  const { dataSeconds, stepSeconds } = row;
  if (typeof dataSeconds !== 'number' || typeof stepSeconds !== 'number' || !(stepSeconds > 0)) return row;
  return { ...row, waitingFraction: Math.min(1, dataSeconds / stepSeconds) };
}

/** Columns that grow together; a value that a row lacks is NaN. */
export class MetricColumns {
  #capacity = firstCapacity;
  #length = 0;
  #steps = new Float64Array(firstCapacity);
  /** Seconds of training until each row. */
  #seconds = new Float64Array(firstCapacity);
  readonly #columns = new Map<string, Float32Array>();

  get length(): number {
    return this.#length;
  }

  /** In the order in which they were first seen. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#length);
  }

  get seconds(): Float64Array {
    return this.#seconds.subarray(0, this.#length);
  }

  column(name: string): Float32Array | undefined {
    return this.#columns.get(name)?.subarray(0, this.#length);
  }

  /** Takes a row; false where it has no step, or one that is not behind the last. */
  add(row: Readonly<Record<string, unknown>>): boolean {
    const { step } = row;
    const before = this.#length === 0 ? 0 : this.#steps[this.#length - 1]!;
    if (typeof step !== 'number' || !Number.isFinite(step) || step < before) return false;
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#length++;
    this.#steps[at] = step;
    for (const [name, value] of Object.entries(row)) {
      if (name === 'step' || typeof value !== 'number') continue;
      let column = this.#columns.get(name);
      if (column === undefined) {
        if (this.#columns.size >= mostColumns) continue;
        column = new Float32Array(this.#capacity).fill(Number.NaN);
        this.#columns.set(name, column);
      }
      column[at] = value;
    }
    const { stepSeconds } = row;
    const each = typeof stepSeconds === 'number' && Number.isFinite(stepSeconds) ? stepSeconds : 0;
    this.#seconds[at] = (at === 0 ? 0 : this.#seconds[at - 1]!) + each * (step - before);
    return true;
  }

  #grow(): void {
    // Long ones by less than twice: half of fifty long runs' memory would stand empty.
    this.#capacity = Math.ceil(this.#capacity * (this.#capacity < 4096 ? 2 : 1.25));
    const longer = new Float64Array(this.#capacity);
    longer.set(this.#steps);
    this.#steps = longer;
    const seconds = new Float64Array(this.#capacity);
    seconds.set(this.#seconds);
    this.#seconds = seconds;
    for (const [name, column] of this.#columns) {
      const wider = new Float32Array(this.#capacity).fill(Number.NaN);
      wider.set(column);
      this.#columns.set(name, wider);
    }
  }
}

/** Further ones are left out: a foreign file could name a new one in every line. */
const mostColumns = 200;
