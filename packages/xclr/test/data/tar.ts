// Tar shards for the data tests.
import { pack } from 'tar-stream';
import { put } from './make.js';

/** The bytes of a tar file with these members, in this order. */
export async function tarBytes(members: readonly (readonly [string, string | Buffer])[]): Promise<Buffer> {
  const stream = pack();
  for (const [name, body] of members) stream.entry({ name }, body);
  stream.finalize();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Writes a tar file; returns its path. */
export async function tar(
  path: string,
  members: readonly (readonly [string, string | Buffer])[],
): Promise<string> {
  return put(path, await tarBytes(members));
}
