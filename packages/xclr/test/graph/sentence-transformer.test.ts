// The sentence transformer end to end through transformers.js and ONNX Runtime, on a tiny model whose vectors can
// be computed by hand; and a hub (a server on this machine) that answers, refuses, breaks off or keeps silent.
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyModules, pool } from '../../src/graph/sentence-transformer/apply-modules.js';
import { SentenceTransformerEncoder } from '../../src/graph/sentence-transformer/encoder.js';
import { sentenceTransformerAvailable } from '../../src/graph/sentence-transformer/model-files.js';
import { readModules } from '../../src/graph/sentence-transformer/modules.js';
import { promptTokens } from '../../src/graph/sentence-transformer/token-batch.js';
import {
  denseBias,
  denseWeight,
  outputs,
  table,
  vocabulary,
  width,
  writeTinyModel,
} from './tiny-sentence-model.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-sentence-'));
const plain = join(folder, 'plain');
const cls = join(folder, 'cls');
const dense = join(folder, 'dense');
beforeAll(() => {
  writeTinyModel(plain);
  writeTinyModel(cls, { pooling: 'cls' });
  writeTinyModel(dense, { pooling: 'mean', dense: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const unit = (vector: readonly number[]) => vector.map((value) => value / Math.hypot(...vector));
const vectorOf = (word: string) => {
  const id = Math.max(vocabulary.indexOf(word), 1 * Number(!vocabulary.includes(word)));
  return Array.from(table.subarray(id * width, (id + 1) * width));
};
/** Mean over [CLS] words [SEP], by the definition. */
function mean(caption: string): number[] {
  const tokens = ['[CLS]', ...caption.split(' '), '[SEP]'].map(vectorOf);
  return Array.from(
    { length: width },
    (_, i) => tokens.reduce((sum, token) => sum + token[i]!, 0) / tokens.length,
  );
}
const throughDense = (vector: readonly number[]) =>
  Array.from({ length: outputs }, (_, o) =>
    Math.tanh(vector.reduce((sum, value, i) => sum + value * denseWeight[o * width + i]!, denseBias[o]!)),
  );

const captions = ['a cat', 'the red dump truck', 'dog', 'a zorgblat', 'a cat'];

async function rowsOf(model: string, texts = captions) {
  const encoder = await SentenceTransformerEncoder.load({ model, batch: 2 });
  const { vectors, dimensions, notes } = await encoder.encode(texts);
  const rows = texts.map((_, i) => Array.from(vectors.subarray(i * dimensions, (i + 1) * dimensions)));
  return { rows, notes, encoder };
}

function expectRows(rows: readonly number[][], expected: readonly number[][]) {
  rows.forEach((row, i) => {
    expect(row).toHaveLength(expected[i]!.length);
    for (const [k, value] of row.entries()) expect(value).toBeCloseTo(expected[i]![k]!, 5);
  });
}

describe('a model on this machine', () => {
  it('mean pooling and normalization where there is no modules.json; padding counts nothing', async () => {
    const { rows, notes } = await rowsOf(plain);
    expectRows(
      rows,
      captions.map((caption) => unit(mean(caption))),
    );
    expect(notes).toEqual([]);
  });

  it('CLS pooling as modules.json says', async () => {
    const { rows } = await rowsOf(cls);
    expectRows(
      rows,
      captions.map(() => unit(vectorOf('[CLS]'))),
    );
  });

  it('a dense layer with its activation as modules.json says', async () => {
    const { rows } = await rowsOf(dense);
    expectRows(
      rows,
      captions.map((caption) => unit(throughDense(mean(caption)))),
    );
  });

  it('leaves a prompt out of the pooling where include_prompt is false, and says where nothing would be left', async () => {
    const place = join(folder, 'prompted');
    writeTinyModel(place, { pooling: 'mean', dense: true });
    const put = (file: string, value: unknown) => writeFileSync(join(place, file), JSON.stringify(value));
    put('modules.json', [
      { type: 'sentence_transformers.models.Transformer', path: '' },
      { type: 'sentence_transformers.models.Pooling', path: '1_Pooling' },
    ]);
    put('1_Pooling/config.json', { pooling_mode: ['cls', 'mean'], include_prompt: false });
    const prompts = { short: 'the red ', long: 'the red truck the red truck the ' };
    put('config_sentence_transformers.json', { prompts, default_prompt_name: 'short' });
    // Of [CLS] the red a cat [SEP] the last three count: 'a' is the first of them.
    const counted = ['a', 'cat', '[SEP]'].map(vectorOf);
    const sums = Array.from(
      { length: width },
      (_, i) => counted.reduce((sum, token) => sum + token[i]!, 0) / 3,
    );
    const { rows } = await rowsOf(place, ['a cat', 'the red dump']);
    expectRows([rows[0]!], [unit([...vectorOf('a'), ...sums])]);
    await expect(SentenceTransformerEncoder.load({ model: place, prompt: 'long' })).rejects.toThrow(
      /prompt has 8 tokens, and the model takes 8/,
    );
  });

  it('cuts long captions as Python does, the closing [SEP] kept, and counts them', async () => {
    const { rows, notes } = await rowsOf(plain, ['cat '.repeat(20).trim(), 'cat']);
    expect(notes).toEqual(['1 of 2 captions were longer than 8 tokens and were truncated']);
    expectRows([rows[0]!], [unit(mean('cat cat cat cat cat cat'))]);
  });

  it('has one identity per files and settings', async () => {
    const identity = async (model: string, pooling: 'mean' | 'cls' = 'mean') =>
      (await SentenceTransformerEncoder.load({ model, pooling })).identity;
    expect(await identity(plain)).toBe(await identity(plain));
    expect(await identity(plain)).not.toBe(await identity(plain, 'cls'));
    expect(await identity(dense)).not.toBe(await identity(plain));
  });

  it('says what is wrong with a model that cannot be used', async () => {
    await expect(SentenceTransformerEncoder.load({ model: join(folder, 'none') })).rejects.toThrow(
      /must hold config\.json, tokenizer\.json/,
    );
    const other = join(folder, 'other');
    writeTinyModel(other, { outputName: 'logits' });
    const encoder = await SentenceTransformerEncoder.load({ model: other });
    await expect(encoder.encode(['a cat'])).rejects.toThrow(/expected token vectors .*got logits/);
    await expect(encoder.encode(['a cat', ' '])).rejects.toThrow(/index 1/);
  });
});

describe('pooling', () => {
  // One text of two real tokens and one of padding.
  const from = {
    values: Float32Array.of(1, -2, 3, 4, 9, 9),
    batch: 1,
    tokens: 3,
    width: 2,
    mask: Uint8Array.of(1, 1, 0),
  };
  it.each([
    [['cls'], [1, -2]],
    [['lasttoken'], [3, 4]],
    [['max'], [3, 4]],
    [['mean'], [2, 1]],
    [['mean_sqrt_len'], [4 / Math.SQRT2, 2 / Math.SQRT2]],
    [['weightedmean'], [7 / 3, 6 / 3]],
    [
      ['cls', 'mean'],
      [1, -2, 2, 1],
    ],
  ] as const)('%s', (modes, expected) => {
    const { values } = pool(from, modes);
    expect(values).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 5);
  });

  it.each([
    // By hand: the first of the two real tokens is the prompt's, so that only (3, 4) counts; its position stays 2.
    [['cls'], [3, 4]],
    [['lasttoken'], [3, 4]],
    [['max'], [3, 4]],
    [['mean'], [3, 4]],
    [['mean_sqrt_len'], [3, 4]],
    [['weightedmean'], [3, 4]],
    [
      ['max', 'cls'],
      [3, 4, 3, 4],
    ],
  ] as const)('%s without the prompt', (modes, expected) => {
    expect(Array.from(pool(from, modes, 1).values)).toEqual(expected);
  });

  it('leaves the prompt out only where the model says so', () => {
    const unit = (rows: { values: Float32Array }) => Array.from(rows.values, (value) => Math.fround(value));
    const without = [{ kind: 'pooling', modes: ['mean'], excludePrompt: true }] as const;
    const withPrompt = [{ kind: 'pooling', modes: ['mean'] }] as const;
    expect(unit(applyModules(from, without, 1))).toEqual([0.6, 0.8].map(Math.fround));
    const [x, y] = unit(applyModules(from, withPrompt, 1));
    expect(x! / y!).toBeCloseTo(2, 5);
  });

  it.each([
    [{ pooling_mode: 'mean_sqrt_len_tokens' }, ['mean_sqrt_len']],
    [{ pooling_mode: ['mean', 'cls'] }, ['mean', 'cls']], // in the order of the list
    [{ pooling_mode: ['max'], pooling_mode_mean_tokens: true }, ['max']], // flags are dropped beside it
    [{ pooling_mode_mean_tokens: true, pooling_mode_cls_token: true }, ['cls', 'mean']],
    [{ pooling_mode_mean_tokens: false }, ['mean']],
  ])('%j is read as sentence-transformers reads it', (config, modes) => {
    const folder = mkdtempSync(join(tmpdir(), 'xclr-pooling-'));
    const modules = [
      { type: 'sentence_transformers.models.Transformer', path: '' },
      { type: 'sentence_transformers.models.Pooling', path: '1_Pooling' },
    ];
    mkdirSync(join(folder, '1_Pooling'));
    writeFileSync(join(folder, 'modules.json'), JSON.stringify(modules));
    const write = (value: unknown) =>
      writeFileSync(join(folder, '1_Pooling/config.json'), JSON.stringify(value));
    write(config);
    expect(readModules(folder, 'cls')).toEqual([{ kind: 'pooling', modes }]);
    write({ ...config, include_prompt: false });
    expect(readModules(folder, 'cls')).toEqual([{ kind: 'pooling', modes, excludePrompt: true }]);
    write({ pooling_mode: ['mean', 'median'] });
    expect(() => readModules(folder, 'cls')).toThrow(/got mean, median/);
  });

  it('counts the tokens of a prompt with the special ones before it, not with the one behind it', () => {
    const words = (text: string) => text.split(' ').map((word) => word.length + 10);
    const tokenizer = (opening: number[], closing: number[]) => ({
      padId: 0,
      encode: (text: string, { add_special_tokens = true } = {}) =>
        add_special_tokens ? [...opening, ...words(text), ...closing] : words(text),
    });
    expect(promptTokens(tokenizer([1], [2]), 'search query:')).toBe(3);
    expect(promptTokens(tokenizer([], [2]), 'search query:')).toBe(2);
    expect(promptTokens(tokenizer([1], []), 'search query:')).toBe(3);
    expect(promptTokens(tokenizer([1], [2]), '')).toBe(0);
  });

  it('refuses layers that do not fit', () => {
    const layer = {
      kind: 'dense',
      inputs: 3,
      outputs: 1,
      weight: new Float32Array(3),
      bias: null,
      activation: 'gelu',
    } as const;
    expect(() => applyModules(from, [{ kind: 'pooling', modes: ['mean'] }, layer])).toThrow(
      /takes 3 numbers.*gives 2/,
    );
    expect(() => applyModules(from, [{ kind: 'normalize' }])).toThrow(/Pooling before/);
  });

  it('knows exact GELU', () => {
    const weight = Float32Array.of(1, 0);
    const layer = { kind: 'dense', inputs: 2, outputs: 1, weight, bias: null, activation: 'gelu' } as const;
    const both = { ...layer, outputs: 2, weight: Float32Array.of(1, 0, 0, 1) };
    const { values } = applyModules(from, [{ kind: 'pooling', modes: ['cls'] }, both]);
    // GELU(1) = 0.8413447, GELU(−2) = −0.0455003, then a unit row.
    const norm = Math.hypot(0.8413447, 0.0455003);
    expect(values[0]).toBeCloseTo(0.8413447 / norm, 5);
    expect(values[1]).toBeCloseTo(-0.0455003 / norm, 5);
  });
});

describe('a hub', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  async function hub(answer: (path: string, response: ServerResponse) => void): Promise<string> {
    server = createServer((request, response) => answer(request.url ?? '', response));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const serveDense = (path: string, response: ServerResponse) => {
    const file = join(dense, path.replace('/some/model/resolve/main/', ''));
    if (!existsSync(file)) response.writeHead(404).end();
    else createReadStream(file).pipe(response);
  };

  it('is fetched from once, layers included; then the files are used', async () => {
    const asked: string[] = [];
    const url = await hub((path, response) => {
      asked.push(path);
      serveDense(path, response);
    });
    const modelsFolder = join(folder, 'fetched');
    const options = { model: 'some/model', hub: url, modelsFolder };
    expect(await sentenceTransformerAvailable('some/model', options)).toEqual({
      available: true,
      reason: `${url} has it`,
    });
    const encoder = await SentenceTransformerEncoder.load(options);
    const { vectors } = await encoder.encode(['a cat']);
    expectRows([Array.from(vectors)], [unit(throughDense(mean('a cat')))]);
    expect(readFileSync(join(modelsFolder, 'some/model/2_Dense/model.safetensors'))).toEqual(
      readFileSync(join(dense, '2_Dense/model.safetensors')),
    );
    const before = asked.length;
    await SentenceTransformerEncoder.load(options);
    expect(asked).toHaveLength(before);
    expect((await sentenceTransformerAvailable('some/model', { modelsFolder })).reason).toMatch(
      /files are in/,
    );
  });

  it('that keeps silent is given up on, with what to fetch and where to put it', async () => {
    const url = await hub(() => {});
    const modelsFolder = join(folder, 'silent');
    const options = { model: 'some/model', hub: url, modelsFolder, timeoutMs: 200 };
    await expect(SentenceTransformerEncoder.load(options)).rejects.toThrow(
      /cannot fetch config\.json .*no answer in time\n.*onnx\/model\.onnx.*silent\/some\/model/s,
    );
    const { available, reason } = await sentenceTransformerAvailable('some/model', options);
    expect(available).toBe(false);
    expect(reason).toMatch(/no answer in time/);
  });

  it('that breaks off, or stalls in the middle, leaves no half file', async () => {
    for (const stall of [false, true]) {
      const url = await hub((path, response) => {
        if (!path.endsWith('model.onnx')) return serveDense(path, response);
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half', () => (stall ? undefined : response.destroy()));
      });
      const modelsFolder = join(folder, `broken-${stall}`);
      const options = { model: 'some/model', hub: url, modelsFolder, timeoutMs: 300 };
      await expect(SentenceTransformerEncoder.load(options)).rejects.toThrow(
        /cannot fetch onnx\/model\.onnx/,
      );
      expect(existsSync(join(modelsFolder, 'some/model/onnx/model.onnx'))).toBe(false);
      server?.closeAllConnections();
      server?.close();
    }
  });

  it('reports a missing model and missing ONNX files differently', async () => {
    const none = await hub((_, response) => void response.writeHead(404).end());
    const options = { model: 'some/model', hub: none, modelsFolder: join(folder, 'none-there') };
    await expect(SentenceTransformerEncoder.load(options)).rejects.toThrow(
      /has no config\.json.*Check the name/s,
    );
    expect((await sentenceTransformerAvailable('some/model', options)).reason).toMatch(/answers 404/);
    server?.close();
    const noOnnx = await hub((path, response) => {
      if (path.endsWith('.onnx')) response.writeHead(404).end();
      else serveDense(path, response);
    });
    await expect(SentenceTransformerEncoder.load({ ...options, hub: noOnnx })).rejects.toThrow(
      /has no onnx\/model\.onnx.*ONNX files/s,
    );
  });

  it('that cannot be reached at all', async () => {
    const { available, reason } = await sentenceTransformerAvailable('some/model', {
      hub: 'http://127.0.0.1:9',
      modelsFolder: join(folder, 'unreachable'),
    });
    expect(available).toBe(false);
    expect(reason).toMatch(/not in .*unreachable\/some\/model, and http:\/\/127\.0\.0\.1:9: /);
  });
});
