// One immutable part of an index folder: vectors, items and, where there are many, a graph over them.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { replaceFile, syncFolder, writeFileAtomic } from '../../util/files.js';
import type { EmbeddedItems, Item } from '../embed/index.js';
import { type Condition, passes } from './conditions.js';
import { Hnsw } from './hnsw.js';
import { dot, type Near, nearestOf, nearestOfAll } from './nearest-rows.js';
import { fromBytes, type Precision, toBytes } from './stored-vectors.js';

/** What the index's manifest says of a segment. */
export interface SegmentRecord {
  /** Its folder. */
  readonly name: string;
  readonly rows: number;
  /** sha256 of each file in it. */
  readonly files: Readonly<Record<string, string>>;
  /** Rows that were removed since. */
  readonly removed: readonly number[];
}

const vectorFile = 'vectors.bin';
const itemFile = 'items.jsonl';
const graphFile = 'graph.usearch';

/** Below this fraction of rows that pass a filter, looking at each of them is faster than asking the graph for many. */
const sparse = 0.2;

export class Segment {
  readonly name: string;
  readonly items: readonly Item[];
  /** (rows, dimensions) float32 unit rows, removed ones too. */
  readonly vectors: Float32Array;
  readonly files: Readonly<Record<string, string>>;
  readonly #dimensions: number;
  readonly #graph: Hnsw | null;
  readonly #removed = new Set<number>();

  private constructor(
    record: SegmentRecord,
    rows: EmbeddedItems & { readonly dimensions: number; readonly graph: Hnsw | null },
  ) {
    this.name = record.name;
    this.files = record.files;
    this.items = rows.items;
    this.vectors = rows.vectors;
    this.#dimensions = rows.dimensions;
    this.#graph = rows.graph;
    for (const position of record.removed) this.remove(position);
  }

  /**
   * Writes a segment's folder; it is part of the index once the manifest names it.
   * @param rows unit rows in the index's space
   */
  static async write(
    folder: string,
    name: string,
    rows: EmbeddedItems,
    options: {
      readonly dimensions: number;
      readonly precision: Precision;
      readonly graph: boolean;
      readonly onProgress?: ((done: number, total: number) => void) | undefined;
    },
  ): Promise<Segment> {
    const { dimensions, precision } = options;
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    const bytes = toBytes(rows.vectors, dimensions, precision);
    writeFileAtomic(join(place, vectorFile), bytes);
    writeLines(join(place, itemFile), rows.items);
    const vectors = fromBytes(bytes, rows.items.length, dimensions, precision)!; // as they will be read
    let graph: Hnsw | null = null;
    if (options.graph) {
      const built = await Hnsw.build(vectors, dimensions, options.onProgress);
      replaceFile(join(place, graphFile), (aside) => built.save(aside));
      graph = built;
    }
    syncFolder(folder);
    const names = [vectorFile, itemFile, ...(graph === null ? [] : [graphFile])];
    const files = Object.fromEntries(names.map((file) => [file, sha256(readFileSync(join(place, file)))]));
    const record = { name, rows: rows.items.length, files, removed: [] };
    return new Segment(record, { items: rows.items, vectors, dimensions, graph });
  }

  /** @throws {UserError} where a file is damaged */
  static read(folder: string, record: SegmentRecord, dimensions: number, precision: Precision): Segment {
    const place = join(folder, record.name);
    const bytes = (file: string): Buffer => {
      const found = readFileSync(join(place, file));
      if (sha256(found) === record.files[file]) return found;
      throw new UserError(
        `index: ${join(place, file)} is damaged: its checksum differs from the one that was written`,
        'Restore the index folder from a copy, or build it again.',
      );
    };
    const vectors = fromBytes(bytes(vectorFile), record.rows, dimensions, precision);
    const lines = bytes(itemFile).toString('utf8').trimEnd();
    const items = lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Item);
    if (vectors === undefined || items.length !== record.rows) {
      throw new UserError(`index: ${place} does not hold the ${record.rows} rows that it should`);
    }
    let graph: Hnsw | null = null;
    if (graphFile in record.files) {
      bytes(graphFile);
      graph = Hnsw.load(join(place, graphFile), dimensions);
    }
    return new Segment(record, { items, vectors, dimensions, graph });
  }

  get record(): SegmentRecord {
    const { name, files } = this;
    return { name, rows: this.items.length, files, removed: [...this.#removed].sort((a, b) => a - b) };
  }

  /** Rows that were not removed. */
  get size(): number {
    return this.items.length - this.#removed.size;
  }

  get hasGraph(): boolean {
    return this.#graph !== null;
  }

  has(position: number): boolean {
    return !this.#removed.has(position);
  }

  remove(position: number): void {
    if (this.#removed.has(position)) return;
    this.#removed.add(position);
    this.#graph?.remove(position);
  }

  vector(position: number): Float32Array {
    return this.vectors.slice(position * this.#dimensions, (position + 1) * this.#dimensions);
  }

  /** The k nearest that were not removed, pass the conditions and are not excepted; nearest first. */
  search(
    query: Float32Array,
    k: number,
    conditions: readonly Condition[],
    except: ReadonlySet<string>,
  ): Near[] {
    const wanted = (position: number) =>
      !this.#removed.has(position) && !except.has(this.items[position]!.id);
    if (conditions.length === 0) {
      const more = k + except.size;
      const found =
        this.#graph === null
          ? nearestOfAll(this.vectors, query, more + this.#removed.size)
          : this.#compared(this.#graph.candidates(query, 2 * more + 32), query);
      return found.filter(({ position }) => wanted(position)).slice(0, k);
    }
    const passing = this.items.flatMap((item, position) =>
      wanted(position) && passes(item, conditions) ? [position] : [],
    );
    const fraction = passing.length / this.items.length;
    if (this.#graph === null || fraction < sparse) return nearestOf(this.vectors, passing, query, k);
    const allowed = new Set(passing);
    const asked = Math.ceil((2 * k + 32) / fraction);
    const found = this.#compared(this.#graph.candidates(query, asked), query)
      .filter(({ position }) => allowed.has(position))
      .slice(0, k);
    const enough = Math.min(k, passing.length);
    return found.length >= enough ? found : nearestOf(this.vectors, passing, query, k);
  }

  /** The graph works with rounded vectors: candidates are put in order by the stored ones. */
  #compared(positions: readonly number[], query: Float32Array): Near[] {
    const d = this.#dimensions;
    return positions
      .map((position) => ({ position, similarity: dot(this.vectors, position * d, query, 0, d) }))
      .sort((a, b) => b.similarity - a.similarity);
  }
}

function writeLines(path: string, items: readonly Item[]): void {
  writeFileAtomic(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}
