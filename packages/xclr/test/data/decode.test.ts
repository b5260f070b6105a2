// Decoding: orientation, color, alpha, damage, and a decoder that crashes.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { DecodePool, type DecoderCrash } from '../../src/data/decode/pool.js';
import { UserError } from '../../src/util/errors.js';
import { put, putImages, solid, temporaryFolder } from './make.js';

const folder = temporaryFolder();
const file = async (name: string, image: Sharp) => put(join(folder, name), await image.toBuffer());
const pixel = (pixels: Uint8Array, size: number, x: number, y: number) => [
  ...pixels.subarray((y * size + x) * 4, (y * size + x) * 4 + 4),
];

/** Left half red, right half blue. */
function halves(width: number, height: number): Sharp {
  const red = { create: { width: width / 2, height, channels: 3 as const, background: '#ff0000' } };
  return solid(width, height, [0, 0, 255]).composite([{ input: red, left: 0, top: 0 }]);
}

describe('decodeImage', () => {
  it('squashes to a square and keeps the aspect ratio', async () => {
    const path = await file('wide.png', halves(40, 20).png());
    const { pixels, aspect } = await decodeImage({ path }, 8);
    expect(aspect).toBe(2);
    expect(pixel(pixels, 8, 0, 3)).toEqual([255, 0, 0, 255]);
    expect(pixel(pixels, 8, 7, 3)).toEqual([0, 0, 255, 255]);
  });

  it('keeps the proportions and reduces what is larger, RGB where nothing is transparent', async () => {
    const shapes = async (path: string, shorter: number) => {
      const { pixels, ...shape } = await decodeImage({ path }, { shorter });
      expect(pixels).toHaveLength(shape.width * shape.height * shape.channels);
      return shape;
    };
    const path = await file('large.jpg', halves(400, 301).jpeg());
    const aspect = 400 / 301;
    const whole = { width: 400, height: 301, channels: 3, aspect };
    expect(await shapes(path, 301)).toEqual(whole);
    expect(await shapes(path, 1000)).toEqual(whole);
    expect(await shapes(path, 241)).toEqual(whole); // less than a quarter larger
    expect(await shapes(path, 240)).toEqual({ width: 319, height: 240, channels: 3, aspect });
    expect(await shapes(path, 20)).toEqual({ width: 27, height: 20, channels: 3, aspect });
    const turned = await file('large-turned.jpg', halves(400, 301).withMetadata({ orientation: 6 }).jpeg());
    expect(await shapes(turned, 20)).toEqual({ width: 20, height: 27, channels: 3, aspect: 301 / 400 });
    const opaque = await file('opaque.png', solid(30, 20, [1, 2, 3, 255]).png());
    expect((await shapes(opaque, 20)).channels).toBe(3);
    const clear = await file('clear-large.png', solid(30, 20, [1, 2, 3, 120]).png());
    expect((await shapes(clear, 10)).channels).toBe(4);
    const gray = await file('gray-large.png', solid(30, 20, [7, 7, 7]).toColorspace('b-w').png());
    const { pixels } = await decodeImage({ path: gray }, { shorter: 20 });
    expect([...pixels.subarray(0, 3)]).toEqual([7, 7, 7]);
  });

  it('turns by EXIF', async () => {
    const path = await file('turned.png', halves(40, 20).png().withMetadata({ orientation: 6 })); // 90° clockwise
    const { pixels, aspect } = await decodeImage({ path }, 8);
    expect(aspect).toBe(0.5);
    expect(pixel(pixels, 8, 3, 0)).toEqual([255, 0, 0, 255]); // left is now above
    expect(pixel(pixels, 8, 3, 7)).toEqual([0, 0, 255, 255]);
  });

  it('converts gray, 16-bit, palette, CMYK and transparent images to RGBA of 8 bits', async () => {
    const gray = await file('gray.png', solid(9, 9, [77, 77, 77]).toColorspace('b-w').png());
    expect(pixel((await decodeImage({ path: gray }, 4)).pixels, 4, 1, 1)).toEqual([77, 77, 77, 255]);
    const deep = await file('deep.png', solid(9, 9, [200, 100, 50]).toColorspace('rgb16').png());
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    pixel((await decodeImage({ path: deep }, 4)).pixels, 4, 1, 1).forEach((value, i) => {
      expect(Math.abs(value - [200, 100, 50, 255][i]!)).toBeLessThanOrEqual(1); // 16 bits are cut, not rounded, to 8
    });
    const palette = await file('palette.png', solid(9, 9, [200, 100, 50]).png({ palette: true }));
    expect(pixel((await decodeImage({ path: palette }, 4)).pixels, 4, 2, 2)).toEqual([200, 100, 50, 255]);
    const cmyk = await file('cmyk.jpg', solid(9, 9, [255, 255, 255]).toColorspace('cmyk').jpeg());
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    for (const value of pixel((await decodeImage({ path: cmyk }, 4)).pixels, 4, 2, 2))
      expect(value).toBeGreaterThan(250);
    const clear = await file('clear.png', solid(9, 9, [10, 20, 30, 0]).png());
    expect(pixel((await decodeImage({ path: clear }, 4)).pixels, 4, 2, 2)[3]).toBe(0);
    const half = await file('half.webp', solid(9, 9, [250, 0, 0, 128]).webp({ lossless: true }));
    expect(pixel((await decodeImage({ path: half }, 4)).pixels, 4, 2, 2)[3]).toBe(128);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(4 * 4 * 3, 0), Buffer.alloc(4 * 4 * 3, 255)]);
    const raw = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } });
    const path = await file('moving.gif', raw.gif({ delay: [100, 100] }));
    expect((await sharp(path).metadata()).pages).toBe(2);
    const { pixels, aspect } = await decodeImage({ path }, 4);
    expect(aspect).toBe(1);
    expect(pixel(pixels, 4, 1, 3)).toEqual([0, 0, 0, 255]);
  });

  it('refuses truncated, empty and foreign files', async () => {
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251));
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const cut = put(join(folder, 'cut.jpg'), jpeg.subarray(0, Math.floor(jpeg.length / 2)));
    await expect(decodeImage({ path: cut }, 8)).rejects.toThrow(/premature end/i);
    await expect(decodeImage({ path: put(join(folder, 'no.jpg'), 'no image') }, 8)).rejects.toThrow(
      /unsupported/i,
    );
    await expect(decodeImage({ path: put(join(folder, 'empty.jpg'), '') }, 8)).rejects.toThrow(/empty/);
    await expect(decodeImage({ path: join(folder, 'gone.jpg') }, 8)).rejects.toThrow(/ENOENT/);
  });
});

/** What fixtures/crashing-worker.mjs answers. */
const fine = { pixels: new Uint8Array(3).fill(9), width: 1, height: 1, channels: 3, aspect: 1 };

describe('DecodePool', () => {
  it('decodes on threads what one call decodes here', async () => {
    const names = Array.from({ length: 23 }, (_, i) => `p${i}.png`);
    await putImages(folder, names);
    for (const workers of [1, 3]) {
      await using pool = new DecodePool({ workers });
      for (const size of [5, { shorter: 2 }]) {
        const results = await Promise.all(
          names.map((name) => pool.decode({ path: join(folder, name) }, size)),
        );
        for (const [i, name] of names.entries()) {
          const here = await decodeImage({ path: join(folder, name) }, size);
          expect(results[i]).toEqual({ ...here, pixels: new Uint8Array(here.pixels) });
        }
      }
    }
  });

  it('reports bad images with the decoder’s reason', async () => {
    await using pool = new DecodePool({ workers: 1 });
    expect(await pool.decode({ path: put(join(folder, 'x.png'), 'x') }, 4)).toEqual({
      reason: expect.stringMatching(/unsupported image format/),
    });
  });

  it('survives a crash, names the image, and loses no other', async () => {
    const entry = new URL('./fixtures/crashing-worker.mjs', import.meta.url);
    await using pool = new DecodePool({ workers: 2, entry });
    const paths = Array.from({ length: 40 }, (_, i) => (i % 13 === 5 ? `crash${i}` : `fine${i}`));
    const results = await Promise.all(paths.map((path) => pool.decode({ path }, 2)));
    results.forEach((result, i) => {
      if (i % 13 === 5) expect(result).toEqual({ reason: 'the decoder crashed: it exited with code 7' });
      else expect(result).toEqual(fine);
    });
  });

  it('gives up a decoder that does not come back, names the image, and loses no other', async () => {
    const entry = new URL('./fixtures/crashing-worker.mjs', import.meta.url);
    const crashes: DecoderCrash[] = [];
    await using pool = new DecodePool({
      workers: 2,
      entry,
      timeoutSeconds: 1,
      onCrashed: (crash) => crashes.push(crash),
    });
    const paths = Array.from({ length: 20 }, (_, i) => (i === 6 ? 'hang' : i === 13 ? 'crash' : `fine${i}`));
    const results = await Promise.all(paths.map((path) => pool.decode({ path }, 2)));
    const reasons = results.flatMap((result, i) =>
      'reason' in result ? [`${paths[i]}: ${result.reason}`] : [],
    );
    expect(reasons).toEqual([
      'hang: the decoder did not come back within 1 s',
      'crash: the decoder crashed: it exited with code 7',
    ]);
    expect(crashes.map(({ image, reason }) => `${image.path}: ${reason}`).sort()).toEqual(reasons.toSorted());
  });

  it('takes no decoder for hung because this thread was busy', async () => {
    await using pool = new DecodePool({ workers: 1, timeoutSeconds: 0.6 });
    const paths = Array.from({ length: 8 }, (_, i) => join(folder, `p${i}.png`));
    await putImages(
      folder,
      paths.map((_, i) => `p${i}.png`),
    );
    for (let round = 0; round < 2; round++) {
      const results = Promise.all(paths.map((path) => pool.decode({ path }, 4)));
      const began = performance.now();
      while (performance.now() - began < 900); // a training step
      for (const result of await results) expect(result).toMatchObject({ aspect: 1.5 });
    }
  });

  it('stops on a crash where it is told to', async () => {
    const entry = new URL('./fixtures/crashing-worker.mjs', import.meta.url);
    await using pool = new DecodePool({ workers: 1, entry, onCrash: 'stop' });
    const crash = pool.decode({ path: '/data/crash.jpg', part: { offset: 512, length: 9 } }, 2);
    await expect(crash).rejects.toThrow(UserError);
    await expect(crash).rejects.toThrow(/exited with code 7, with \/data\/crash\.jpg from byte 512/);
    expect(await pool.decode({ path: 'fine' }, 2)).toEqual(fine);
    expect(() => new DecodePool({ timeoutSeconds: 0 })).toThrow(/above 0, got 0/);
  });

  it('says so when threads cannot start, and when it was disposed', async () => {
    const pool = new DecodePool({ workers: 1, entry: new URL('./fixtures/gone.mjs', import.meta.url) });
    await expect(pool.decode({ path: 'a' }, 2)).rejects.toThrow(/decoding thread failed.*gone\.mjs/);
    await pool[Symbol.asyncDispose]();
    await expect(pool.decode({ path: 'a' }, 2)).rejects.toThrow(/disposed/);
    expect(() => new DecodePool({ workers: 0 })).toThrow(/at least 1, got 0/);
  });

  it('keeps the process alive until it is disposed, though answers come in meanwhile', () => {
    const program = fileURLToPath(new URL('./fixtures/dispose-while-decoding.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8' })).toBe('disposed\n');
  });

  it('has its compiled entry', () => {
    const compiled = new URL('../../dist/data/decode/worker.js', import.meta.url);
    expect(readFileSync(compiled, 'utf8')).toContain('parentPort');
  });
});
