// One checksum of a model's files, which names the encoder in every store of its vectors.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';

/** SHA-256 of the files' contents in order, its first 16 digits; files that are not there are passed over. */
export async function checksumOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths.filter((file) => existsSync(file)))
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex').slice(0, 16);
}
