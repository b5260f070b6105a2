// ONNX encoders against numbers worked out by hand: inputs, outputs, dtypes, and files that will not do.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImageEncoder, openEncoder } from '../../src/deploy/encoder/index.js';
import { put, solid } from '../data/make.js';
import { putOnnxFolder, type TinyOnnx, temporaryFolder, tinyOnnx, tinyPreprocessor } from './make.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const colors = [
  [255, 0, 51],
  [0, 102, 255],
  [204, 204, 0],
] as const;

/** Unit vector of (r, g, b) / 255 times the default weights: r + 2g at the first place, 3b at the last. */
const expected = colors.map(([r, g, b]) => {
  const row = [r + 2 * g, 0, 3 * b];
  return row.map((one) => one / Math.hypot(...row));
});

async function embedColors(encoder: ImageEncoder): Promise<number[][]> {
  const images = await Promise.all(
    colors.map(async (color) => encoder.prepare(await solid(9, 7, color).png().toBuffer())),
  );
  const rows = await encoder.embed(images);
  return images.map((_, i) => [...rows.subarray(3 * i, 3 * i + 3)]);
}

function expectRows(rows: number[][], digits = 6): void {
  rows.forEach((row, i) => {
    row.forEach((one, j) => {
      expect(one).toBeCloseTo(expected[i]![j]!, digits);
    });
  });
}

async function opened(options: TinyOnnx, settings = {}): Promise<ImageEncoder> {
  return openEncoder(putOnnxFolder(folder, tinyOnnx(options)), settings);
}

describe('an ONNX encoder', () => {
  it('gives unit rows of the model, for any batch and for one fixed to a batch', async () => {
    await using any = await opened({});
    expect(any.dimensions).toBe(3);
    expectRows(await embedColors(any));
    await using fixed = await opened({ batch: 2 });
    expectRows(await embedColors(fixed));
  });

  it('takes float16 images and gives float16 rows', async () => {
    await using half = await opened({ type: 10 });
    expectRows(await embedColors(half), 2); // 11 bits of mantissa, on sums of up to 3
  });

  it('prefers image_embeds, takes pooler_output or the only matrix, and pools tokens when told how', async () => {
    await using named = await opened({ output: 'other', more: ['image_embeds'] });
    expectRows(await embedColors(named));
    await using pooler = await opened({ output: 'other', more: ['pooler_output'] });
    expectRows(await embedColors(pooler));
    await using only = await opened({ output: 'features' });
    expectRows(await embedColors(only));
    await using first = await opened({ output: 'last_hidden_state', tokens: true }, { pooling: 'cls' });
    expectRows(await embedColors(first));
    await using mean = await opened({ output: 'last_hidden_state', tokens: true }, { pooling: 'mean' });
    expectRows(await embedColors(mean));
    expect(mean.fingerprint).not.toBe(first.fingerprint);
    await expect(opened({ output: 'last_hidden_state', tokens: true })).rejects.toThrow(/--pooling mean/);
    await expect(opened({ output: 'a', more: ['b'] })).rejects.toThrow(/it has a float32 .*; b float32/);
  });

  it('has a fingerprint that follows weights, preprocessing and nothing else', async () => {
    const path = putOnnxFolder(folder, tinyOnnx());
    const fingerprint = async () => {
      await using encoder = await openEncoder(path);
      return encoder.fingerprint;
    };
    const before = await fingerprint();
    writeFileSync(join(path, 'preprocessor_config.json'), JSON.stringify({ ...tinyPreprocessor, extra: 1 }));
    expect(await fingerprint()).toBe(before);
    writeFileSync(
      join(path, 'preprocessor_config.json'),
      JSON.stringify({ ...tinyPreprocessor, resample: 3 }),
    );
    expect(await fingerprint()).not.toBe(before);
    putOnnxFolder(folder, tinyOnnx({ weights: [1, 0, 0, 2, 0, 0, 0, 0, 4] }));
    expect(await fingerprint()).not.toBe(before);
  });

  it('may be named as a file, and refuses to choose among several', async () => {
    const path = putOnnxFolder(folder, tinyOnnx());
    await using named = await openEncoder(join(path, 'onnx/model.onnx'));
    expectRows(await embedColors(named));
    const other = join(folder, 'other');
    put(join(other, 'a.onnx'), tinyOnnx());
    put(join(other, 'b.onnx'), tinyOnnx());
    await expect(openEncoder(other)).rejects.toThrow(/found a\.onnx, b\.onnx/);
  });

  it.each([
    ['a damaged file', () => tinyOnnx().slice(0, 60), tinyPreprocessor, /cannot be opened/],
    ['no model at all', () => new Uint8Array(300), tinyPreprocessor, /cannot be opened/],
    [
      'another size',
      () => tinyOnnx({ side: 16 }),
      tinyPreprocessor,
      /takes \(3, 16, 16\), the preprocessor makes \(3, 8, 8\)/,
    ],
    ['whole-number pixels', () => tinyOnnx({ type: 2 }), tinyPreprocessor, /takes uint8/],
    ['a preprocessor that is no JSON object', () => tinyOnnx(), 'x', /preprocessor_config\.json/],
    [
      'weights that give NaN',
      () => tinyOnnx({ weights: new Array(9).fill(Number.NaN) }),
      tinyPreprocessor,
      /finite/,
    ],
  ])('refuses %s', async (_, model, preprocessor, message) => {
    const path = putOnnxFolder(folder, model(), preprocessor);
    await expect(openEncoder(path).then(embedColors)).rejects.toThrow(message);
  });

  it('says what a path is not', async () => {
    await expect(openEncoder(join(folder, 'nothing'))).rejects.toThrow(/no such file or folder/);
    await expect(openEncoder(folder)).rejects.toThrow(/got none of these/);
    put(join(folder, 'model.onnx'), tinyOnnx());
    await expect(openEncoder(folder)).rejects.toThrow(/expected preprocessor_config\.json/);
  });

  it('rejects a file that is no image with the reason', async () => {
    await using encoder = await opened({});
    await expect(encoder.prepare(Buffer.from('no image'))).rejects.toThrow(/unsupported image format/);
    await expect(encoder.prepare(new Uint8Array(0))).rejects.toThrow(/empty/);
    await expect(encoder.prepare({ path: join(folder, 'lost.jpg') })).rejects.toThrow(/ENOENT/);
  });
});
