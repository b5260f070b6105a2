// A list of unsigned 32-bit numbers that grows: four bytes each, where an array of a million takes more.

export class GrowingNumbers {
  #values = new Uint32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const longer = new Uint32Array(2 * this.#values.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length++] = value;
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** The numbers so far, not copied. */
  done(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}
