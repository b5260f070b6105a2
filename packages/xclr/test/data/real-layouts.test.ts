// Layouts and tables as people really have them: each is read as it is meant and that is said, or refused with the remedy.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otherCaseFinder } from '../../src/data/find-file.js';
import { openDataset } from '../../src/data/open.js';
import { synsetName } from '../../src/data/synsets.js';
import type { DatasetOptions } from '../../src/data/types.js';
import { put, solid, temporaryFolder } from './make.js';
import { tarBytes } from './tar.js';

const root = temporaryFolder();
let folders = 0;
let png: Buffer;

const before = process.cwd();
beforeAll(async () => {
  process.chdir(root); // images inside files are copied to .cache here
  png = await solid(4, 4, [9, 8, 7]).png().toBuffer();
});
afterAll(() => process.chdir(before));

/** A folder with images at the given paths, and files with their contents. */
function folder(
  images: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  const path = join(root, `d${folders++}`);
  mkdirSync(path);
  for (const image of images) put(join(path, image), png);
  for (const [name, content] of Object.entries(files)) put(join(path, name), content);
  return path;
}

async function read(path: string, options: DatasetOptions = {}) {
  const { samples, problems, source } = await openDataset(path, { maxFailureRate: 1, ...options });
  return {
    source,
    samples: samples.map(({ image, captions, split, label }) => ({
      image: image.part === undefined ? image.path.slice(path.length + 1) : '',
      captions,
      split,
      label,
    })),
    said: problems.map(({ where, reason }) => `${where}: ${reason}`).join('\n'),
    images: samples.map(({ image }) => image.path.slice(path.length + 1)),
    captions: samples.map(({ captions }) => captions),
    splits: samples.map(({ split }) => split),
    labels: samples.map(({ label }) => label),
  };
}

describe('tables', () => {
  it('finds images by a column of ids, in a folder beside the table, and says both', async () => {
    const path = folder(['images/1.jpg', 'images/2.jpg'], {
      'captions.csv': 'image_id,caption\n1,one\n2,two\n',
    });
    const { images, captions, said } = await read(path);
    expect(images).toEqual(['images/1.jpg', 'images/2.jpg']);
    expect(captions).toEqual([['one'], ['two']]);
    expect(said).toMatch(/no column of images.*"image_id"/);
    expect(said).toMatch(/its images were found in .*images/);
  });

  it('does not take a column of ids that names no files', async () => {
    const path = folder(['a.jpg'], { 't.csv': 'id,caption\n1,one\n' });
    await expect(read(join(path, 't.csv'))).rejects.toThrow(/has no image column/);
  });

  it("reads Kaggle's captions.txt of Flickr8k", async () => {
    const path = folder(['Images/1.jpg', 'Images/2.jpg'], {
      'captions.txt': 'image,caption\n1.jpg,a dog\n1.jpg,a "big" dog\n2.jpg,"a cat, too"\n',
    });
    expect((await read(path)).captions).toEqual([['a dog', 'a "big" dog'], ['a cat, too']]);
    const { images } = await read(join(path, 'captions.txt'));
    expect(images).toHaveLength(2);
  });

  it('takes splits from the folders of paths, or from a column of another name, and says so', async () => {
    const path = folder(['train/1.png', 'test/1.png'], {
      'metadata.jsonl': '{"file_name":"train/1.png","text":"A"}\n{"file_name":"test/1.png","text":"B"}\n',
    });
    const { splits, said } = await read(path);
    expect(splits).toEqual(['train', 'test']);
    expect(said).toMatch(/folders that the images' paths begin with/);
    const other = folder(['1.png', '2.png'], {
      't.csv': 'image,caption,subset\n1.png,A,train\n2.png,B,val\n',
    });
    const { splits: named, said: column } = await read(join(other, 't.csv'));
    expect(named).toEqual(['train', 'validation']);
    expect(column).toMatch(/the splits in "subset" were taken/);
  });

  it('draws splits where all paths begin with one folder', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `train/${i}.png`);
    const path = folder(names, {
      'metadata.csv': `file_name,text\n${names.map((name, i) => `${name},caption ${i}`).join('\n')}\n`,
    });
    expect(new Set((await read(path)).splits).size).toBeGreaterThan(1);
  });

  it("finds paths with Windows' separators, and names a file of other capitals", async () => {
    const path = folder(['a/1.png', 'B.png'], { 'metadata.csv': 'file_name,text\na\\1.png,A\nb.PNG,B\n' });
    const { images, said } = await read(path);
    expect(images).toEqual(['a/1.png']);
    expect(said).toMatch(/no file .*b\.PNG; there is B\.png, with other capitals/);
  });

  it('lists a folder once for all files that are missing in it', () => {
    const listed: string[] = [];
    const inOtherCase = otherCaseFinder((place) => {
      listed.push(place);
      if (place === '/none') throw new Error('ENOENT');
      return ['A.png', 'b.png'];
    });
    const asked = ['/d/a.PNG', '/d/B.png', '/d/c.png', '/none/a.png', '/none/b.png'];
    expect(asked.map(inOtherCase)).toEqual(['A.png', 'b.png', undefined, undefined, undefined]);
    expect(listed).toEqual(['/d', '/none']);
  });

  it.each([
    ['nan', /how programs write that there is none/],
    ['NULL', /how programs write that there is none/],
    ['\u200b', /empty caption/],
    ["'\t    ", /empty caption/], // found by the fuzzer: the apostrophe goes, and nothing is left
    ['[1]', /the caption is a number/],
    ["{'en': 'a cat'}", /a dict as Python prints it/],
  ])('lists the caption %j', async (caption, reason) => {
    const path = folder(['1.png', '2.png'], {
      't.csv': `image,caption\n1.png,"${caption}"\n2.png,a cat\n`,
    });
    const { captions, said } = await read(join(path, 't.csv'));
    expect(captions).toEqual([['a cat']]);
    expect(said).toMatch(reason);
  });

  it('reads lists as NumPy prints them; lists labels that are lists, and halves of surrogate pairs', async () => {
    const path = folder(['1.png', '2.png', '3.png'], {
      'n.csv': "image,caption\n1.png,\"['a cat' 'a dog']\"\n",
      'l.jsonl':
        '{"image":"1.png","caption":"a cat","label":["cat","dog"]}\n{"image":"2.png","caption":"a \\ud83d","label":["cat"]}\n{"image":"3.png","caption":"b","label":["cat"]}\n',
    });
    expect((await read(join(path, 'n.csv'))).captions).toEqual([['a cat', 'a dog']]);
    const { labels, said } = await read(join(path, 'l.jsonl'));
    expect(labels).toEqual(['cat']);
    expect(said).toMatch(/l\.jsonl:1: the label is a list of 2/);
    expect(said).toMatch(/l\.jsonl:2: .*surrogate/);
  });

  it('has one language chosen, where captions come with theirs', async () => {
    const path = folder(['1.png'], {
      't.jsonl': '{"image":"1.png","caption":[{"lang":"en","text":"cat"},{"lang":"de","text":"Katze"}]}\n',
    });
    await expect(read(join(path, 't.jsonl'))).rejects.toThrow(/several languages \(en, de\)/);
    const { captions } = await read(join(path, 't.jsonl'), { columns: { caption: 'caption.de' } });
    expect(captions).toEqual([['Katze']]);
  });

  it('says why no line of a JSON lines file could be read', async () => {
    const path = folder(['1.png'], { 't.jsonl': '{"image":"1.png","caption":"A"},\n' });
    await expect(read(join(path, 't.jsonl'))).rejects.toThrow(
      /no line of .* could be read; the first: t\.jsonl:1: not JSON/,
    );
  });

  it('counts captions of COCO whose image is not listed', async () => {
    const path = folder(['1.png'], {
      'captions_val.json': JSON.stringify({
        images: [{ id: 1, file_name: '1.png' }],
        annotations: [
          { image_id: 1, caption: 'A' },
          { image_id: 9, caption: 'B' },
        ],
      }),
    });
    expect((await read(join(path, 'captions_val.json'))).said).toMatch(
      /the captions of 1 images are left out/,
    );
  });
});

describe('folders', () => {
  it('takes splits below classes for splits', async () => {
    const { samples } = await read(
      folder(['cat/train/1.png', 'cat/test/1.png', 'dog/train/1.png', 'dog/test/1.png']),
    );
    expect(samples.map(({ label, split }) => `${label} ${split}`)).toEqual([
      'cat test',
      'cat train',
      'dog test',
      'dog train',
    ]);
  });

  it('asks where one folder is named like a split and others hold folders too', async () => {
    const path = folder(['train/cat/1.png', 'train/dog/1.png', 'extra/cat/1.png']);
    await expect(read(path)).rejects.toThrow(/train\/ may be splits or classes, beside extra\//);
  });

  it('refuses folders that are no classes by their names, and names the table beside them', async () => {
    const path = folder(['images/1.png', 'masks/1.png'], { 'list.csv': 'name;x\n' });
    await expect(read(path)).rejects.toThrow(
      /images\/, masks\/, which by the name are no classes[\s\S]*list\.csv may be a table/,
    );
    expect((await read(path, { format: 'class-folders' })).labels).toEqual(['images', 'masks']);
    expect((await read(path, { imagesAlone: true })).images).toHaveLength(2);
  });

  it('says that folders within a class are not used', async () => {
    const { said } = await read(folder(['animal/cat/1.png', 'animal/dog/1.png', 'car/1.png']));
    expect(said).toMatch(
      /animal: one class, with images in 2 folders \(cat, dog\), whose names are not used/,
    );
  });

  it("lists text files with numbers, as YOLO's boxes are", async () => {
    const path = folder(['1.jpg', '2.jpg', '3.jpg'], {
      '1.txt': '0 0.5 0.5 0.2 .1\n',
      '2.txt': 'two cats',
      '3.txt': 'nan',
    });
    const { captions, said } = await read(path);
    expect(captions).toEqual([['two cats']]);
    expect(said).toMatch(/1\.txt: numbers/);
    expect(said).toMatch(/3\.txt: empty caption/);
  });

  it.each([
    [
      ['n02084071', 'n02121808'],
      ['dog', 'domestic cat'],
    ],
    [
      ['001.Red_robin', '002.Jay'],
      ['Red robin', 'Jay'],
    ],
    [
      ['n02085620-Chihuahua', 'n02085782-Japanese_spaniel'],
      ['Chihuahua', 'Japanese spaniel'],
    ],
    [
      ['0', '1'],
      ['0', '1'],
    ],
    [
      ['2019_summer', '2020_summer'],
      ['2019 summer', '2020 summer'],
    ], // without the years they would be one
  ])('calls the classes %j %j', async (labels, names) => {
    const found = await read(folder(labels.map((label) => `${label}/1.png`)));
    expect(found.labels).toEqual(labels);
    expect(found.captions).toEqual(names.map((name) => [`a photo of a ${name}`]));
    if (labels[0] !== names[0] && !/^\d/.test(names[0]!)) expect(found.said).toMatch(/captions/);
  });

  it("knows WordNet 3.0's numbers, not those of 3.1", () => {
    expect(synsetName('n02086723')).not.toBe('dog'); // that is the dog of WordNet 3.1
    expect(synsetName('n01440764')).toBe('tench');
    expect(synsetName('n15075141')).toBe('toilet tissue');
    expect(synsetName('n99999999')).toBeUndefined();
    expect(synsetName('dog')).toBeUndefined();
  });
});

describe('shards and Parquet files in folders', () => {
  const shard = (key: string) =>
    tarBytes([
      [`${key}.png`, png],
      [`${key}.txt`, `caption ${key}`],
    ]);

  it('reads shards at any depth, their folders as splits', async () => {
    const path = folder([], {
      'train/0.tar': await shard('a'),
      'val/0.tar': await shard('a'),
      'test/deep/0.tar': await shard('b'),
    });
    const { samples } = await openDataset(path);
    expect(samples.map(({ id, split }) => `${id} ${split}`)).toEqual([
      'test/deep/0/b test',
      'train/0/a train',
      'val/0/a validation',
    ]);
  });

  it('takes the split that a name has anywhere: cc3m-validation-0000.tar', async () => {
    const path = folder([], {
      'cc3m-train-0000.tar': await shard('a'),
      'cc3m-validation-0000.tar': await shard('c'),
    });
    expect((await read(path)).splits).toEqual(['train', 'validation']);
  });

  it('lists captions that are none, numbers, and unknown splits', async () => {
    const tar = await tarBytes([
      ['a.png', png],
      ['a.txt', 'nan'],
      ['b.png', png],
      ['b.txt', '0 0.5 0.5 1 1'],
      ['c.png', png],
      ['c.json', '{"caption":"C","split":"holdout"}'],
      ['d.png', png],
      ['d.json', '{"caption":"D","split":"val"}'],
    ]);
    const { captions, splits, said } = await read(join(folder([], { 's.tar': tar }), 's.tar'));
    expect([captions, splits]).toEqual([[['D']], ['validation']]);
    expect(said).toMatch(/s\.tar:a: no caption/);
    expect(said).toMatch(/s\.tar:b: its txt holds numbers/);
    expect(said).toMatch(/s\.tar:c: unknown split "holdout"/);
  });

  it('counts members that belong to no sample', async () => {
    const tar = await tarBytes([
      ['first', png],
      ['a.png', png],
      ['a.txt', 'A'],
    ]);
    expect((await read(join(folder([], { 's.tar': tar }), 's.tar'))).said).toMatch(
      /1 members have no ending .*"first"/,
    );
  });

  it("reads Hugging Face's folders of Parquet files, and says where several sets are read together", async () => {
    const table = (caption: string) =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'image', data: [new Uint8Array(png)], type: 'BYTE_ARRAY' },
            { name: 'caption', data: [caption], type: 'STRING' },
          ],
        }),
      );
    const path = folder([], {
      'default/train/0000.parquet': table('A'),
      'default/test/0000.parquet': table('B'),
    });
    const { splits, captions, said } = await read(path);
    expect(splits).toEqual(['test', 'train']);
    expect(captions).toEqual([['B'], ['A']]);
    expect(said).not.toMatch(/together/);
    const both = folder([], { 'en/train-0.parquet': table('A'), 'de/train-0.parquet': table('B') });
    expect((await read(both)).said).toMatch(/2 folders are read together: de\/, en\//);
  });
});
