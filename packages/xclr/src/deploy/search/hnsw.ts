// Approximate search over many rows: a hierarchical navigable small-world graph (Malkov & Yashunin 2016), by usearch.
import { setImmediate as breathe } from 'node:timers/promises';
import { Index, MetricKind, ScalarKind } from 'usearch';

/** Neighbors that a node keeps. */
const connectivity = 32;
/** Candidates looked at when adding and searching: recall@10 of 0.98 and more on clustered vectors. */
export const defaultBreadth = 256;

/** Rows added between two breaths: some 0.1 s of work. */
const chunk = 500;

function empty(dimensions: number, breadth: number): Index {
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F16,
    connectivity,
    expansion_add: breadth,
    expansion_search: breadth,
    multi: false,
  });
}

export interface HnswOptions {
  readonly breadth?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Keys are the rows' positions. Candidates only: whoever asks compares them again, exactly. */
export class Hnsw {
  readonly #index: Index;

  private constructor(index: Index) {
    this.#index = index;
  }

  /**
   * @param rows (n, dimensions)
   * @param positions the rows that get a node
   * @param options.breadth candidates looked at for each row, and later for each query (`ef`)
   */
  static async build(
    rows: Float32Array,
    dimensions: number,
    positions: Uint32Array,
    { breadth = defaultBreadth, onProgress = () => undefined }: HnswOptions = {},
  ): Promise<Hnsw> {
    const index = empty(dimensions, breadth);
    const n = positions.length;
    for (let start = 0; start < n; start += chunk) {
      const part = positions.subarray(start, start + chunk);
      const vectors = new Float32Array(part.length * dimensions);
      part.forEach((position, i) => {
        vectors.set(rows.subarray(position * dimensions, (position + 1) * dimensions), i * dimensions);
      });
      index.add(BigUint64Array.from(part, BigInt), vectors);
      onProgress(start + part.length, n);
      await breathe();
    }
    return new Hnsw(index);
  }

  /** @param breadth candidates looked at for each query (`ef`) */
  static load(path: string, dimensions: number, breadth: number): Hnsw {
    const index = empty(dimensions, breadth);
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
