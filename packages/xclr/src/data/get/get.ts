// Brings a public data set here: downloads, checks, unpacks aside, and puts it in its place in one step.

import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type DownloadOptions, downloadFile } from '../../util/download/download.js';
import { UserError } from '../../util/errors.js';
import { swapFolder, writeFileAtomic } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import type { PublicSet, RemoteFile } from './types.js';
import { unpackTar } from './unpack-tar.js';
import { unpackZip } from './unpack-zip.js';

export interface GetOptions extends Omit<DownloadOptions, 'onProgress'> {
  /** Folder at another address that has the same files under the same names. */
  readonly mirror?: string | undefined;
  readonly onProgress?: (
    what: 'downloading' | 'unpacking',
    file: string,
    done: number,
    total: number | null,
  ) => void;
}

/** A set that is here. */
export interface GotSet {
  /** What other commands take as the data. */
  readonly path: string;
  /** False where it was here already. */
  readonly fetched: boolean;
}

/** Lies in a set's folder once it is complete; hidden, so that no source takes it for data. */
const markerName = '.xclr-set.json';

function isHere(set: PublicSet, folder: string): boolean {
  if (!existsSync(folder)) return false;
  const marker = join(folder, markerName);
  if (existsSync(marker)) {
    const { name } = JSON.parse(readFileSync(marker, 'utf8')) as { name?: unknown };
    if (name === set.name) return true;
    throw new UserError(`data get: ${folder} holds another set, ${String(name)}`, 'Name another folder.');
  }
  if (readdirSync(folder).length === 0) return false;
  throw new UserError(
    `data get: ${folder} is not empty, and was not filled by xclr data get`,
    'Name another folder, or move what is there.',
  );
}

/** Refuses before the first byte where there is no room for the archives and what comes out of them. */
function refuseWithoutRoom(set: PublicSet, near: string): void {
  const packed = set.files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const needed = 2.1 * packed; // images are compressed already: unpacked they take about as much again
  const { bavail, bsize } = statfsSync(near);
  if (bavail * bsize >= needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `data get: ${set.name} needs about ${gigabytes(needed)} while it is unpacked, ${gigabytes(bavail * bsize)} are free`,
    'Free some space, or name a folder on another disk.',
  );
}

function addressOf(file: RemoteFile, mirror: string | undefined): RemoteFile {
  if (mirror === undefined) return file;
  return { ...file, url: new URL(basename(new URL(file.url).pathname), mirror.replace(/\/*$/, '/')).href };
}

async function unpack(
  file: RemoteFile,
  archive: string,
  folder: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const into = file.into === undefined ? folder : join(folder, file.into);
  await mkdir(into, { recursive: true });
  if (file.unpack === 'tar') await unpackTar(archive, into, onBytes);
  else if (file.unpack === 'zip') await unpackZip(archive, into, onBytes);
  else if (file.unpack === 'gzip') {
    const target = join(into, basename(archive).replace(/\.gz$/, ''));
    await pipeline(createReadStream(archive), createGunzip(), createWriteStream(target));
  } else await copyFile(archive, join(into, basename(archive)));
  if (file.inner === undefined) return;
  const inner = join(folder, file.inner.path);
  await unpackTar(inner, dirname(inner));
  await rm(inner);
}

/**
 * Downloads a set into `folder`, or finds it there. Whatever interrupts it, `folder` appears complete or not at all,
 * and the same call resumes: what was downloaded lies in `folder.download` until the end.
 */
export async function getSet(set: PublicSet, folder: string, options: GetOptions = {}): Promise<GotSet> {
  const place = resolve(folder);
  const path = join(place, set.open);
  if (isHere(set, place)) return { path, fetched: false };
  if (set.files.length === 0) {
    throw new UserError(`data get: ${set.title} cannot be downloaded without asking its authors`, set.howTo);
  }
  const work = `${place}.download`;
  mkdirSync(work, { recursive: true });
  using _lock = await lockFile(`${work}.lock`, { patienceMs: 0, what: `data get: ${place} is being filled` });
  refuseWithoutRoom(set, work);
  const archives: string[] = [];
  for (const file of set.files) {
    const name = basename(new URL(file.url).pathname);
    const archive = join(work, name);
    archives.push(archive);
    await downloadFile(addressOf(file, options.mirror), archive, {
      ...options,
      onProgress: (done, total) => options.onProgress?.('downloading', name, done, total ?? file.bytes),
    });
  }
  const aside = join(work, 'unpacked');
  rmSync(aside, { recursive: true, force: true }); // of an unpacking that was interrupted
  for (const [i, file] of set.files.entries()) {
    const archive = archives[i]!;
    const { size } = statSync(archive);
    let done = 0;
    await unpack(file, archive, aside, (bytes) => {
      done += bytes;
      options.onProgress?.('unpacking', basename(archive), done, size);
    });
  }
  const { name, title, license, citation, files } = set;
  const from = files.map(({ url, checksum }) => ({
    url: addressOf({ ...files[0]!, url }, options.mirror).url,
    checksum,
  }));
  writeFileAtomic(
    join(aside, markerName),
    `${JSON.stringify({ name, title, license, citation, files: from }, null, 2)}\n`,
  );
  swapFolder(aside, place); // which is empty or missing, as isHere has made sure
  rmSync(work, { recursive: true, force: true });
  return { path, fetched: true };
}
