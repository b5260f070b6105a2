// What uploads are decoded, in what, and for how long.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { describeContent, uploadFormat } from '../../src/deploy/serve/decode/formats.js';
import { imageChunks } from '../../src/deploy/serve/decode/png-chunks.js';
import { DecodeProcesses } from '../../src/deploy/serve/decode/pool.js';
import { solid } from '../data/make.js';
import { busySvg, chunk, pngWith, refusedFiles, textBomb } from './hostile-uploads.js';
import { colors, metric, start } from './serving.js';

const upload = (url: string, body: Uint8Array, type = 'image/png') =>
  fetch(`${url}/embed`, { method: 'POST', body: Uint8Array.from(body), headers: { 'content-type': type } });
const never = new AbortController().signal;

describe('formats', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    '%s is decoded, whatever it is called',
    async (format) => {
      const bytes = await solid(20, 20, colors.red).toFormat(format).toBuffer();
      expect(uploadFormat(bytes)?.toLowerCase()).toBe(format);
      const { url } = await start({ indexed: false });
      const answer = await upload(url, bytes, 'image/unknown');
      const { vector } = (await answer.json()) as { vector: number[] };
      expect(vector[0]).toBeGreaterThan(2 * vector[1]!);
    },
  );

  it('all else is refused before it reaches a decoder', async () => {
    const { url } = await start({ indexed: false });
    for (const [what, bytes] of Object.entries(refusedFiles)) {
      const answer = await upload(url, bytes, 'image/png');
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
        415,
        expect.stringContaining(`got ${what}`),
      ]);
      expect(describeContent(bytes)).toBe(what);
    }
    expect(uploadFormat(Buffer.from('\0\0\0\x1cftypmif1\0\0\0\0mif1avifheic', 'latin1'))).toBeUndefined();
    expect(uploadFormat(new Uint8Array(0))).toBeUndefined();
  });

  it('eight busy SVGs cost nothing', async () => {
    const { url, client } = await start();
    const answers = await Promise.all(Array.from({ length: 8 }, () => upload(url, busySvg, 'image/svg+xml')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 415));
    expect(await metric(url, 'xclr_decoders_ended_total')).toBe(0);
    expect((await client.searchId('red')).matches).toHaveLength(3);
  });
});

describe('PNG chunks', () => {
  it('text is left out, and what pixels need is kept', async () => {
    const bombs = Array.from({ length: 20 }, () => textBomb(2 ** 20));
    const gamma = chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]));
    const png = pngWith(8, [200, 30, 40], gamma, ...bombs, chunk('prVt', Buffer.alloc(5)));
    const safe = Buffer.from(imageChunks(png));
    expect(safe.equals(pngWith(8, [200, 30, 40], gamma))).toBe(true);
    const { data } = await sharp(safe).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([200, 30, 40]);
    const { url } = await start({ indexed: false });
    expect((await upload(url, png)).status).toBe(200);
  });

  it('a file without them is taken as it is, and a cut one is left for the decoder to refuse', async () => {
    const png = pngWith(8, [1, 2, 3]);
    expect(imageChunks(png)).toBe(png);
    expect(Buffer.from(imageChunks(Buffer.concat([png, Buffer.alloc(100)]))).equals(png)).toBe(true);
    const bombed = pngWith(8, [1, 2, 3], textBomb(1000));
    for (let length = 8; length < bombed.length - 12; length++) {
      const cut = imageChunks(bombed.subarray(0, length));
      await expect(sharp(cut, { failOn: 'error' }).raw().toBuffer()).rejects.toThrow();
    }
    const wrong = Buffer.from(bombed);
    wrong.writeUInt32BE(0xffff_fff0, 8); // a length far beyond the file
    expect(imageChunks(wrong).length).toBeLessThanOrEqual(wrong.length);
  });
});

describe('decoding processes', () => {
  const entry = new URL('./stuck-decoder.mjs', import.meta.url);
  const pool = (more: { timeoutSeconds?: number; memoryBytes?: number; ended?: string[] } = {}) =>
    new DecodeProcesses({
      preparation: null,
      limitPixels: 1e6,
      processes: 2,
      timeoutSeconds: more.timeoutSeconds ?? 60,
      ...(more.memoryBytes !== undefined && { memoryBytes: more.memoryBytes }),
      onEnded: (reason) => more.ended?.push(reason),
      entry,
    });
  const image = (how: string) => Buffer.from(how);

  it('one that hangs is ended, and those that wait are decoded by another', async () => {
    const ended: string[] = [];
    await using decoders = pool({ timeoutSeconds: 2, ended });
    const all = await Promise.allSettled(
      ['h', 'h', 'h', 'g', 'g'].map((how) => decoders.prepare(image(how), never)),
    );
    const reasons = all.slice(0, 3).map((one) => String((one as PromiseRejectedResult).reason));
    expect(reasons).toEqual(
      Array.from(reasons, () => expect.stringContaining('decoding took more than 2 s')),
    );
    expect(all.slice(3).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(ended).toHaveLength(3);
  });

  it('one that crashes takes only its own image with it', async () => {
    await using decoders = pool();
    const all = await Promise.allSettled(
      ['c', 'g', 'c', 'g'].map((how) => decoders.prepare(image(how), never)),
    );
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(String((all[0] as PromiseRejectedResult).reason)).toMatch(/crashed: it ended with SIGSEGV/);
  });

  it.runIf(process.platform === 'linux')('one that takes too much memory is ended', async () => {
    await using decoders = pool({ memoryBytes: 250 * 2 ** 20 });
    await expect(decoders.prepare(image('m'), never)).rejects.toThrow('took more than 250 MiB of memory');
  });

  it('closing does not wait for one that hangs', async () => {
    const decoders = pool();
    const stuck = decoders.prepare(image('h'), never);
    stuck.catch(() => undefined);
    await decoders.prepare(image('g'), never); // the first one is under way
    const began = performance.now();
    await decoders[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(30_000);
    await expect(stuck).rejects.toThrow();
    await expect(decoders.prepare(image('g'), never)).rejects.toThrow(/closed/);
  });

  it('an entry that cannot start is an error, not an endless trial', async () => {
    await using decoders = new DecodeProcesses({
      preparation: null,
      limitPixels: 1e6,
      processes: 1,
      timeoutSeconds: 60,
      entry: new URL('./not-there.mjs', import.meta.url),
    });
    await expect(decoders.prepare(image('g'), never)).rejects.toThrow(/no decoder could be started/);
  });

  it('idle ones do not keep a program alive', async () => {
    const source = new URL('../../dist/deploy/serve/decode/pool.js', import.meta.url);
    const script = `const { DecodeProcesses } = await import('${source}');
      const pool = new DecodeProcesses({ preparation: { kind: 'decoded', size: 2 }, limitPixels: 1e6, processes: 1, timeoutSeconds: 60 });
      const { pixels } = await pool.prepare(Buffer.from('${pngWith(4, [9, 8, 7]).toString('base64')}', 'base64'), new AbortController().signal);
      console.log([...pixels.subarray(0, 3)].join());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    const [code] = await once(child, 'close');
    expect([code, out]).toEqual([0, '9,8,7\n']);
  });
});
