// Rows that a graph cannot tell apart: it gets one of each kind, and the others are found through that one. Many equal
// rows would otherwise be each other's only neighbors, and cut the graph into pieces.
import { toHalves } from '../../graph/float16.js';

/** Rows that are rounded at a time. */
const chunk = 4096;

export class EqualRows {
  /** (n) the first row that is equal to each. */
  readonly first: Uint32Array;
  /** The rows of each group of more than one, by the group's first. */
  readonly #groups = new Map<number, number[]>();
  /** Rows of each group that are still there. */
  readonly #live = new Map<number, number>();

  constructor(first: Uint32Array) {
    this.first = first;
    first.forEach((of, position) => {
      if (of === position) return;
      const group = this.#groups.get(of) ?? [of];
      group.push(position);
      this.#groups.set(of, group);
    });
    for (const [of, group] of this.#groups) this.#live.set(of, group.length);
  }

  /** Compares rows as the graph keeps them, in half precision. @param rows (n, dimensions) */
  static find(rows: Float32Array, dimensions: number): EqualRows {
    const n = rows.length / dimensions;
    const halves = new Uint16Array(n * dimensions);
    for (let start = 0; start < n; start += chunk) {
      const from = start * dimensions;
      halves.set(toHalves(rows.subarray(from, Math.min(n, start + chunk) * dimensions)), from);
    }
    const first = new Uint32Array(n);
    const byHash = new Map<number, number[]>(); // firsts
    for (let i = 0; i < n; i++) {
      const start = i * dimensions;
      let hash = 0x811c9dc5;
      for (let j = 0; j < dimensions; j++) hash = Math.imul(hash ^ halves[start + j]!, 0x01000193);
      const known = byHash.get(hash) ?? [];
      const equal = known.find((other) => sameRow(halves, start, other * dimensions, dimensions));
      first[i] = equal ?? i;
      if (equal !== undefined) continue;
      known.push(i);
      byHash.set(hash, known);
    }
    return new EqualRows(first);
  }

  /** True where no two rows are equal. */
  get none(): boolean {
    return this.#groups.size === 0;
  }

  /** The rows equal to a first one, itself included, in their order. */
  group(first: number): readonly number[] {
    return this.#groups.get(first) ?? [first];
  }

  /** A row is gone. @returns true where it was the last of its kind */
  remove(position: number): boolean {
    const of = this.first[position]!;
    const left = (this.#live.get(of) ?? 1) - 1;
    if (this.#live.has(of)) this.#live.set(of, left);
    return left === 0;
  }
}

function sameRow(rows: Uint16Array, a: number, b: number, length: number): boolean {
  for (let j = 0; j < length; j++) if (rows[a + j] !== rows[b + j]) return false;
  return true;
}
