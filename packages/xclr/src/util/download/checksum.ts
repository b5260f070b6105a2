// The checksum of a file, read once, in pieces.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Hex digest of a file; costs a pass over it, about 0.5 s a GB. */
export async function checksumOf(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
