// Static encoders: a Model2Vec folder made here whose vectors can be worked out by hand, text tables of word vectors,
// and, where XCLR_DATA names the folder with text-embeddings, a real model against its library's own vectors.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { StaticEncoder } from '../../src/graph/static/encoder.js';
import { captionMarks } from '../../src/graph/text-encoder.js';

const scratch = mkdtempSync(join(tmpdir(), 'xclr-static-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Part {
  dtype: string;
  shape: number[];
  data: Float32Array | BigInt64Array | Int8Array;
}

function safetensors(parts: Record<string, Part>): Buffer {
  const header: Record<string, unknown> = {};
  let place = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(parts)) {
    header[name] = { dtype, shape, data_offsets: [place, place + data.byteLength] };
    place += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(parts).map(({ data }) => Buffer.from(data.buffer))]);
}

const vocabulary = ['[PAD]', '[UNK]', 'cat', 'dog', 'red', '##s'];
/** (6, 2) */
const embeddings = Float32Array.of(0, 0, 9, 9, 1, 0, 0, 1, 3, 4, 0.5, 0);

function writeModel(name: string, tensors: Record<string, Part>): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'model2vec', normalize: true }));
  writeFileSync(join(folder, 'model.safetensors'), safetensors(tensors));
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  return folder;
}

const plain = { embeddings: { dtype: 'F32', shape: [6, 2], data: embeddings } };
const unit = (x: number, y: number) => [x / Math.hypot(x, y), y / Math.hypot(x, y)];

async function rowsOf(model: string, captions: readonly string[]) {
  const { vectors, dimensions, marks, notes } = await (await StaticEncoder.load(model)).encode(captions);
  const rows = captions.map((_, i) => Array.from(vectors.subarray(i * dimensions, (i + 1) * dimensions)));
  return { rows, marks: [...marks!], notes };
}

function expectRows(rows: readonly number[][], expected: readonly number[][]): void {
  expected.forEach((row, i) => {
    row.forEach((value, d) => {
      expect(rows[i]![d]).toBeCloseTo(value, 6);
    });
  });
}

describe('a Model2Vec folder', () => {
  const folder = writeModel('plain', plain);

  it('gives the mean of the token vectors, unknown ones left out', async () => {
    const { rows, marks } = await rowsOf(folder, ['Cat', 'cats dog', 'red zebra', 'red  cat,dog']);
    expectRows(rows, [[1, 0], unit(1.5, 1), unit(3, 4), unit(4, 5)]);
    expect(marks).toEqual([0, 0, 0, 0]);
  });

  it('weighs tokens, and maps them to shared vectors', async () => {
    const shared = writeModel('shared', {
      embeddings: { dtype: 'I8', shape: [2, 2], data: Int8Array.of(100, 0, 0, 50) },
      weights: { dtype: 'F32', shape: [6], data: Float32Array.of(0, 0, 1, 4, 2, 1) },
      mapping: { dtype: 'I64', shape: [6], data: BigInt64Array.of(0n, 0n, 0n, 1n, 1n, 0n) },
    });
    const { rows } = await rowsOf(shared, ['cat dog', 'red', 'cats red']);
    expectRows(rows, [unit(100, 200), [0, 1], unit(200, 100)]);
  });

  it('cuts at 512 tokens as the library does, and says so', async () => {
    const { rows, marks, notes } = await rowsOf(folder, [
      `${'cat '.repeat(512)}dog`,
      `${'cat '.repeat(511)}dog`,
    ]);
    expect(marks).toEqual([captionMarks.cut, 0]);
    expectRows(rows, [[1, 0], unit(511, 1)]);
    expect(notes).toEqual(['1 of 2 captions were longer than 512 tokens']);
  });

  it('makes captions without a known word like no other, always the same', async () => {
    const first = await rowsOf(folder, ['zebra', 'quagga']);
    expect(first.marks).toEqual([captionMarks.unknown, captionMarks.unknown]);
    expect(first.notes).toEqual(['2 of 2 captions have no known word']);
    expect(first.rows[0]).not.toEqual(first.rows[1]);
    expect((await rowsOf(folder, ['zebra', 'quagga'])).rows).toEqual(first.rows);
    for (const row of first.rows) expect(Math.hypot(...row)).toBeCloseTo(1, 6);
  });

  it('has an identity that follows the files', async () => {
    const other = writeModel('other', {
      embeddings: { ...plain.embeddings, data: embeddings.map((x) => -x) },
    });
    const [a, b] = [await StaticEncoder.load(folder), await StaticEncoder.load(other)];
    expect(a.identity).toBe((await StaticEncoder.load(folder)).identity);
    expect(a.identity).not.toBe(b.identity);
  });

  it('says what is wrong with a folder that is none', async () => {
    await expect(StaticEncoder.load(join(scratch, 'none'))).rejects.toThrow(/none is not there/);
    const empty = join(scratch, 'empty');
    mkdirSync(empty);
    await expect(StaticEncoder.load(empty)).rejects.toThrow(/lacks tokenizer\.json, model\.safetensors/);
    const layers = writeModel('layers', { 'encoder.weight': plain.embeddings });
    await expect(StaticEncoder.load(layers)).rejects.toThrow(/must hold embeddings.*got encoder\.weight/);
    const encoder = await StaticEncoder.load(folder);
    await expect(encoder.encode(['cat', ' '])).rejects.toThrow(/index 1/);
  });
});

describe('a text table of word vectors', () => {
  const table = (name: string, text: string) => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  };

  it('as GloVe writes it: words as written, then in lower case', async () => {
    const { rows, marks } = await rowsOf(table('glove.txt', 'cat 1 0\nred 3 4\nUS 0 1\n'), [
      'a Cat!',
      'red-US',
      '?',
    ]);
    expectRows(rows, [[1, 0], unit(3, 5)]);
    expect(marks).toEqual([0, 0, captionMarks.unknown]);
  });

  it('as word2vec writes it: a first line with its size; the first of two equal words counts', async () => {
    const { rows } = await rowsOf(table('w2v.txt', '3 2\ncat 1 0\ncat 0 1\nдом 0.6 0.8\n'), ['cat', 'Дом']);
    expectRows(rows, [
      [1, 0],
      [0.6, 0.8],
    ]);
  });

  it('names the line that is amiss', async () => {
    await expect(StaticEncoder.load(table('short.txt', 'cat 1 0\ndog 1\n'))).rejects.toThrow(
      /short\.txt:2: expected a word and 2/,
    );
    await expect(StaticEncoder.load(table('nan.txt', 'cat 1 0\ndog 1 x\n'))).rejects.toThrow(/nan\.txt:2/);
    await expect(StaticEncoder.load(table('void.txt', '\n'))).rejects.toThrow(/no word vectors/);
  });
});

const real = join(process.env.XCLR_DATA ?? 'no-data', 'text-embeddings/model2vec-bge-vq128');

describe.skipIf(!existsSync(real))('a real Model2Vec model', () => {
  it('gives the vectors of the Python library', async () => {
    const [expected] = JSON.parse(readFileSync(join(real, 'expected_embeddings.json'), 'utf8')) as number[][];
    const { rows } = await rowsOf(real, ['hello '.repeat(1000)]);
    const cosine = rows[0]!.reduce((sum, value, d) => sum + value * expected![d]!, 0);
    expect(cosine / Math.hypot(...expected!)).toBeGreaterThan(0.9999);
  });

  it('puts a dog nearer to a cat than a dump truck', async () => {
    const { rows } = await rowsOf(real, ['a photo of a cat', 'a photo of a dog', 'a photo of a dump truck']);
    const cosine = (a: number, b: number) =>
      rows[a]!.reduce((sum, value, d) => sum + value * rows[b]![d]!, 0);
    expect(cosine(0, 1) - cosine(0, 2)).toBeGreaterThan(0.4);
  });
});
