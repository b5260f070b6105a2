// How other tools write data: lists of captions, languages, Hugging Face's and open_clip's tables, JSON of any shape.

import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { textsInText, textsOf } from '../../src/data/tables/caption-value.js';
import { put, putImages, solid, temporaryFolder } from './make.js';
import { tar } from './tar.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

const before = process.cwd();
let root = '';
beforeEach(async () => {
  root = temporaryFolder();
  process.chdir(root);
  await putImages(
    root,
    Array.from({ length: 6 }, (_, i) => `${i}.png`),
  );
});
afterEach(() => process.chdir(before));

function parquet(
  file: string,
  columnData: readonly { name: string; data: unknown[]; type?: string }[],
  kvMetadata?: { key: string; value: string }[],
): string {
  const bytes = parquetWriteBuffer({ columnData: columnData as never, ...(kvMetadata && { kvMetadata }) });
  return put(join(root, file), new Uint8Array(bytes));
}

/** A Parquet file as Hugging Face writes images: a struct of bytes and path. */
function imageColumn(
  file: string,
  rows: readonly (readonly [{ bytes: Uint8Array | null; path: string }, string])[],
): string {
  const optional = { repetition_type: 'OPTIONAL' } as const;
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'image', data: rows.map(([image]) => image) },
      { name: 'text', data: rows.map(([, text]) => text) },
    ],
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', num_children: 2, ...optional },
      { name: 'bytes', type: 'BYTE_ARRAY', ...optional },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional },
    ],
  });
  return put(join(root, file), new Uint8Array(bytes));
}

const captionsOf = async (path: string, options = {}) =>
  (await openDataset(path, { maxFailureRate: 1, ...options })).samples.map(({ captions }) => captions);

describe('captions that are no plain text', () => {
  it.each<[unknown, unknown]>([
    [['c', null], ['c']],
    [
      [{ raw: 'a r', sentid: 1 }, { raw: 'b' }],
      ['a r', 'b'],
    ],
    [{ raw: ['a', 'b'], sentid: [1, 2] }, ['a', 'b']],
    [{ en: 'x' }, ['x']],
    [{ en: 'x', de: null }, { reason: expect.stringMatching(/keys en: choose/) }],
    [
      [
        { lang: 'en', text: 'x' },
        { lang: 'de', text: 'y' },
      ],
      { reason: expect.stringMatching(/several languages \(en, de\)/) },
    ],
    [[], []],
    [null, []],
    [{ en: 'x', de: 'y' }, { reason: expect.stringMatching(/keys en, de: choose one .* caption\.en/) }],
    [7, { reason: expect.stringMatching(/the caption is a number \(7\)/) }],
    [['a', 3], { reason: expect.stringMatching(/number/) }],
    [
      [['a'], ['b']],
      ['a', 'b'],
    ],
  ])('%j gives %j', (value, expected) => {
    expect(textsOf(value)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ["['a cat', \"a dog's\", None]", ['a cat', "a dog's"]],
    ['["a", null]', ['a']],
    ["['a' 'b']", ['a', 'b']],
    ['[red] shoes', ['[red] shoes']],
    ['{curly} hair', ['{curly} hair']],
    ['[]', []],
    ['{"raw": "x"}', ['x']],
  ])('the text %s gives %j', (text, expected) => {
    expect(textsInText(text)).toEqual(expected);
  });

  it('are never printed as JSON, in JSON lines and in Parquet', async () => {
    const lines = put(
      join(root, 'a.jsonl'),
      [
        '{"image":"0.png","caption":["a",null]}',
        '{"image":"1.png","caption":{"en":"x","de":"y"}}',
        '{"image":"2.png","caption":7}',
        '{"image":"3.png","caption":[{"raw":"r"}]}',
        '{"image":"4.png","caption":"t","label":{"a":1}}',
      ].join('\n'),
    );
    const { samples, problems } = await openDataset(lines);
    expect(samples.map(({ captions }) => captions)).toEqual([['a'], ['r']]);
    expect(reasons(problems).map((line) => line.slice(0, 40))).toEqual([
      'a.jsonl:2: the caption is an object with',
      'a.jsonl:3: the caption is a number (7), ',
      'a.jsonl:5: the label is an object or a l',
    ]);
    const chosen = await openDataset(lines, { columns: { caption: 'caption.de' } });
    expect(chosen.samples.map(({ captions }) => captions)).toEqual([['a'], ['y']]);
    const structs = parquet('a.parquet', [
      { name: 'image', data: ['0.png', '1.png', '2.png'] },
      {
        name: 'sentences',
        data: [
          [
            { raw: 'a r', id: 1 },
            { raw: 'b', id: 2 },
          ],
          [{ raw: 'c', id: 3 }],
          [],
        ] as never,
      },
    ]);
    const found = await openDataset(structs);
    expect(found.samples.map(({ captions }) => captions)).toEqual([['a r', 'b'], ['c']]);
    expect(reasons(found.problems)).toEqual(['a.parquet:3: empty caption']);
  });

  it('in a shard are read by the same rules', async () => {
    const image = await solid(3, 3, [1, 2, 3]).png().toBuffer();
    const path = await tar(join(root, 'a.tar'), [
      ['a.png', image],
      ['a.json', '{"caption":{"en":"x","de":"y"}}'],
      ['b.png', image],
      ['b.json', '{"caption":[{"raw":"r"},null]}'],
    ]);
    expect(await captionsOf(path)).toEqual([['r']]);
    expect(await captionsOf(path, { columns: { caption: 'caption.de' } })).toEqual([['y']]);
  });
});

describe('JSON that is not JSON lines', () => {
  it('is read where it is an array of objects, and refused where it is printed over several lines', async () => {
    const array = '[{"image":"0.png","caption":"a"}, {"image":"1.png","caption":"b"}]';
    for (const text of [array, `\n${array}\n`, JSON.stringify(JSON.parse(array), null, 2)]) {
      const { samples, problems } = await openDataset(put(join(root, 'a.jsonl'), text));
      expect(samples.map(({ captions }) => captions[0])).toEqual(['a', 'b']);
      expect(reasons(problems)).toEqual([
        'a.jsonl: is a JSON array, not JSON lines: each element was read as a row',
      ]);
    }
    const pretty = put(join(root, 'b.jsonl'), '{\n "image":"0.png",\n "caption":"a"\n}\n');
    await expect(openDataset(pretty)).rejects.toThrow(
      /b\.jsonl is not JSON lines: it is pretty-printed JSON/,
    );
    await expect(
      openDataset(put(join(root, 'c.jsonl'), '[{"image":"gone.png","caption":"a"}]')),
    ).rejects.toThrow(/no usable sample[\s\S]*JSON array[\s\S]*gone\.png/);
  });

  it('is read as a table where a .json file is an array of objects', async () => {
    expect(await captionsOf(put(join(root, 'a.json'), '[{"image":"0.png","caption":"a"}]'))).toEqual([['a']]);
  });

  it('may name its columns late', async () => {
    const lines = Array.from({ length: 1500 }, (_, i) => `{"image":"${i % 6}.png","label":"x","id":${i}}`);
    lines.push('{"image":"0.png","label":"x","caption":"late","split":"test","id":1500}');
    const { samples } = await openDataset(put(join(root, 'a.jsonl'), lines.join('\n')), {
      maxFailureRate: 1,
    });
    expect(samples).toHaveLength(1);
    expect(samples[0]).toMatchObject({ captions: ['late'], split: 'test', attributes: {} });
  });
});

describe("other tools' tables", () => {
  it("are read with open_clip's columns and separator", async () => {
    expect(await captionsOf(put(join(root, 'a.csv'), 'filepath\ttitle\n0.png\ta, b\n'))).toEqual([['a, b']]);
    expect(await captionsOf(put(join(root, 'b.csv'), 'filepath,title,label\n0.png,t,shoe\n'))).toEqual([
      ['a photo of a shoe'],
    ]);
  });

  it("have Hugging Face's -1 for no class, and numbers of no class listed", async () => {
    const names = { info: { features: { label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } };
    const path = parquet(
      'a.parquet',
      [
        { name: 'file_name', data: ['0.png', '1.png', '2.png'] },
        { name: 'label', data: [-1, 1, 0] },
        { name: 'text', data: ['a', 'b', 'c'] },
      ],
      [{ key: 'huggingface', value: JSON.stringify(names) }],
    );
    expect((await openDataset(path)).samples.map(({ label }) => label)).toEqual([null, 'dog', 'cat']);
    const numbered = put(join(root, 'a.csv'), 'image,label,caption\n0.png,-1,a\n1.png,0,b\n2.png,1,c\n');
    expect((await openDataset(numbered)).samples.map(({ label }) => label)).toEqual([null, '0', '1']);
    const signs = put(join(root, 'b.csv'), 'image,label\n0.png,-1\n1.png,1\n');
    expect((await openDataset(signs)).samples.map(({ label }) => label)).toEqual(['-1', '1']);
    const bare = await openDataset(put(join(root, 'c.csv'), 'image,label\n0.png,-1\n1.png,0\n'));
    expect(bare.samples.map(({ label }) => label)).toEqual(['0']);
    expect(reasons(bare.problems)[0]).toBe('c.csv:2: no label (-1) and no caption');
  });

  it('have days as days and times as times', async () => {
    const day = new Date('2024-02-03T00:00:00Z');
    const path = parquet('a.parquet', [
      { name: 'image', data: ['0.png'] },
      { name: 'caption', data: ['a'] },
      { name: 'taken', data: [day], type: 'TIMESTAMP' },
    ]);
    expect((await openDataset(path)).samples[0]!.attributes).toEqual({ taken: '2024-02-03T00:00:00.000Z' });
  });

  it('have images as bytes or as paths beside them', async () => {
    const bytes = new Uint8Array(await solid(3, 3, [1, 2, 3]).png().toBuffer());
    const both = imageColumn('a.parquet', [
      [{ bytes, path: 'x.png' }, 'inside'],
      [{ bytes: null, path: '1.png' }, 'beside'],
    ]);
    for (let time = 0; time < 2; time++) {
      const { samples, problems } = await openDataset(both);
      expect(problems).toEqual([]);
      expect(samples.map(({ id, image }) => [id, image.path.endsWith('.bin') || image.path])).toEqual([
        ['a.parquet:1', true],
        ['1.png', join(root, '1.png')],
      ]);
    }
    const paths = imageColumn('b.parquet', [
      [{ bytes: null, path: '0.png' }, 'a'],
      [{ bytes: null, path: '1.png' }, 'b'],
    ]);
    expect((await openDataset(paths)).samples.map(({ id }) => id)).toEqual(['0.png', '1.png']);
  });

  it('may have columns named like what every object has', async () => {
    const path = put(
      join(root, 'a.jsonl'),
      '{"image":"0.png","caption":"a","__proto__":"p","constructor":"c"}\n',
    );
    const { attributes } = (await openDataset(path)).samples[0]!;
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });
});
