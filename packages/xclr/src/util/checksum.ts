// Checksums: SHA-256 and MD5 of texts, bytes and files, CRC-32 of files.
import { createHash, hash as hashOf } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Bytes read at a time. */
const piece = 2 ** 20;

/** Hex SHA-256 of contents, one after the other. */
export function sha256(...contents: readonly (string | NodeJS.ArrayBufferView)[]): string {
  const [first] = contents;
  // In one call where there is one content: half the time for the short texts of a million samples.
  return contents.length === 1 ? hashOf('sha256', first!) : sha256OfAll(contents);
}

/** Hex SHA-256 of contents that are made while they are read, one after the other. */
export function sha256OfAll(contents: Iterable<string | NodeJS.ArrayBufferView>): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex');
}

export interface FilesOptions {
  /** sha256 by default. */
  readonly algorithm?: 'md5' | 'sha256';
  /** What comes after the files; nothing by default. */
  readonly followedBy?: string;
}

/** Hex digest of the files' contents, one after the other; costs about 0.5 s a GB. */
export async function checksumOfFiles(
  paths: readonly string[],
  { algorithm = 'sha256', followedBy = '' }: FilesOptions = {},
): Promise<string> {
  const hash = createHash(algorithm);
  for (const path of paths)
    for await (const chunk of createReadStream(path, { highWaterMark: piece })) hash.update(chunk as Buffer);
  return hash.update(followedBy).digest('hex');
}

/** Hex SHA-256 of a file, read at once in pieces: for what must not let other work in between. */
export function sha256OfFileSync(path: string): string {
  return sha256OfAll(piecesOf(path));
}

/** CRC-32 of a file, read at once in pieces; about 0.1 s for the table of a million samples. */
export function crc32OfFileSync(path: string): number {
  let sum = 0;
  for (const bytes of piecesOf(path)) sum = crc32(bytes, sum);
  return sum;
}

/** A file's bytes, in one buffer that is filled anew. */
function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(piece);
    for (let got = readSync(file, buffer); got > 0; got = readSync(file, buffer))
      yield buffer.subarray(0, got);
  } finally {
    closeSync(file);
  }
}
