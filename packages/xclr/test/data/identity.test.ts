// Which image a sample has: no image gets another's caption, whatever names, ids and shards look alike.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { openDataset } from '../../src/data/open.js';
import type { Dataset } from '../../src/data/types.js';
import { parseExactJson } from '../../src/util/exact-json.js';
import { put, putImages, solid, temporaryFolder } from './make.js';
import { tar, tarBytes } from './tar.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

// Copies of what lies compressed go into .cache below the working folder.
const before = process.cwd();
let root = '';
beforeEach(() => {
  root = temporaryFolder();
  process.chdir(root);
});
afterEach(() => process.chdir(before));

/** A PNG whose red channel tells it from others. */
async function png(red: number): Promise<Buffer> {
  return solid(6, 4, [red, 0, 0]).png().toBuffer();
}

/** The red channel and the captions of every sample: what belongs together. */
async function pairs({ samples }: Dataset): Promise<[number, ...string[]][]> {
  return Promise.all(
    samples.map(async ({ image, captions }) => {
      const { pixels } = await decodeImage(image, 1);
      return [pixels[0]!, ...captions] as [number, ...string[]];
    }),
  );
}

function parquet(file: string, columns: Record<string, unknown[]>): string {
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data }));
  return put(join(root, file), new Uint8Array(parquetWriteBuffer({ columnData: columnData as never })));
}

describe('images inside a Parquet file', () => {
  it('stay three images under two names, each with its caption, and the same ids on reopening', async () => {
    const images = [await png(200), await png(100), await png(50)].map((bytes) => new Uint8Array(bytes));
    const path = parquet('a.parquet', {
      img: images,
      filename: ['0001.jpg', '0001.jpg', '0002.jpg'],
      caption: ['red', 'green', 'blue'],
    });
    const data = await openDataset(path);
    expect(data.problems).toEqual([]);
    expect(await pairs(data)).toEqual([
      [200, 'red'],
      [100, 'green'],
      [50, 'blue'],
    ]);
    const ids = data.samples.map(({ id }) => id);
    expect(ids).toEqual(['0001.jpg', expect.stringMatching(/^0001\.jpg@[0-9a-f]{12}$/), '0002.jpg']);
    expect((await openDataset(path)).samples.map(({ id }) => id)).toEqual(ids);
  });

  it('are one where their bytes are equal: its captions are together', async () => {
    const [a, b] = [new Uint8Array(await png(200)), new Uint8Array(await png(100))];
    const path = parquet('a.parquet', {
      jpg: [a, b, a, b, b],
      image: Array(5).fill('http://x/a.jpg'),
      caption: ['one', 'two', 'three', 'four', 'four'],
    });
    const data = await openDataset(path);
    expect(await pairs(data)).toEqual([
      [200, 'one', 'three'],
      [100, 'two', 'four'],
    ]);
    expect(reasons(data.problems)).toEqual([
      expect.stringMatching(/^a\.parquet:5: duplicate id .*first at a\.parquet:2/),
    ]);
  });

  it('under the same names in several files get the file into their ids', async () => {
    parquet('set/train-0.parquet', {
      img: [new Uint8Array(await png(9))],
      filename: ['0.png'],
      caption: ['a'],
    });
    parquet('set/train-1.parquet', {
      img: [new Uint8Array(await png(8))],
      filename: ['0.png'],
      caption: ['b'],
    });
    const data = await openDataset(join(root, 'set'));
    expect(data.problems).toEqual([]);
    expect(await pairs(data)).toEqual([
      [9, 'a'],
      [8, 'b'],
    ]);
    expect(data.samples.map(({ id }) => id)).toEqual(['train-0/0.png', 'train-1/0.png']);
  });
});

describe('integers beyond 2^53', () => {
  it('keep their digits in JSON', () => {
    const text =
      '{"id": 9007199254740993, "s": "9007199254740993 \\" 1", "f": 0.12345678901234567, "n": -123, "a": [12345678901234567890]}';
    expect(parseExactJson(text)).toEqual({
      id: '9007199254740993',
      s: '9007199254740993 " 1',
      f: Number('0.12345678901234567'),
      n: -123,
      a: ['12345678901234567890'],
    });
    expect(() => parseExactJson('{"a": 12345678901234567890')).toThrow(SyntaxError);
  });

  it('keep samples apart in JSON lines, COCO and WebDataset', async () => {
    await putImages(root, ['a.png', 'b.png']);
    const [one, two] = ['9007199254740992', '9007199254740993'];
    const lines = put(
      join(root, 'a.jsonl'),
      `{"id":${one},"image":"a.png","caption":"a","n":${two}}\n{"id":${two},"image":"b.png","caption":"b"}\n`,
    );
    const { samples, problems } = await openDataset(lines);
    expect(problems).toEqual([]);
    expect(samples.map(({ id, captions }) => [id, ...captions])).toEqual([
      [one, 'a'],
      [two, 'b'],
    ]);
    expect(samples[0]!.attributes).toEqual({ n: two });
    const coco = put(
      join(root, 'captions.json'),
      `{"images":[{"id":${one},"file_name":"a.png"},{"id":${two},"file_name":"b.png"}],
        "annotations":[{"image_id":${one},"caption":"a"},{"image_id":${two},"caption":"b"}]}`,
    );
    expect((await openDataset(coco)).samples.map(({ id, captions }) => [id, ...captions])).toEqual([
      [one, 'a'],
      [two, 'b'],
    ]);
    const shard = await tar(join(root, 's.tar'), [
      ['x.png', await png(1)],
      ['x.json', `{"caption":"x","tweet":${two}}`],
    ]);
    expect((await openDataset(shard)).samples[0]!.attributes).toEqual({ tweet: two });
  });
});

describe("COCO's ids", () => {
  it('that two images share give neither of them a caption', async () => {
    await putImages(root, ['a.png', 'b.png', 'c.png']);
    const images = [
      { id: 1, file_name: 'a.png' },
      { id: 1, file_name: 'b.png' },
      { id: 2, file_name: 'c.png' },
    ];
    const annotations = [
      { image_id: 1, caption: 'a' },
      { image_id: 2, caption: 'c' },
    ];
    const { samples, problems } = await openDataset(
      put(join(root, 'x.json'), JSON.stringify({ images, annotations })),
    );
    expect(samples.map(({ captions }) => captions)).toEqual([['c']]);
    expect(reasons(problems)).toEqual(
      Array(2).fill(expect.stringMatching(/image 1: several images have the id 1/)),
    );
  });

  it('that begin anew in each file get the file into the ids; captions_train.json is the train split', async () => {
    await putImages(root, ['train/a.png', 'val/a.png']);
    for (const split of ['train', 'val']) {
      const json = {
        images: [{ id: 1, file_name: 'a.png' }],
        annotations: [{ image_id: 1, caption: split }],
      };
      put(join(root, 'annotations', `captions_${split}.json`), JSON.stringify(json));
    }
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id, captions, split, image }) => [id, ...captions, split, image.path])).toEqual([
      ['captions_train/1', 'train', 'train', join(root, 'train/a.png')],
      ['captions_val/1', 'val', 'validation', join(root, 'val/a.png')],
    ]);
    expect(problems).toEqual([]);
  });
});

describe('paths in a table', () => {
  it('mean one image however they are written', async () => {
    await putImages(root, ['0.png', 'in/1.png']);
    const path = put(
      join(root, 'a.csv'),
      `image,caption\n./0.png,a\n0.png,b\n${join(root, '0.png')},c\nin//1.png,d\nin/../in/1.png,e\n`,
    );
    const { samples, problems } = await openDataset(path);
    expect(problems).toEqual([]);
    expect(samples.map(({ id, captions }) => [id, ...captions])).toEqual([
      ['0.png', 'a', 'b', 'c'],
      ['in/1.png', 'd', 'e'],
    ]);
  });

  it('are found where the disk has another Unicode normal form', async () => {
    await putImages(root, ['cafe\u0301/n\u0303.png', '\u00fc.png']);
    const path = put(join(root, 'a.csv'), 'image,caption\ncaf\u00e9/\u00f1.png,coffee\nu\u0308.png,umlaut\n');
    const data = await openDataset(path);
    expect(data.problems).toEqual([]);
    expect(await pairs(data)).toEqual([
      [0, 'coffee'],
      [1, 'umlaut'],
    ]);
    expect(data.samples.map(({ id }) => id)).toEqual(['caf\u00e9/\u00f1.png', '\u00fc.png']);
  });

  it('that differ in normal form alone are two images where there are two files', async () => {
    await putImages(root, ['\u00fc.png', 'u\u0308.png']);
    const path = put(join(root, 'a.csv'), 'image,caption\n\u00fc.png,one\nu\u0308.png,two\n');
    const data = await openDataset(path);
    expect(await pairs(data)).toEqual([[0, 'one']]); // the second is listed, never merged
    expect(reasons(data.problems)).toEqual(['a.csv:3: duplicate id "\u00fc.png", first at a.csv:2']);
  });

  it('without an extension are not guessed where two files have the stem', async () => {
    await putImages(root, ['7.png', '7.webp', '8.png']);
    const path = put(join(root, 'a.csv'), 'image,caption\n7,a\n8,b\n');
    const { samples, problems } = await openDataset(path);
    expect(samples.map(({ captions }) => captions)).toEqual([['b']]);
    expect(reasons(problems)[0]).toMatch(/^a\.csv:2: no file/);
  });
});

describe('WebDataset shards', () => {
  const sample = async (key: string, red: number, caption: string) =>
    [
      [`${key}.png`, await png(red)],
      [`${key}.txt`, caption],
    ] as [string, string | Buffer][];

  it('that begin their keys anew have ids of shard and key', async () => {
    await tar(join(root, 's', 'x-000.tar'), [...(await sample('0', 1, 'a')), ...(await sample('1', 2, 'b'))]);
    await tar(join(root, 's', 'x-001.tar'), await sample('0', 3, 'c'));
    const data = await openDataset(join(root, 's'));
    expect(data.problems).toEqual([]);
    expect(data.samples.map(({ id }) => id)).toEqual(['x-000/0', 'x-000/1', 'x-001/0']);
    expect(await pairs(data)).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
  });

  it('train on the photograph and not on what lies beside it, and say so', async () => {
    const members: [string, string | Buffer][] = [
      ['a.depth.png', await png(1)],
      ['a.png', await png(2)],
      ['a.txt', 'one'],
      ['b.jpg', await png(3)],
      ['b.png', await png(4)],
      ['b.txt', 'two'],
    ];
    const path = await tar(join(root, 'a.tar'), members);
    const data = await openDataset(path);
    expect(await pairs(data)).toEqual([[2, 'one']]);
    expect(reasons(data.problems)).toEqual([
      'a.tar:b: several images, jpg, png: choose one, as in --data-image-column jpg',
      expect.stringMatching(/^a\.tar: 1 samples have a further image depth\.png, which was passed over/),
    ]);
    expect(data.problems[1]!.warning).toBe(true);
    const depth = await openDataset(path, { columns: { image: 'depth.png;jpg' } });
    expect(await pairs(depth)).toEqual([
      [1, 'one'],
      [3, 'two'],
    ]);
  });

  it('list a member that is there twice, keys with dots, and a key that comes back', async () => {
    const path = await tar(join(root, 'a.tar'), [
      ['a.png', await png(1)],
      ['a.txt', 'one'],
      ['a.txt', 'other'],
      ['b.v1.png', await png(2)],
      ['b.v1.txt', 'b1'],
      ['c.v1.png', await png(2)],
      ['c.v2.png', await png(2)],
      ['c.txt', 'c'],
      ...(await sample('d', 5, 'd')),
      ...(await sample('e', 6, 'e')),
      ...(await sample('d', 7, 'again')),
    ]);
    const data = await openDataset(path);
    expect(await pairs(data)).toEqual([
      [5, 'd'],
      [6, 'e'],
    ]);
    expect(reasons(data.problems)).toEqual([
      'a.tar:a: two members are named "a.txt": which one belongs to the sample is not known',
      'a.tar:b: no caption (txt, json) and no class (cls); v1.txt belongs to none: a key ends at the first dot',
      expect.stringMatching(
        /^a\.tar:c: several images, v1\.png, v2\.png: .* a sample's key ends at the first dot/,
      ),
      'a.tar:d: duplicate id "d", first at a.tar:d',
    ]);
  });

  it('that were concatenated are read to their end, and it is said', async () => {
    const parts = [await tarBytes(await sample('a', 1, 'one')), await tarBytes(await sample('b', 2, 'two'))];
    const path = put(join(root, 'a.tar'), Buffer.concat(parts));
    const data = await openDataset(path);
    expect(await pairs(data)).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    expect(reasons(data.problems)).toEqual([
      expect.stringMatching(/^a\.tar@\d+: goes on after its end mark/),
    ]);
    writeFileSync(path, Buffer.concat([parts[0]!, Buffer.alloc(1024), Buffer.from('x'.repeat(600))]));
    expect(reasons((await openDataset(path)).problems).join()).toMatch(/not a tar header/);
  });
});
