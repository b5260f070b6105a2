// Unpacks a tar, compressed or not. Files and folders only: links and devices have no place in a data set.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { UserError } from '../../util/errors.js';
import { damaged } from './damaged.js';
import { safePath } from './safe-path.js';
import { isSystemError } from './system-error.js';

/** Returns the number of files. @param onBytes called with the number of bytes read so far */
export async function unpackTar(
  archive: string,
  folder: string,
  onBytes?: (bytes: number) => void,
): Promise<number> {
  const members = extract();
  const source = createReadStream(archive, { highWaterMark: 2 ** 20 });
  source.on('data', (chunk) => onBytes?.(chunk.length));
  const reading = /\.(tgz|gz)$/.test(archive)
    ? pipeline(source, createGunzip(), members)
    : pipeline(source, members);
  let files = 0;
  const writing = async () => {
    for await (const member of members) {
      const { name, type } = member.header;
      const path = safePath(folder, name, basename(archive));
      if (type === 'directory') await mkdir(path, { recursive: true });
      if (type === 'file' || type === 'contiguous-file') {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(member, createWriteStream(path));
        files++;
      } else {
        member.resume();
      }
    }
  };
  const outcomes = await Promise.allSettled([writing(), reading]);
  const reasons = outcomes.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  const own = reasons.find((reason) => reason instanceof UserError || isSystemError(reason));
  if (own !== undefined) throw own;
  if (reasons.length > 0) throw damaged(archive, (reasons[0] as Error).message);
  return files;
}
