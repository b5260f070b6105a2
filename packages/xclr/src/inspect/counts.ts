// Counting names and taking the middle of values, for data sets of millions.
import type { Named, Spread } from './inspection.js';

/** Least, middle and greatest; zeros for no value. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { min: 0, median: 0, max: 0 };
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

/** A tally of names. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  /** Every name, the most frequent first, names of equal count by code points. */
  sorted(): Named[] {
    return Array.from(this.#counts, ([name, count]) => ({ name, count })).sort(byCount);
  }

  /** The first few of `sorted()`, without sorting a million names for them. */
  commonest(limit: number): Named[] {
    const top: Named[] = [];
    for (const [name, count] of this.#counts) {
      const entry = { name, count };
      if (top.length === limit && byCount(entry, top[limit - 1]!) > 0) continue;
      top.push(entry);
      top.sort(byCount);
      if (top.length > limit) top.pop();
    }
    return top;
  }
}

function byCount(a: Named, b: Named): number {
  return b.count - a.count || (a.name < b.name ? -1 : 1);
}
