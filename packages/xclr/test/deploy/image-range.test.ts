// --image-range beyond training: an encoder that was trained with one embeds, serves and shows images with the same.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { to8Bits } from '../../src/data/decode/value-range.js';
import { openDataset } from '../../src/data/open.js';
import { embedDataset, openEmbeddings } from '../../src/deploy/embed/index.js';
import { openEncoder } from '../../src/deploy/encoder/index.js';
import { preprocessorConfig } from '../../src/deploy/encoder/preprocessor-config.js';
import { decoderOf } from '../../src/deploy/serve/decode/work.js';
import { exportWeb } from '../../src/deploy/web/export-web.js';
import { thumbnail } from '../../src/report/thumbnail.js';
import { put } from '../data/make.js';
import { smallConfig } from '../train/make.js';
import { putOnnxFolder, temporaryFolder, tinyOnnx, tinyPreprocessor } from './make.js';

const folder = temporaryFolder();
/** Half of 12 bits in each channel, in a PNG of 16 bits: nearly black without a range. */
let twelve: Buffer;
let eight: Buffer;
const range = [0, 4095] as const;

beforeAll(async () => {
  const values = new Uint16Array(8 * 8 * 3).fill(2048);
  twelve = await sharp(values, { raw: { width: 8, height: 8, channels: 3 } })
    .toColorspace('rgb16')
    .png()
    .toBuffer();
  eight = await sharp({
    create: { width: 8, height: 8, channels: 3, background: { r: 128, g: 128, b: 128 } },
  })
    .png()
    .toBuffer();
});

const encoderWith = (more: object) => {
  const path = join(folder, `encoder-${JSON.stringify(more).replace(/\W/g, '')}`);
  mkdirSync(path, { recursive: true });
  return putOnnxFolder(path, tinyOnnx(), { ...tinyPreprocessor, ...more });
};

const firstOf = ({ pixels }: { pixels: ArrayLike<number> }) => pixels[0]!;

describe('an encoder with image_range', () => {
  it('sees 12-bit images as 8-bit ones, from files and as uploads; one without sees them nearly black', async () => {
    await using scaled = await openEncoder(encoderWith({ image_range: range }));
    await using plain = await openEncoder(encoderWith({}));
    expect(scaled.fingerprint).not.toBe(plain.fingerprint);
    const path = put(join(folder, 'twelve.png'), twelve);
    const gray = firstOf(await plain.prepare(eight));
    expect(firstOf(await scaled.prepare(twelve))).toBeCloseTo(gray, 2);
    expect(firstOf(await scaled.prepare({ path }))).toBeCloseTo(gray, 2);
    expect(firstOf(await scaled.prepare(eight))).toBe(gray); // 8 bits have their own range
    expect(firstOf(await plain.prepare(twelve))).not.toBeCloseTo(gray, 1);
    expect(firstOf(await plain.prepare({ path, range }))).toBeCloseTo(gray, 2); // the data were opened with one
  });

  it('has the server prepare uploads and thumbnails so', async () => {
    await using scaled = await openEncoder(encoderWith({ image_range: range }));
    const decode = decoderOf({ preparation: scaled.preparation!, limitPixels: 1e6 });
    const prepared = await decode({ kind: 'prepare', bytes: twelve });
    expect(prepared.kind === 'prepared' && firstOf(prepared.image)).toBeCloseTo(
      firstOf(await scaled.prepare(eight)),
      2,
    );
    const path = put(join(folder, 'twelve.png'), twelve);
    const small = await decode({ kind: 'thumbnail', image: { path, range } });
    const shown = await sharp(small.kind === 'thumbnail' ? small.webp : Buffer.alloc(0))
      .raw()
      .toBuffer();
    expect(Math.abs(shown[0]! - 128)).toBeLessThan(5); // WebP is lossy
  });

  it('marks the items that it embeds, and refuses data opened with another range', async () => {
    put(join(folder, 'images/a.png'), twelve);
    await using scaled = await openEncoder(encoderWith({ image_range: range }));
    const dataset = await openDataset(join(folder, 'images'), { imagesAlone: true });
    const out = join(folder, 'out.npy');
    await embedDataset(scaled, dataset, out);
    for await (const { items } of (await openEmbeddings([out])).parts())
      expect(items.map(({ image }) => image!.range)).toEqual([[...range]]);
    const other = await openDataset(join(folder, 'images'), { imagesAlone: true, imageRange: [0, 1023] });
    await expect(embedDataset(scaled, other, join(folder, 'b.npy'))).rejects.toThrow(
      /--image-range is 0,1023, and .* was trained with 0,4095/,
    );
  });

  it('is not made into a page for browsers', async () => {
    const path = encoderWith({ image_range: range });
    const dataset = await openDataset(join(folder, 'images'), { imagesAlone: true });
    await expect(exportWeb(path, dataset, join(folder, 'web'), { title: 'x' })).rejects.toThrow(
      /trained with --image-range 0,4095, which a browser cannot apply/,
    );
  });
});

it('is written into exports', () => {
  const config = (imageRange?: string) =>
    preprocessorConfig(smallConfig('x.csv', 'run', { data: { path: 'x.csv', imageRange } }));
  expect(config('0,4095')).toMatchObject({ image_range: [0, 4095] });
  expect(config()).not.toHaveProperty('image_range');
});

it('scales thumbnails of reports', async () => {
  const shown = async (uri: Promise<string>) =>
    (
      await sharp(Buffer.from((await uri).split(',')[1]!, 'base64'))
        .raw()
        .toBuffer()
    )[0]!;
  expect(Math.abs((await shown(thumbnail({ bytes: twelve, range }))) - 128)).toBeLessThan(5);
  expect(await shown(thumbnail({ bytes: twelve }))).toBeLessThan(20);
});

it('keeps transparency and gray as they are', async () => {
  const gray = new Uint16Array(4 * 4).fill(4095);
  const bytes = await sharp(gray, { raw: { width: 4, height: 4, channels: 1 } })
    .toColorspace('grey16')
    .png()
    .toBuffer();
  const { raw, bytes: pixels } = await to8Bits({ bytes, range });
  expect(raw).toMatchObject({ width: 4, height: 4 });
  expect(pixels[0]).toBe(255);
});
