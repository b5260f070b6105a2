// One immutable part of an index folder: vectors, items and, where there are many, a graph over them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { makeFolder, replaceFile, syncFolder, writeFileAtomic } from '../../util/files.js';
import type { EmbeddedItems, Item } from '../embed/index.js';
import type { Condition } from './conditions.js';
import { EqualRows } from './equal-rows.js';
import { Hnsw } from './hnsw.js';
import { dot, type Near, nearestOf, nearestOfAll } from './nearest-rows.js';
import { RowFilter } from './row-filter.js';
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
/** Uint32 a row: see EqualRows. Absent where all rows differ. */
const equalFile = 'equal.bin';

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
  readonly #equal: EqualRows | null;
  readonly #filter: RowFilter;
  readonly #removed = new Set<number>();

  private constructor(
    record: SegmentRecord,
    rows: EmbeddedItems & {
      readonly dimensions: number;
      readonly graph: Hnsw | null;
      readonly equal: EqualRows | null;
    },
  ) {
    this.name = record.name;
    this.files = record.files;
    this.items = rows.items;
    this.vectors = rows.vectors;
    this.#dimensions = rows.dimensions;
    this.#graph = rows.graph;
    this.#equal = rows.equal;
    this.#filter = new RowFilter(rows.items);
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
      /** Candidates that the graph looks at (`ef`). */
      readonly breadth: number;
      readonly onProgress?: ((done: number, total: number) => void) | undefined;
    },
  ): Promise<Segment> {
    const { dimensions, precision } = options;
    const place = join(folder, name);
    makeFolder(place);
    const bytes = toBytes(rows.vectors, dimensions, precision);
    writeFileAtomic(join(place, vectorFile), bytes);
    writeLines(join(place, itemFile), rows.items);
    const vectors = fromBytes(bytes, rows.items.length, dimensions, precision)!; // as they will be read
    let graph: Hnsw | null = null;
    let equal: EqualRows | null = null;
    const names = [vectorFile, itemFile];
    if (options.graph) {
      const found = EqualRows.find(vectors, dimensions);
      const distinct = found.first.filter((first, position) => first === position);
      const built = await Hnsw.build(vectors, dimensions, distinct, options);
      replaceFile(join(place, graphFile), (aside) => built.save(aside));
      names.push(graphFile);
      graph = built;
      if (!found.none) {
        writeFileAtomic(join(place, equalFile), new Uint8Array(found.first.buffer));
        names.push(equalFile);
        equal = found;
      }
    }
    syncFolder(folder);
    const files = Object.fromEntries(names.map((file) => [file, sha256(readFileSync(join(place, file)))]));
    const record = { name, rows: rows.items.length, files, removed: [] };
    return new Segment(record, { items: rows.items, vectors, dimensions, graph, equal });
  }

  /** @throws {UserError} where a file is damaged */
  static read(
    folder: string,
    record: SegmentRecord,
    {
      dimensions,
      precision,
      breadth,
    }: { readonly dimensions: number; readonly precision: Precision; readonly breadth: number },
  ): Segment {
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
    if (Object.hasOwn(record.files, graphFile)) {
      bytes(graphFile);
      graph = Hnsw.load(join(place, graphFile), dimensions, breadth);
    }
    let equal: EqualRows | null = null;
    if (Object.hasOwn(record.files, equalFile)) {
      const first = new Uint32Array(Uint8Array.from(bytes(equalFile)).buffer);
      if (first.length !== record.rows)
        throw new UserError(`index: ${place} does not say which rows are equal`);
      equal = new EqualRows(first);
    }
    return new Segment(record, { items, vectors, dimensions, graph, equal });
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
    const last = this.#equal === null || this.#equal.remove(position);
    if (last) this.#graph?.remove(this.#equal?.first[position] ?? position);
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
    const passes = this.#filter.test(conditions);
    const wanted = (position: number) =>
      passes(position) && !this.#removed.has(position) && !except.has(this.items[position]!.id);
    // The nearest of all, and those of them that are wanted: mostly enough are, and the others need no look.
    const free = conditions.length === 0;
    const first = free ? Math.ceil(1.5 * (k + except.size)) + 32 : 16 * k + 256;
    const near = this.#nearest(query, first, wanted);
    if (near.length >= k || first >= this.items.length) return near.slice(0, k);
    const passing: number[] = [];
    for (let position = 0; position < this.items.length; position++)
      if (wanted(position)) passing.push(position);
    if (near.length >= passing.length) return near;
    const fraction = passing.length / this.items.length;
    if (this.#graph !== null && fraction >= sparse) {
      const more = this.#nearest(query, Math.ceil((2 * k + 32) / fraction), wanted);
      if (more.length >= Math.min(k, passing.length)) return more.slice(0, k);
    }
    return nearestOf(this.vectors, passing, query, k);
  }

  /** Wanted ones among about so many of the nearest. */
  #nearest(query: Float32Array, count: number, wanted: (position: number) => boolean): Near[] {
    if (this.#graph === null) {
      return nearestOfAll(this.vectors, query, count).filter(({ position }) => wanted(position));
    }
    const firsts = this.#graph.candidates(query, 2 * count);
    return this.#compared(
      firsts.flatMap((first) => someOf(this.#equal?.group(first) ?? [first], count, wanted)),
      query,
    );
  }

  /** The graph works with rounded vectors: candidates are put in order by the stored ones. */
  #compared(positions: readonly number[], query: Float32Array): Near[] {
    const d = this.#dimensions;
    return positions
      .map((position) => ({ position, similarity: dot(this.vectors, position * d, query, 0, d) }))
      .sort((a, b) => b.similarity - a.similarity || a.position - b.position);
  }
}

/** The first `most` that are wanted: of a hundred thousand equal rows ten are enough. */
function someOf(positions: readonly number[], most: number, wanted: (position: number) => boolean): number[] {
  const found: number[] = [];
  for (const position of positions) {
    if (found.length >= most) break;
    if (wanted(position)) found.push(position);
  }
  return found;
}

function writeLines(path: string, items: readonly Item[]): void {
  writeFileAtomic(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}
