// How a packed store lies on the disk: a header, shards of images, an index, a table of samples.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';

/** Written last: a folder without it is no store, or one that is being packed. */
export const headerFile = 'pack.json';
export const indexFile = 'index.bin';
export const samplesFile = 'samples.jsonl';
export const skippedFile = 'skipped.jsonl';
export const progressFile = 'progress.json';

export function shardFile(shard: number): string {
  return `shard-${String(shard).padStart(5, '0')}.bin`;
}

/** The format that is written. Stores of the first one, whose raw images are squares, are read as well. */
export const packKind = 'xclr packed images 2';
const firstKind = 'xclr packed images 1';

/** What a store holds; the same settings over the same data give the same bytes. */
export interface PackSettings {
  /** 'raw': pixels, read without decoding. 'jpeg': encoded, a tenth of the space, decoded when read. */
  readonly images: 'raw' | 'jpeg';
  /** Shorter side in pixels that larger images are reduced to; those up to a quarter larger stay as they are. */
  readonly size: number;
  /** Of JPEG, 1 … 100. */
  readonly quality: number;
  /** A shard ends with the image that reaches so many bytes. */
  readonly shardBytes: number;
}

export interface PackHeader extends PackSettings {
  readonly kind: typeof packKind | typeof firstKind;
  readonly source: { readonly name: string; readonly fingerprint: string };
  readonly count: number;
  readonly skipped: number;
  readonly shards: number;
  readonly indexCrc32: number;
  readonly samplesCrc32: number;
  /** sha256 of the index and the table of samples. */
  readonly digest: string;
}

/**
 * A record of the index, little-endian, 40 bytes: shard (uint32), bytes (uint32), offset in the shard (float64), width over
 * height of the original (float64), crc32 (uint32), width and height in pixels (uint32 each), channels of a raw image or 0
 * (uint32).
 */
export const recordBytes = 40;

/** In the first format 32 bytes: shard, bytes, offset, width over height (float32), crc32, channels, unused. */
const firstRecordBytes = 32;

export interface PackRecord {
  readonly shard: number;
  readonly length: number;
  readonly offset: number;
  readonly aspect: number;
  readonly crc32: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 0 | 3 | 4;
}

export function writeRecord(record: PackRecord): Buffer {
  const bytes = Buffer.alloc(recordBytes);
  bytes.writeUInt32LE(record.shard, 0);
  bytes.writeUInt32LE(record.length, 4);
  bytes.writeDoubleLE(record.offset, 8);
  bytes.writeDoubleLE(record.aspect, 16);
  bytes.writeUInt32LE(record.crc32, 24);
  bytes.writeUInt32LE(record.width, 28);
  bytes.writeUInt32LE(record.height, 32);
  bytes.writeUInt32LE(record.channels, 36);
  return bytes;
}

const channelsOf = (number: number) => (number === 3 || number === 4 ? number : 0);

/** Bytes of a record in a store of either format. */
export function recordBytesOf({ kind }: PackHeader): number {
  return kind === packKind ? recordBytes : firstRecordBytes;
}

export function readRecord(header: PackHeader, index: Buffer, at: number): PackRecord {
  const from = at * recordBytesOf(header);
  const common = {
    shard: index.readUInt32LE(from),
    length: index.readUInt32LE(from + 4),
    offset: index.readDoubleLE(from + 8),
  };
  if (header.kind !== packKind) {
    return {
      ...common,
      aspect: index.readFloatLE(from + 16),
      crc32: index.readUInt32LE(from + 20),
      width: header.size,
      height: header.size,
      channels: channelsOf(index.readUInt32LE(from + 24)),
    };
  }
  return {
    ...common,
    aspect: index.readDoubleLE(from + 16),
    crc32: index.readUInt32LE(from + 24),
    width: index.readUInt32LE(from + 28),
    height: index.readUInt32LE(from + 32),
    channels: channelsOf(index.readUInt32LE(from + 36)),
  };
}

/** The header of a store. @throws {UserError} where there is none, or one of another kind */
export function readHeader(folder: string): PackHeader {
  const path = join(folder, headerFile);
  if (!existsSync(path)) {
    throw new UserError(
      `openDataset: ${folder} holds no ${headerFile}`,
      existsSync(join(folder, progressFile))
        ? 'Packing did not finish: run the same `xclr data pack` command again; it resumes.'
        : 'Give a folder that `xclr data pack` wrote.',
    );
  }
  const header = JSON.parse(readFileSync(path, 'utf8')) as PackHeader;
  if (header.kind !== packKind && header.kind !== firstKind) {
    throw new UserError(
      `openDataset: ${path} is of kind "${header.kind}", expected "${packKind}"`,
      'Pack the data again with this version.',
    );
  }
  return header;
}
