// What an embedding under way has done: parts on the disk, each whole or not there.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../data/index.js';
import { UserError } from '../../util/errors.js';
import { makeFolder, writeFileAtomic } from '../../util/files.js';
import type { EmbeddedItems } from './item.js';

/** A part: its rows and the images that could not be read. */
export interface Part extends EmbeddedItems {
  readonly skipped: readonly Problem[];
}

/**
 * The folder beside the file to be. A part's vectors are written before its list of items, which says that it is done;
 * so a process killed at any moment leaves whole parts only.
 */
export class PartFolder {
  readonly #folder: string;

  /** @param job whatever decides the rows: another job in the same place is refused */
  constructor(folder: string, job: string) {
    this.#folder = folder;
    const path = join(folder, 'job.json');
    if (existsSync(path) && readFileSync(path, 'utf8') !== job) {
      throw new UserError(
        `embed: ${folder} holds parts of another embedding (other images, another encoder, or another shard)`,
        'Name another output, or delete that folder.',
      );
    }
    makeFolder(folder);
    if (!existsSync(path)) writeFileAtomic(path, job);
  }

  #file(part: number, kind: 'json' | 'f32'): string {
    return join(this.#folder, `part-${String(part).padStart(6, '0')}.${kind}`);
  }

  has(part: number): boolean {
    return existsSync(this.#file(part, 'json'));
  }

  write(part: number, { items, vectors, skipped }: Part): void {
    writeFileAtomic(
      this.#file(part, 'f32'),
      new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength),
    );
    writeFileAtomic(this.#file(part, 'json'), JSON.stringify({ items, skipped }));
  }

  read(part: number): Part {
    const { items, skipped } = this.list(part);
    const bytes = readFileSync(this.#file(part, 'f32'));
    const vectors = new Float32Array(bytes.length / 4);
    new Uint8Array(vectors.buffer).set(bytes);
    return { items, vectors, skipped };
  }

  /** Without the vectors. */
  list(part: number): Omit<Part, 'vectors'> {
    return JSON.parse(readFileSync(this.#file(part, 'json'), 'utf8')) as Omit<Part, 'vectors'>;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
