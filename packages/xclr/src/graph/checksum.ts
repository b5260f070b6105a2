// One checksum of a model's files, which names the encoder in every store of its vectors.
import { existsSync } from 'node:fs';
import { checksumOfFiles } from '../util/checksum.js';

/** SHA-256 of the files' contents in order, its first 16 digits; files that are not there are passed over. */
export async function modelChecksum(paths: readonly string[]): Promise<string> {
  return (await checksumOfFiles(paths.filter((file) => existsSync(file)))).slice(0, 16);
}
