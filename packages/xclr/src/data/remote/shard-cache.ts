// A folder that keeps shards of a server as far as they fit, the least recently used giving way; several processes share it.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { type DownloadOptions, downloadFile } from '../../util/download/download.js';
import type { Validators } from '../../util/download/response.js';
import { UserError } from '../../util/errors.js';
import { isDiskFull } from '../../util/full-disk.js';
import { lockFile } from '../../util/lock-file.js';
import type { RemoteOptions } from '../types.js';
import { nameOf } from './address.js';
import { downloadOptions } from './transport.js';

/** Milliseconds for which a shard that was seen counts as present; its time of use is as exact. */
const freshMs = 2000;

/** Shards that are fetched before they are asked for. */
const mostAhead = 8;

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Shards by the path that they have here, whether they are here now or not. */
export class ShardCache {
  readonly folder: string;
  readonly limit: number;
  readonly #download: DownloadOptions;
  readonly #notice: (message: string) => void;
  readonly #urls = new Map<string, string>();
  /** What a shard was when it was indexed. */
  readonly #known = new Map<string, Validators>();
  readonly #pending = new Map<string, Promise<void>>();
  /** When a shard was last seen here. */
  readonly #seen = new Map<string, number>();
  /** How many of this process's images are being read from a shard. */
  readonly #held = new Map<string, number>();
  /** Bytes of the largest shard that was fetched: what one takes of which nothing is known. */
  #largest = 0;
  /** More is here than the limit allows, because it was being read when room was made. */
  #isOver = false;
  #order: readonly string[] = [];
  #ranks: ReadonlyMap<string, number> = new Map();

  constructor({ folder = '.cache/shards', bytes, ...options }: RemoteOptions) {
    this.folder = resolve(folder);
    mkdirSync(this.folder, { recursive: true });
    this.#notice = options.onNotice ?? ((message) => console.error(message));
    this.#download = { ...downloadOptions(options), onNotice: this.#notice };
    this.limit = bytes ?? this.#room();
  }

  /** Where a shard lies here once it is fetched. */
  pathOf(url: string): string {
    const stem = nameOf(url)
      .replace(/\.tar$/i, '')
      .replace(/[^\w.-]/g, '_');
    const path = join(this.folder, `${stem.slice(-80)}-${sha256(url).slice(0, 16)}.tar`);
    this.#urls.set(path, url);
    return path;
  }

  /** From now on a shard must be what it was: another version on the server is an error. */
  expect(path: string, validators: Validators): void {
    this.#known.set(path, validators);
  }

  /** What the server said of a shard that is here; null where that is not known. */
  validators(path: string): Validators | null {
    try {
      return JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Validators;
    } catch {
      return null;
    }
  }

  /** Fetches a shard where it is not here; until it is let go, this process does not remove it. */
  async hold(path: string): Promise<Disposable> {
    this.#held.set(path, (this.#held.get(path) ?? 0) + 1);
    const letGo = { [Symbol.dispose]: () => this.#letGo(path) };
    try {
      await this.#present(path);
    } catch (error) {
      letGo[Symbol.dispose]();
      throw error;
    }
    const rank = this.#ranks.get(path);
    if (rank !== undefined) this.#fetchAhead(rank + 1);
    return letGo;
  }

  #letGo(path: string): void {
    const left = this.#held.get(path)! - 1;
    this.#held.set(path, left);
    if (left === 0 && this.#isOver) this.trim();
  }

  /** How many shards may be fetched at a time, so that half of the cache holds them; at most `most`. */
  atATime(most: number): number {
    if (this.#largest === 0) return most;
    return Math.max(1, Math.min(most, Math.floor(this.limit / 2 / this.#largest)));
  }

  /** Removes what is beyond the limit. Fetching does it too, and letting go where shards were in use then. */
  trim(): void {
    this.#makeRoom(0);
  }

  /** Another process removed it. */
  missed(path: string): void {
    this.#seen.delete(path);
  }

  /** The shards that will be asked for, in that order: the next ones are fetched meanwhile. */
  upcoming(paths: readonly string[]): void {
    this.#order = paths;
    this.#ranks = new Map(paths.map((path, rank) => [path, rank]));
    this.#fetchAhead(0);
  }

  #fetchAhead(from: number): void {
    const bytes = this.#known.get(this.#order[from] ?? '')?.total ?? null;
    if (bytes === null) return;
    const room = Math.min(mostAhead, Math.floor(this.limit / 4 / Math.max(1, bytes)));
    for (const path of this.#order.slice(from, from + room)) this.#present(path).catch(() => undefined); // told when an image of it is asked for
  }

  #present(path: string): Promise<void> {
    const now = Date.now();
    if (now - (this.#seen.get(path) ?? 0) < freshMs) return Promise.resolve();
    const pending = this.#pending.get(path);
    if (pending !== undefined) return pending;
    if (this.#touch(path)) return Promise.resolve();
    const fetching = this.#fetch(path).finally(() => this.#pending.delete(path));
    this.#pending.set(path, fetching);
    return fetching;
  }

  /** Says that a shard is in use; false where it is not here. */
  #touch(path: string): boolean {
    try {
      const now = new Date();
      utimesSync(path, now, now);
      this.#seen.set(path, now.getTime());
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async #fetch(path: string): Promise<void> {
    const url = this.#urls.get(path);
    if (url === undefined) throw new Error(`ShardCache: ${path} is no shard of this cache`);
    const what = `openDataset: ${nameOf(url)} is being fetched`;
    using _lock = await lockFile(`${path}.lock`, { what, onWait: () => undefined });
    if (this.#touch(path)) return; // another process was faster
    const expected = this.#known.get(path);
    this.#makeRoom(expected?.total ?? this.#largest);
    try {
      await downloadFile({ url, bytes: expected?.total ?? null, checksum: null }, path, {
        ...this.#download,
        expected,
        keepNotes: true,
      });
    } catch (error) {
      throw explained(error, url, this.folder);
    }
    this.#touch(path);
    const { size } = statSync(path);
    this.#largest = Math.max(this.#largest, size);
    if (size > this.limit) {
      rmSync(path, { force: true });
      throw new UserError(
        `openDataset: ${url} has ${size} bytes, more than the cache may have (${this.limit})`,
        'Set a larger --cache-size.',
      );
    }
    this.#makeRoom(0);
  }

  /** Removes what was not used for longest until there is room. What is being read or fetched stays. */
  #makeRoom(bytes: number): void {
    const entries = this.#entries();
    let total = entries.reduce((sum, entry) => sum + entry.bytes, 0) + bytes;
    for (const { path, bytes: own } of entries.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.limit) break;
      const shard = path.replace(/\.part$/, '');
      if ((this.#held.get(shard) ?? 0) > 0 || existsSync(`${shard}.lock`)) continue;
      rmSync(path, { force: true });
      rmSync(`${path}.json`, { force: true });
      this.#seen.delete(shard);
      total -= own;
    }
    this.#isOver = total > this.limit;
  }

  /** Shards that are here, whole or in part. */
  #entries(): Entry[] {
    return readdirSync(this.folder).flatMap((name) => {
      if (!/\.tar(\.part)?$/.test(name)) return [];
      const path = join(this.folder, name);
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path, bytes: found.size, usedMs: found.mtimeMs }];
    });
  }

  /** Nine tenths of what is free or taken by shards. */
  #room(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    const taken = this.#entries().reduce((sum, { bytes }) => sum + bytes, 0);
    return Math.floor(0.9 * (bavail * bsize + taken));
  }
}

/** Why a shard cannot be had, with what to do about it. */
function explained(error: unknown, url: string, folder: string): unknown {
  if (isDiskFull(error))
    return new UserError(
      `openDataset: no space is left in ${folder} for ${basename(url)}`,
      'Free some space, or set a smaller --cache-size, or another --cache-folder.',
    );
  if (!(error instanceof UserError)) return error;
  const [message = ''] = error.message.split('\n');
  if (message.includes('changed on the server'))
    return new UserError(
      message,
      `Shards of two versions are not mixed. To read the new version, delete ${folder}; runs on the old one cannot be resumed with it.`,
    );
  if (/\((401|403)\)/.test(message))
    return new UserError(
      message,
      'Sign in: XCLR_DATA_AUTHORIZATION for web servers, HF_TOKEN for huggingface.co, the credentials of AWS for s3://.',
    );
  if (/\((404|410)\)/.test(message))
    return new UserError(message, 'Check the address, the numbers and how many digits they have.');
  return error.remedy?.includes('--mirror') || error.remedy?.includes('download the file')
    ? new UserError(
        message,
        'The same command resumes with the bytes that are here. Check the network and the address.',
      )
    : error;
}
