// The table of contents of a zip file. A reader of our own: the one in node_modules (adm-zip, another package's
// dependency) reads the whole file into memory, and COCO's has 19 GB.

import { type FileHandle, open } from 'node:fs/promises';
import { damaged } from './damaged.js';

export interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflate. */
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly header: number;
  readonly kind: 'file' | 'folder' | 'other';
}

const endRecord = 0x06054b50;
const end64Locator = 0x07064b50;
const end64Record = 0x06064b50;
const centralEntry = 0x02014b50;

async function readAt(file: FileHandle, from: number, length: number, archive: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, from);
  if (bytesRead < length) throw damaged(archive, 'it ends too early');
  return bytes;
}

/** Where the directory lies; from the 64-bit record where the 32-bit one says that it does not fit. */
async function findDirectory(file: FileHandle, size: number, archive: string) {
  const tailLength = Math.min(size, 22 + 0xffff);
  const tail = await readAt(file, size - tailLength, tailLength, archive);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== endRecord) at--;
  if (at < 0) throw damaged(archive, 'it has no table of contents');
  const entries = tail.readUInt16LE(at + 10);
  const length = tail.readUInt32LE(at + 12);
  const from = tail.readUInt32LE(at + 16);
  if (entries !== 0xffff && length !== 0xffffffff && from !== 0xffffffff) return { entries, length, from };
  if (at < 20 || tail.readUInt32LE(at - 20) !== end64Locator) return { entries, length, from };
  const record = await readAt(file, Number(tail.readBigUInt64LE(at - 12)), 56, archive);
  if (record.readUInt32LE(0) !== end64Record)
    throw damaged(archive, 'its 64-bit table of contents is missing');
  return {
    entries: Number(record.readBigUInt64LE(32)),
    length: Number(record.readBigUInt64LE(40)),
    from: Number(record.readBigUInt64LE(48)),
  };
}

/** 64-bit sizes stand in an extra field, in this order, only for those that read 0xffffffff. */
function wideSizes(extra: Buffer, sizes: { bytes: number; compressed: number; header: number }) {
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (id === 1) {
      let place = at + 4;
      for (const key of ['bytes', 'compressed', 'header'] as const) {
        if (sizes[key] !== 0xffffffff || place + 8 > end) continue;
        sizes[key] = Number(extra.readBigUInt64LE(place));
        place += 8;
      }
    }
    at = end;
  }
  return sizes;
}

function kindOf(name: string, madeBy: number, attributes: number): ZipEntry['kind'] {
  if (name.endsWith('/')) return 'folder';
  const mode = madeBy >> 8 === 3 ? (attributes >>> 28) & 0xf : 0; // Unix file type
  return mode === 0 || mode === 8 ? 'file' : 'other';
}

/** Every entry, in the directory's order. */
export async function readZipDirectory(archive: string): Promise<ZipEntry[]> {
  await using file = await open(archive, 'r');
  const { size } = await file.stat();
  if (size < 22) throw damaged(archive, 'it has no table of contents');
  const { entries, length, from } = await findDirectory(file, size, archive);
  const table = await readAt(file, from, length, archive);
  const found: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < entries; i++) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== centralEntry) {
      throw damaged(archive, `entry ${i + 1} of ${entries} in its table of contents is broken`);
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      table.readUInt16LE(at + place),
    );
    const name = table.toString('utf8', at + 46, at + 46 + nameLength!);
    if ((table.readUInt16LE(at + 8) & 1) === 1) throw damaged(archive, `"${name}" is encrypted`);
    const extra = table.subarray(at + 46 + nameLength!, at + 46 + nameLength! + extraLength!);
    found.push({
      name,
      method: table.readUInt16LE(at + 10),
      crc: table.readUInt32LE(at + 16),
      ...wideSizes(extra, {
        compressed: table.readUInt32LE(at + 20),
        bytes: table.readUInt32LE(at + 24),
        header: table.readUInt32LE(at + 42),
      }),
      kind: kindOf(name, table.readUInt16LE(at + 4), table.readUInt32LE(at + 38)),
    });
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return found;
}
