// Processes beside the studio's own, one for each index, file of embeddings or data set that is looked at; what is not used any
// more ends.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRemote } from '../data/remote/address.js';
import { UserError } from '../util/errors.js';
import { Aside } from './aside.js';
import type { AsideJob, AsideResults } from './aside-protocol.js';

/** Processes at a time: two indexes beside each other, maps and data. The one that was used least lately ends first. */
const mostProcesses = 5;

/** Jobs of one place. */
type PlacedJob = Extract<AsideJob, { readonly path: string }>;

interface Placed {
  readonly aside: Aside;
  /** Of the file when the process was started: one that was written anew is read anew. */
  readonly changedAt: number;
}

export class Asides implements Disposable {
  readonly #asides = new Map<string, Placed>();
  #disposed = false;

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const { aside } of [...this.#asides.values()]) aside.end('the studio ends');
  }

  /** @throws {UserError} as the process says */
  async do<Kind extends PlacedJob['kind']>(
    job: Extract<PlacedJob, { readonly kind: Kind }>,
  ): Promise<AsideResults[Kind]> {
    const { path } = job;
    const changedAt = await changeOf(path);
    if (this.#disposed) throw new Error('the studio ends');
    const known = this.#asides.get(path);
    if (known !== undefined && known.changedAt !== changedAt) known.aside.end('its file was written anew');
    const placed = this.#asides.get(path) ?? this.#start(path, changedAt);
    this.#asides.delete(path);
    this.#asides.set(path, placed); // the last used is the last
    for (const { aside } of [...this.#asides.values()].slice(0, -mostProcesses))
      aside.end('too many were looked at');
    return await placed.aside.ask<Kind>(job as Extract<AsideJob, { readonly kind: Kind }>);
  }

  #start(path: string, changedAt: number): Placed {
    const placed: Placed = {
      aside: new Aside(`reads ${path}`, () => {
        if (this.#asides.get(path) === placed) this.#asides.delete(path);
      }),
      changedAt,
    };
    return placed;
  }
}

/** When an index, a file or a folder last changed, in milliseconds; 0 for data elsewhere. */
async function changeOf(path: string): Promise<number> {
  if (isRemote(path)) return 0;
  const file =
    (await stat(join(path, 'index.json')).catch(() => null)) ?? (await stat(path).catch(() => null));
  if (file === null) throw new UserError(`studio: ${path} is no longer there`);
  return file.mtimeMs;
}
