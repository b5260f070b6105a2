// Unpacks a zip, stored or deflated entries, of any size; each entry's length and checksum are checked.

import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { UserError } from '../../util/errors.js';
import { damaged } from './damaged.js';
import { safePath } from './safe-path.js';
import { isSystemError } from './system-error.js';

interface Member {
  readonly name: string;
  readonly entry: Entry;
  readonly kind: 'file' | 'folder' | 'other';
}

/** Passes bytes on; refuses more than were promised, as a bomb, and other bytes than were packed. */
function checked({ name, entry }: Member, archive: string): Transform {
  let crc = 0;
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, next) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      const tooLong = bytes > entry.uncompressedSize;
      next(tooLong ? damaged(archive, `"${name}" is longer than it says`) : null, chunk);
    },
    flush(next) {
      const right = bytes === entry.uncompressedSize && crc === entry.crc32;
      next(right ? null : damaged(archive, `"${name}" has the wrong bytes`));
    },
  });
}

/** As UTF-8 where it is that, marked or not (macOS does not mark it), else as the format says: in code page 437. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  if (isUtf8(fileNameRaw)) return fileNameRaw.toString('utf8');
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

function kindOf(name: string, { versionMadeBy, externalFileAttributes }: Entry): Member['kind'] {
  if (name.endsWith('/')) return 'folder';
  const mode = versionMadeBy >> 8 === 3 ? (externalFileAttributes >>> 28) & 0xf : 0; // Unix file type
  return mode === 0 || mode === 8 ? 'file' : 'other';
}

async function openZip(archive: string): Promise<ZipFile> {
  try {
    // Names and lengths are checked here, with messages of our own.
    return await openPromise(archive, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw damaged(archive, `it has no table of contents that can be read (${(error as Error).message})`);
  }
}

/** Every entry, in the order of the table of contents. */
async function membersOf(zip: ZipFile, archive: string): Promise<Member[]> {
  const members: Member[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      members.push({ name, entry, kind: kindOf(name, entry) });
    }
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw damaged(archive, `its table of contents is broken (${(error as Error).message})`);
  }
  const encrypted = members.find(({ entry }) => entry.isEncrypted());
  if (encrypted !== undefined) throw damaged(archive, `"${encrypted.name}" is encrypted`);
  return members;
}

async function unpackMember(zip: ZipFile, archive: string, member: Member, path: string): Promise<void> {
  const { name, entry } = member;
  if (!entry.canDecodeFileData()) {
    throw damaged(
      archive,
      `"${name}" is packed by method ${entry.compressionMethod}; only stored and deflated entries are read`,
    );
  }
  await mkdir(dirname(path), { recursive: true });
  await pipeline(await zip.openReadStreamPromise(entry), checked(member, archive), createWriteStream(path));
}

/** Returns the number of files. @param onBytes called with the number of bytes read so far */
export async function unpackZip(
  archive: string,
  folder: string,
  onBytes?: (bytes: number) => void,
): Promise<number> {
  const zip = await openZip(archive);
  try {
    const members = await membersOf(zip, archive);
    const paths = members.map(({ name }) => safePath(folder, name, archive)); // all, before the first is written
    let files = 0;
    for (const [i, member] of members.entries()) {
      if (member.kind === 'folder') await mkdir(paths[i]!, { recursive: true });
      if (member.kind !== 'file') continue;
      try {
        await unpackMember(zip, archive, member, paths[i]!);
      } catch (error) {
        if (error instanceof UserError || isSystemError(error)) throw error;
        throw damaged(archive, `"${member.name}": ${(error as Error).message}`);
      }
      onBytes?.(member.entry.compressedSize);
      files++;
    }
    return files;
  } finally {
    zip.close();
  }
}
