// Bytes that lie compressed inside a file, copied out once, so that images can be read in any order.

import { createReadStream, existsSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { sha256 } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { replaceFileAsync } from '../util/files.js';

/** Where copies are kept; safe to delete. */
const extractFolder = '.cache/images';

/** The copy that belongs to a file as it is now: another size or time of change gives another name. */
export function extractPath(source: string, extension: string, folder = extractFolder): string {
  const { size, mtimeMs } = statSync(source);
  const key = sha256(JSON.stringify([resolve(source), size, mtimeMs]));
  return resolve(join(folder, `${key.slice(0, 24)}${extension}`));
}

/**
 * Fills `path` once, so that a kill leaves no half copy. Nothing happens where `path` is there already; gives whether it
 * was.
 */
async function extractOnce(path: string, write: (aside: FileHandle) => Promise<void>): Promise<boolean> {
  if (existsSync(path)) return true;
  await replaceFileAsync(path, write);
  return false;
}

/** The path of a gzipped file's content, unpacked once; other files are given as they are. */
export async function gunzipped(path: string, extension: string): Promise<string> {
  if (!/gz$/i.test(path)) return path;
  const copy = extractPath(path, extension);
  try {
    await extractOnce(copy, async (aside) => {
      for await (const chunk of createReadStream(path).pipe(createGunzip()))
        await aside.write(chunk as Buffer);
    });
  } catch (error) {
    throw new UserError(
      `openDataset: ${path} cannot be unpacked: ${(error as Error).message}`,
      'Download it again.',
    );
  }
  return copy;
}
