// Unpacks a zip, stored or deflated entries, of any size; each entry's length and checksum are checked.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { UserError } from '../../util/errors.js';
import { damaged } from './damaged.js';
import { safePath } from './safe-path.js';
import { isSystemError } from './system-error.js';
import { readZipDirectory, type ZipEntry } from './zip-directory.js';

/** Passes bytes on; refuses more than were promised, as a bomb, and other bytes than were packed. */
function checked(entry: ZipEntry, archive: string): Transform {
  let crc = 0;
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, next) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      next(bytes > entry.bytes ? damaged(archive, `"${entry.name}" is longer than it says`) : null, chunk);
    },
    flush(next) {
      const right = bytes === entry.bytes && crc === entry.crc;
      next(right ? null : damaged(archive, `"${entry.name}" has the wrong bytes`));
    },
  });
}

/** Where an entry's data begins: after its local header, whose extra field may differ from the directory's. */
async function dataStart(archive: string, entry: ZipEntry): Promise<number> {
  await using file = await open(archive, 'r');
  const header = Buffer.alloc(30);
  const { bytesRead } = await file.read(header, 0, 30, entry.header);
  if (bytesRead < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw damaged(archive, `"${entry.name}" has no header`);
  return entry.header + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function unpackEntry(archive: string, entry: ZipEntry, path: string): Promise<void> {
  if (entry.method !== 0 && entry.method !== 8) {
    throw damaged(
      archive,
      `"${entry.name}" is packed by method ${entry.method}; only stored and deflated entries are read`,
    );
  }
  await mkdir(dirname(path), { recursive: true });
  const start = await dataStart(archive, entry);
  const target = createWriteStream(path);
  if (entry.compressed === 0) return pipeline([Buffer.alloc(0)], checked(entry, archive), target);
  const source = createReadStream(archive, { start, end: start + entry.compressed - 1 });
  const check = checked(entry, archive);
  if (entry.method === 0) return pipeline(source, check, target);
  return pipeline(source, createInflateRaw(), check, target);
}

/** Returns the number of files. @param onBytes called with the number of bytes read so far */
export async function unpackZip(
  archive: string,
  folder: string,
  onBytes?: (bytes: number) => void,
): Promise<number> {
  const entries = await readZipDirectory(archive);
  const paths = entries.map(({ name }) => safePath(folder, name, archive)); // all, before the first is written
  let files = 0;
  for (const [i, entry] of entries.entries()) {
    if (entry.kind === 'folder') await mkdir(paths[i]!, { recursive: true });
    if (entry.kind !== 'file') continue;
    try {
      await unpackEntry(archive, entry, paths[i]!);
    } catch (error) {
      if (error instanceof UserError || isSystemError(error)) throw error;
      throw damaged(archive, `"${entry.name}": ${(error as Error).message}`);
    }
    onBytes?.(entry.compressed);
    files++;
  }
  return files;
}
