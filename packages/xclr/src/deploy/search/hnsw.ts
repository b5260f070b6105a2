// Approximate search over many rows: a hierarchical navigable small-world graph (Malkov & Yashunin 2016), by usearch.
import { setImmediate as breathe } from 'node:timers/promises';
import { Index, MetricKind, ScalarKind } from 'usearch';

/** Neighbors a node keeps, and candidates looked at when adding and searching: recall@10 of 0.98 and more on clustered vectors. */
const connectivity = 32;
const expansion = 256;

/** Rows added between two breaths: some 0.1 s of work. */
const chunk = 500;

function empty(dimensions: number): Index {
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F16,
    connectivity,
    expansion_add: expansion,
    expansion_search: expansion,
    multi: false,
  });
}

/** Keys are the rows' positions. Candidates only: whoever asks compares them again, exactly. */
export class Hnsw {
  readonly #index: Index;

  private constructor(index: Index) {
    this.#index = index;
  }

  /** @param rows (n, dimensions) */
  static async build(
    rows: Float32Array,
    dimensions: number,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<Hnsw> {
    const index = empty(dimensions);
    const n = rows.length / dimensions;
    for (let start = 0; start < n; start += chunk) {
      const end = Math.min(n, start + chunk);
      const keys = BigUint64Array.from({ length: end - start }, (_, i) => BigInt(start + i));
      index.add(keys, rows.slice(start * dimensions, end * dimensions)); // a copy: it starts at offset 0
      onProgress(end, n);
      await breathe();
    }
    return new Hnsw(index);
  }

  static load(path: string, dimensions: number): Hnsw {
    const index = empty(dimensions);
    index.load(path);
    return new Hnsw(index);
  }

  save(path: string): void {
    this.#index.save(path);
  }

  get size(): number {
    return this.#index.size();
  }

  remove(position: number): void {
    this.#index.remove(BigInt(position));
  }

  /** Positions of about the nearest rows, at most k. */
  candidates(query: Float32Array, k: number): number[] {
    const found = this.#index.search(query.slice(), Math.min(k, this.size), 0);
    return Array.from(found.keys, Number);
  }
}
