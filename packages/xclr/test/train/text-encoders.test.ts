// Text encoders as the settings name them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { graphSettings } from '../../src/train/config/graph.js';
import { createTextEncoder, type TextEncoderConfig } from '../../src/train/text-encoders.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-encoders-'));
afterAll(() => rmSync(folder, { recursive: true }));
const model = (name: string) => fileURLToPath(new URL(`../goldens/sentence-models/${name}`, import.meta.url));
const settings = (given: object) => graphSettings.parse({ kind: 'text', ...given }) as TextEncoderConfig;

describe('createTextEncoder', () => {
  it('gives what the settings name', async () => {
    const table = join(folder, 'words.txt');
    writeFileSync(table, 'cat 1 0\ndog 0 1\n');
    const [words, clip, sentence, wordnet] = await Promise.all([
      createTextEncoder(settings({ encoder: 'static', model: table })),
      createTextEncoder(settings({ encoder: 'clip', model: model('clip') })),
      createTextEncoder(settings({ model: model('mean') })),
      createTextEncoder(settings({ encoder: 'wordnet' })),
    ]);
    expect((await words.encode(['cat'])).dimensions).toBe(2);
    expect((await clip.encode(['cat'])).dimensions).toBe(8);
    expect((await sentence.encode(['cat'])).dimensions).toBe(16);
    expect([words, clip, sentence, wordnet].map(({ independent }) => independent === true)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('asks for the ONNX file of the dtype', async () => {
    const load = createTextEncoder(settings({ model: model('mean'), dtype: 'float16' }));
    await expect(load).rejects.toThrow(/must hold onnx\/model_fp16\.onnx/);
    expect(() => settings({ dtype: 'int4' })).toThrow(/float32/);
  });

  it('says that a static encoder needs its files', async () => {
    await expect(createTextEncoder(settings({ encoder: 'static' }))).rejects.toThrow(/needs --graph-model/);
  });
});
