// An index in a folder. Segments are never changed: what changes is index.json, in one step, so that a process killed
// at any moment leaves the old index or the new one.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { clearAsides, makeFolder, writeFileAtomic } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import { type EmbeddedItems, refuseRepeatedIds } from '../embed/index.js';
import { type EncoderIdentity, identityOf } from '../encoder/index.js';
import { type Columns, columnsOf } from './columns.js';
import { defaultBreadth } from './hnsw.js';
import { type Manifest, manifestFile, readManifest, writeManifest } from './manifest.js';
import { Segment } from './segment.js';
import { Space } from './space.js';
import type { Precision } from './stored-vectors.js';
import { TextMap } from './text-map.js';
import type { Match, SearchOptions, StoredItem, VectorIndex } from './vector-index.js';

/** Precision and search method of an index in a folder. */
export interface FolderIndexOptions {
  /** How vectors lie on the disk; float16 by default. */
  readonly precision?: Precision | undefined;
  /** Items above which HNSW searches instead of comparing all; 50,000 by default. */
  readonly hnswAbove?: number | undefined;
  /** Candidates that HNSW looks at for each item and each query (`ef`); 256 by default. More finds more, and takes longer. */
  readonly ef?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What an index is made of at first. */
export interface NewIndex extends EmbeddedItems {
  readonly encoder: EncoderIdentity;
  readonly space: Space;
  readonly textMap: TextMap | null;
}

/** More segments than this, or a larger fraction of removed rows, and they are written anew as one. */
const mostSegments = 8;
const mostRemoved = 0.2;
/** A folder that is read while another process tidies it is read again. */
const tries = 5;

/** An index in a folder. */
export class FolderIndex implements VectorIndex {
  readonly name: string;
  #manifest: Manifest;
  #segments: Segment[];
  #textMap: TextMap | null;
  /** Candidates that HNSW looks at for each query. */
  readonly #breadth: number;
  /** Where each id's row lies. */
  #places = new Map<string, { segment: Segment; position: number }>();
  readonly space: Space;

  private constructor(
    folder: string,
    manifest: Manifest,
    segments: Segment[],
    { textMap, breadth }: { readonly textMap: TextMap | null; readonly breadth: number },
  ) {
    this.name = folder;
    this.#breadth = breadth;
    this.#manifest = manifest;
    this.#segments = segments;
    this.#textMap = textMap;
    const { encoder, mean } = manifest;
    this.space = new Space(encoder.dimensions, mean === null ? null : Float32Array.from(mean));
    this.#findPlaces();
  }

  /** Writes an index, in place of one that is there. @param made vectors as the encoder gave them */
  static async build(path: string, made: NewIndex, options: FolderIndexOptions = {}): Promise<FolderIndex> {
    const folder = resolve(path);
    const { precision = 'float16', hnswAbove = 50_000, ef = defaultBreadth, onProgress } = options;
    const { encoder, space, items, textMap } = made;
    refuseRepeatedIds(items);
    makeFolder(folder);
    using _lock = await lockIndex(folder);
    const rows = { items, vectors: space.of(made.vectors) };
    const segment = await Segment.write(folder, segmentName(), rows, {
      dimensions: encoder.dimensions,
      precision,
      graph: items.length > hnswAbove,
      breadth: ef,
      onProgress,
    });
    const manifest: Manifest = {
      kind: 'xclr index 2',
      encoder: identityOf(encoder),
      precision,
      hnswAbove,
      ef,
      mean: space.mean === null ? null : Array.from(space.mean),
      columns: { ...columnsOf(items) },
      textMap: textMap === null ? null : writeTextMap(folder, textMap),
      segments: [plain(segment)],
    };
    writeManifest(folder, manifest);
    const index = new FolderIndex(folder, manifest, [segment], { textMap, breadth: ef });
    index.#tidy();
    return index;
  }

  /** Reads all of it into memory, and checks every file. @throws {UserError} where there is none or it is damaged */
  static open(path: string, { ef }: { readonly ef?: number | undefined } = {}): FolderIndex {
    const folder = resolve(path);
    for (let tried = 1; ; tried++) {
      const manifest = readManifest(folder);
      const { textMap } = manifest;
      const breadth = ef ?? manifest.ef;
      try {
        const segments = manifest.segments.map((record) =>
          Segment.read(folder, record, howToRead(manifest, breadth)),
        );
        const map = textMap && readTextMap(folder, textMap);
        return new FolderIndex(folder, manifest, segments, { textMap: map, breadth });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        if (tried < tries) continue;
        throw new UserError(
          `index: a file is missing: ${(error as Error).message}`,
          'Build the index again.',
        );
      }
    }
  }

  get encoder(): EncoderIdentity {
    return this.#manifest.encoder;
  }

  get columns(): Columns {
    return this.#manifest.columns;
  }

  get textMap(): TextMap | null {
    return this.#textMap;
  }

  get size(): number {
    return this.#places.size;
  }

  get method(): string {
    return this.#segments.some((segment) => segment.hasGraph) ? 'HNSW' : 'exact';
  }

  get precision(): Precision {
    return this.#manifest.precision;
  }

  async search(
    query: Float32Array,
    k: number,
    { conditions = [], except = new Set() }: SearchOptions = {},
  ): Promise<Match[]> {
    const matches = this.#segments.flatMap((segment) =>
      segment.search(query, k, conditions, except).map(({ position, similarity }) => ({
        item: segment.items[position]!,
        similarity,
      })),
    );
    return matches
      .sort((a, b) => b.similarity - a.similarity || (a.item.id < b.item.id ? -1 : 1))
      .slice(0, k);
  }

  async get(ids: readonly string[]): Promise<(StoredItem | undefined)[]> {
    return ids.map((id) => {
      const place = this.#places.get(id);
      if (place === undefined) return undefined;
      const { segment, position } = place;
      return { item: segment.items[position]!, vector: segment.vector(position) };
    });
  }

  async *entries(): AsyncGenerator<EmbeddedItems> {
    for (const segment of this.#segments) {
      const live = segment.items.flatMap((_, position) => (segment.has(position) ? [position] : []));
      for (let start = 0; start < live.length; start += 1024) {
        const part = live.slice(start, start + 1024);
        const vectors = new Float32Array(part.length * this.space.dimensions);
        part.forEach((position, i) => {
          vectors.set(segment.vector(position), i * this.space.dimensions);
        });
        yield { items: part.map((position) => segment.items[position]!), vectors };
      }
    }
  }

  async upsert(added: EmbeddedItems): Promise<void> {
    refuseRepeatedIds(added.items);
    if (added.items.length === 0) return;
    const rows = { items: added.items, vectors: this.space.of(added.vectors) };
    await this.#change(async (folder) => {
      this.#forget(added.items.map(({ id }) => id));
      const segment = await this.#write(folder, rows);
      this.#segments.push(segment);
      this.#addPlaces(segment);
      this.#manifest = { ...this.#manifest, columns: { ...columnsOf(added.items, this.columns) } };
    });
  }

  async remove(ids: readonly string[]): Promise<number> {
    let removed = 0;
    await this.#change(async () => {
      removed = this.#forget(ids);
    });
    return removed;
  }

  /** One writer at a time, on what the folder holds now: another process may have changed it since it was opened. */
  async #change(change: (folder: string) => Promise<void>): Promise<void> {
    using _lock = await lockIndex(this.name);
    this.#reload();
    try {
      await change(this.name);
      await this.#compact();
      this.#manifest = { ...this.#manifest, segments: this.#segments.map(plain) };
      writeManifest(this.name, this.#manifest);
    } catch (error) {
      this.#reload({ always: true }); // a full disk, say: memory must not be ahead of the folder
      throw error;
    }
    this.#tidy();
  }

  #reload({ always = false } = {}): void {
    const now = readManifest(this.name);
    if (!always && JSON.stringify(now) === JSON.stringify(this.#manifest)) return;
    const { encoder } = this.#manifest;
    if (
      now.encoder.fingerprint !== encoder.fingerprint ||
      JSON.stringify(now.mean) !== JSON.stringify(this.#manifest.mean)
    ) {
      throw new UserError(`index ${this.name} was built anew since it was opened`, 'Open it again.');
    }
    const before = new Map(this.#segments.map((segment) => [segment.name, segment]));
    this.#segments = now.segments.map((record) => {
      const known = always ? undefined : before.get(record.name);
      for (const position of record.removed) known?.remove(position);
      return known ?? Segment.read(this.name, record, howToRead(now, this.#breadth));
    });
    this.#manifest = now;
    this.#findPlaces();
  }

  #forget(ids: readonly string[]): number {
    let found = 0;
    for (const id of ids) {
      const place = this.#places.get(id);
      if (place === undefined) continue;
      place.segment.remove(place.position);
      this.#places.delete(id);
      found++;
    }
    return found;
  }

  #write(folder: string, rows: EmbeddedItems): Promise<Segment> {
    const { encoder, precision, hnswAbove, ef } = this.#manifest;
    return Segment.write(folder, segmentName(), rows, {
      dimensions: encoder.dimensions,
      precision,
      graph: rows.items.length > hnswAbove,
      breadth: ef,
    });
  }

  async #compact(): Promise<void> {
    const rows = this.#segments.reduce((sum, segment) => sum + segment.items.length, 0);
    const live = this.#segments.reduce((sum, segment) => sum + segment.size, 0);
    if (this.#segments.length <= mostSegments && live >= (1 - mostRemoved) * rows) return;
    // The large one is left alone until the small ones are worth the work of building it again.
    const [large, ...small] = [...this.#segments].sort((a, b) => b.size - a.size);
    const smallRows = small.reduce((sum, segment) => sum + segment.size, 0);
    const keep =
      large !== undefined &&
      large.size >= (1 - mostRemoved) * large.items.length &&
      large.size > 10 * smallRows;
    const merged = keep ? small : this.#segments;
    const items = merged.flatMap((segment) => segment.items.filter((_, position) => segment.has(position)));
    const vectors = new Float32Array(items.length * this.space.dimensions);
    let at = 0;
    for (const segment of merged) {
      segment.items.forEach((_, position) => {
        if (!segment.has(position)) return;
        vectors.set(segment.vector(position), at);
        at += this.space.dimensions;
      });
    }
    const joined = await this.#write(this.name, { items, vectors });
    this.#segments = keep ? [large, joined] : [joined];
    this.#findPlaces();
  }

  #findPlaces(): void {
    this.#places = new Map();
    for (const segment of this.#segments) this.#addPlaces(segment);
  }

  #addPlaces(segment: Segment): void {
    segment.items.forEach(({ id }, position) => {
      if (segment.has(position)) this.#places.set(id, { segment, position });
    });
  }

  /** Removes what index.json does not name: what was replaced, and what a killed writer left. */
  #tidy(): void {
    const { segments, textMap } = this.#manifest;
    const named = new Set([manifestFile, 'lock', ...segments.map(({ name }) => name), textMap?.file]);
    clearAsides(this.name);
    for (const entry of readdirSync(this.name)) {
      const ours = /^(segment|text-map)-[0-9a-f-]+/.test(entry);
      if (ours && !named.has(entry)) rmSync(join(this.name, entry), { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const lockIndex = (folder: string) =>
  lockFile(join(folder, 'lock'), { what: `index ${folder} is being changed` });

function howToRead({ encoder, precision }: Manifest, breadth: number) {
  return { dimensions: encoder.dimensions, precision, breadth };
}

function plain(segment: Segment): Manifest['segments'][number] {
  const { name, rows, files, removed } = segment.record;
  return { name, rows, files: { ...files }, removed: [...removed] };
}

function segmentName(): string {
  return `segment-${randomUUID()}`;
}

function writeTextMap(folder: string, textMap: TextMap): NonNullable<Manifest['textMap']> {
  const bytes = textMap.toBytes();
  const file = `text-map-${randomUUID()}.safetensors`;
  writeFileAtomic(join(folder, file), bytes);
  return { file, checksum: sha256(bytes) };
}

function readTextMap(folder: string, { file, checksum }: NonNullable<Manifest['textMap']>): TextMap {
  const path = join(folder, file);
  const bytes = readFileSync(path);
  if (sha256(bytes) !== checksum) {
    throw new UserError(
      `index: ${path} is damaged`,
      'Restore the index folder from a copy, or build it again.',
    );
  }
  return TextMap.fromBytes(bytes, path);
}
