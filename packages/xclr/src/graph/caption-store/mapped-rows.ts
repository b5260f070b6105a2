// Rows of a caption store by memory map: pages are read when touched, and the system may drop them again.
import { cat, keep, mapFile, scoped, type Tensor, tensor } from '@xclr/torch';
import type { CaptionStore } from './sharded-store.js';

const CHUNK_ROWS = 16_384;

/** Chosen rows of a store, numbered 0 … length − 1. */
export class MappedRows {
  readonly dimensions: number;
  readonly #store: CaptionStore;
  /** (u): the store's row of each. */
  readonly #places: Int32Array;

  constructor(store: CaptionStore, places: Int32Array) {
    this.dimensions = store.dimensions;
    this.#store = store;
    this.#places = places;
  }

  get length(): number {
    return this.#places.length;
  }

  /** Maps the shards; the map is the caller's to dispose. */
  map(): RowMap {
    return new RowMap(this.#store, this.#places);
  }

  /** All of them in memory: (u, dimensions) row-major, unit rows. */
  read(): Float32Array {
    using map = this.map();
    const vectors = new Float32Array(this.length * this.dimensions);
    for (let from = 0; from < this.length; from += CHUNK_ROWS) {
      const rows = Int32Array.from({ length: Math.min(CHUNK_ROWS, this.length - from) }, (_, i) => from + i);
      scoped(() => {
        vectors.set(map.gather(rows).toArray() as Float32Array, from * this.dimensions);
      });
    }
    return vectors;
  }
}

/** A store's shards as tensors. */
export class RowMap implements Disposable {
  readonly #places: Int32Array;
  readonly #shardRows: number;
  readonly #shards: readonly Tensor[]; // each (up to shardRows, d)

  constructor(store: CaptionStore, places: Int32Array) {
    this.#places = places;
    this.#shardRows = store.shardRows;
    const shards = Math.ceil(store.rows / store.shardRows);
    this.#shards = Array.from({ length: shards }, (_, shard) => {
      const rows = Math.min(store.shardRows, store.rows - shard * store.shardRows);
      const shape = [rows, store.dimensions];
      return keep(mapFile(store.vectorsFile(shard), { dtype: store.precision, shape }));
    });
  }

  /** (n, d) float32 unit rows, in a new tensor of the present scope. */
  gather(rows: Int32Array): Tensor {
    return scoped(() => {
      const places = rows.map((row) => this.#places[row]!);
      const order = Int32Array.from(places.keys()).sort((a, b) => places[a]! - places[b]!);
      const back = new Int32Array(rows.length);
      order.forEach((from, to) => {
        back[from] = to;
      });
      const pieces: Tensor[] = [];
      for (let start = 0; start < order.length; ) {
        const shard = Math.floor(places[order[start]!]! / this.#shardRows);
        let end = start;
        while (end < order.length && Math.floor(places[order[end]!]! / this.#shardRows) === shard) end++;
        const within = order.subarray(start, end).map((i) => places[i]! - shard * this.#shardRows);
        pieces.push(this.#shards[shard]!.indexSelect(0, tensor(within))); // (m, d)
        start = end;
      }
      const sorted = pieces.length === 1 ? pieces[0]! : cat(pieces); // (n, d)
      const floats = sorted.indexSelect(0, tensor(back)).to({ dtype: 'float32' }); // (n, d)
      return floats.div(floats.mul(floats).sum(1, { keepdim: true }).sqrt()); // (n, d)
    });
  }

  [Symbol.dispose](): void {
    for (const shard of this.#shards) if (!shard.disposed) shard.dispose();
  }
}
