// Servers for tests: an encoder that needs no weights, a small index, and all that is closed afterwards.
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import type { ImageEncoder } from '../../src/deploy/encoder/index.js';
import { FolderIndex, Space } from '../../src/deploy/search/index.js';
import { type Listening, type ListenOptions, listen, XclrClient } from '../../src/deploy/serve/index.js';
import { solid } from '../data/make.js';
import { colorEncoder, colorRow, temporaryFolder } from './make.js';

export const log = pino({ level: 'silent' });

/** What tests opened; closed after each. */
export const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

export const colors = {
  red: [255, 0, 0],
  orange: [255, 128, 0],
  blue: [0, 0, 255],
  sky: [90, 160, 255],
} as const;

export const imageOf = async (color: readonly number[], side = 16): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await solid(side, side, color).png().toBuffer());

export async function indexOf(encoder: ImageEncoder): Promise<FolderIndex> {
  const names = Object.keys(colors) as (keyof typeof colors)[];
  const index = await FolderIndex.build(join(temporaryFolder(), 'index'), {
    encoder,
    items: names.map((id) => ({
      id,
      captions: [`a ${id} thing`],
      image: null,
      columns: { warm: ['red', 'orange'].includes(id) ? 'yes' : 'no' },
    })),
    vectors: Float32Array.from(names.flatMap((name) => colorRow(colors[name]))),
    space: new Space(4, null),
    textMap: null,
  });
  open.push(index);
  return index;
}

export async function start(
  options: ListenOptions & { encoder?: ImageEncoder; indexed?: boolean } = {},
): Promise<Listening & { client: XclrClient }> {
  const { encoder = colorEncoder(), indexed = true, ...rest } = options;
  const index = indexed ? await indexOf(encoder) : null;
  const server = await listen({ encoder, index, log }, { port: 0, decoders: 1, ...rest });
  open.push({ [Symbol.asyncDispose]: () => server.close() });
  const { token } = rest;
  return {
    ...server,
    client: new XclrClient(server.url, { retries: 0, ...(token !== undefined && { token }) }),
  };
}

/** A value of /metrics. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
