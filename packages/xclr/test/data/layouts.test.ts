// Folders that may be read in several ways: which is taken, what is said, what is counted, what is refused.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNames } from '../../src/data/format-names.js';
import { openDataset } from '../../src/data/open.js';
import { sourceKinds } from '../../src/data/sources.js';
import { splitOfFolder } from '../../src/data/split.js';
import { put, putImages, solid, temporaryFolder } from './make.js';
import { tar } from './tar.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

const failures = (problems: readonly { where: string; reason: string; warning?: true }[]) =>
  reasons(problems.filter(({ warning }) => !warning));

const range = (count: number, name: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => name(i));

async function folder(names: readonly string[]): Promise<string> {
  const root = temporaryFolder();
  await putImages(root, names);
  return root;
}

const classes = (prefix: string, count = 2) =>
  ['cat', 'dog'].flatMap((name) => range(count, (i) => `${prefix}${name}/${i}.png`));

const labelsAndSplits = async (root: string, options = {}) => {
  const { samples } = await openDataset(root, options);
  return [...new Set(samples.map(({ label, split }) => `${label} ${split}`))].sort();
};

describe('split folders', () => {
  it.each([
    ['train', 'train'],
    ['seg_train', 'train'],
    ['val2017', 'validation'],
    ['TestSet', 'test'],
    ['captions_train', 'train'],
    ['trainval', undefined],
    ['train_test', undefined],
    ['constraint', undefined],
  ])('%s means %s', (name, split) => {
    expect(splitOfFolder(name)).toBe(split);
  });

  const splits = ['cat test', 'cat train', 'dog test', 'dog train'];

  it('are splits beside what systems, archives and authors leave there', async () => {
    const root = await folder([
      ...classes('train/'),
      ...classes('test/'),
      ...range(3, (i) => `unlabeled/${i}.png`),
    ]);
    put(join(root, '__MACOSX/train/cat/._0.png'), 'x');
    put(join(root, 'docs/readme.md'), 'x');
    expect(await labelsAndSplits(root)).toEqual(splits);
    const { problems } = await openDataset(root);
    expect(failures(problems)).toEqual(
      range(3, (i) => `unlabeled/${i}.png: lies beside the splits (test, train), in none of them`),
    );
    expect(reasons(problems)).toContain(
      '__MACOSX: 1 images in hidden folders and in those that systems make are left out',
    );
  });

  it('may have longer names, and be repeated inside', async () => {
    const root = await folder([...classes('seg_train/seg_train/'), ...classes('seg_test/seg_test/')]);
    expect(await labelsAndSplits(root)).toEqual(splits);
  });

  it('may lie in a folder that an archive made', async () => {
    const root = await folder([...classes('pets/data/train/'), ...classes('pets/data/test/')]);
    expect(await labelsAndSplits(root)).toEqual(splits);
    const { samples, problems } = await openDataset(root);
    expect(samples[0]!.id).toBe('pets/data/test/cat/0.png');
    expect(reasons(problems)).toContain(
      'pets/data: holds all the images: its folders are the classes or splits',
    );
  });

  it('that hold no class folders are never taken for classes', async () => {
    const root = await folder([
      ...range(3, (i) => `seg_train/${i}.png`),
      ...range(3, (i) => `seg_test/${i}.png`),
    ]);
    await expect(openDataset(root)).rejects.toThrow(/no usable sample[\s\S]*is not in a class folder/);
  });

  it('are classes where only one is named so: trains beside cars', async () => {
    const root = await folder(['train', 'car', 'bus'].flatMap((name) => range(3, (i) => `${name}/${i}.png`)));
    const { samples } = await openDataset(root);
    expect(new Set(samples.map(({ label }) => label))).toEqual(new Set(['train', 'car', 'bus']));
    const station = await folder(
      ['test_tube', 'train_station'].flatMap((name) => range(3, (i) => `${name}/x/${i}.png`)),
    );
    expect(
      await labelsAndSplits(station, {
        format: 'class-folders',
        fractions: { train: 1, validation: 0, test: 0 },
      }),
    ).toEqual(['test_tube train', 'train_station train']);
  });

  it('are refused where they could be either, with the choices', async () => {
    const root = await folder([...classes('train/'), ...range(3, (i) => `other/${i}.png`)]);
    await expect(openDataset(root)).rejects.toThrow(
      /train\/ may be splits or classes, beside other\/[\s\S]*--data-format split-folders or --data-format class-folders/,
    );
    expect(await labelsAndSplits(root, { format: 'split-folders' })).toEqual(['cat train', 'dog train']);
    const { samples } = await openDataset(root, { format: 'class-folders' });
    expect(new Set(samples.map(({ label }) => label))).toEqual(new Set(['other', 'train']));
    await expect(openDataset(await folder(classes('')), { format: 'split-folders' })).rejects.toThrow(
      /no folder that is named like a split; its folders are cat, dog/,
    );
  });
});

describe('layouts that compete', () => {
  it('a stray image with a text hides no class folders', async () => {
    const root = await folder([...classes('', 3), 'preview.png']);
    put(join(root, 'preview.txt'), 'an overview');
    const { samples, problems, source } = await openDataset(root);
    expect(source).toBe('class folders');
    expect(samples).toHaveLength(6);
    expect(failures(problems)).toContain('preview.png: is not in a class folder');
    expect(reasons(problems)[0]).toMatch(/read as class folders, which has 86 % .*--data-format texts, 14 %/);
    const texts = await openDataset(root, { format: 'texts' });
    expect(texts.samples.map(({ id }) => id)).toEqual(['preview.png']);
    expect(failures(texts.problems)).toHaveLength(6);
  });

  it('texts beside images are found at any depth, and come before class names', async () => {
    const images = [...range(2, (i) => `${i}.png`), ...range(2, (i) => `more/${i}.png`)];
    const root = await folder(images);
    for (const name of images) put(join(root, name.replace('.png', '.txt')), `cap ${name}`);
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id, captions }) => [id, captions[0]])).toEqual(
      images.map((name) => [name, `cap ${name}`]),
    );
    expect(failures(problems)).toEqual([]);
    const numbered = await folder(range(4, (i) => `0000${i % 2}/${i}.jpg`));
    for (let i = 0; i < 4; i++) put(join(numbered, `0000${i % 2}/${i}.txt`), `c${i}`);
    const found = await openDataset(numbered);
    expect(found.samples.map(({ captions, label }) => [captions[0], label])).toEqual([
      ['c0', null],
      ['c2', null],
      ['c1', null],
      ['c3', null],
    ]);
    expect(reasons(found.problems)[0]).toMatch(/it also looks like class folders/);
  });

  it('a stray table or tar hides no class folders, and one with a fault of its own is told', async () => {
    const root = await folder(classes('', 3));
    put(join(root, 'labels.csv'), 'index,name\n0,cat\n1,dog\n');
    await tar(join(root, 'docs.tar'), [['readme.txt', 'x']]);
    const { samples, problems, source } = await openDataset(root);
    expect([source, samples.length]).toEqual(['class folders', 6]);
    expect(reasons(problems).join('\n')).toMatch(
      /was not read as images with a table: labels\.csv has no image column/,
    );
    const misspelt = await folder(range(3, (i) => `images/${i}.png`));
    put(join(misspelt, 'metadata.csv'), 'file_name,captoin\nimages/0.png,x\n');
    await expect(openDataset(misspelt)).rejects.toThrow(/no caption column[\s\S]*captoin/);
  });

  it('that share the images among them are refused, with the choices', async () => {
    const root = await folder(classes('', 3));
    put(join(root, 'metadata.csv'), 'file_name,text\ncat/0.png,one\ncat/1.png,two\ndog/0.png,three\n');
    await expect(openDataset(root)).rejects.toThrow(
      /several ways[\s\S]*--data-format table: images with a table, 50 %[\s\S]*--data-format class-folders: class folders, 100 %/,
    );
    expect((await openDataset(root, { format: 'class-folders' })).samples).toHaveLength(6);
    expect((await openDataset(root, { format: 'table' })).samples).toHaveLength(3);
  });

  it('shards beside their lists are shards, shards beside other images are not silent about them', async () => {
    const root = temporaryFolder();
    const image = await solid(3, 3, [1, 2, 3]).png().toBuffer();
    await tar(
      join(root, '0.tar'),
      Array.from({ length: 12 }, (_, i) => [
        [`${i}.png`, image] as const,
        [`${i}.txt`, `c${i}`] as const,
      ]).flat(),
    );
    await putImages(root, ['preview.png']);
    const { samples, problems, source } = await openDataset(root);
    expect([source, samples.length]).toEqual(['WebDataset tar shards', 12]);
    expect(failures(problems)).toEqual(['preview.png: lies beside the tar shards, which were read instead']);
    await putImages(
      root,
      range(20, (i) => `${i}.png`),
    );
    await expect(openDataset(root)).rejects.toThrow(/21 of 33 samples cannot be used/);
  });
});

describe('images that become no sample', () => {
  it('are counted and listed, whatever their kind, and stop the run above the limit', async () => {
    const root = await folder(['a.png']);
    for (const name of ['c.jfif', 'd.jpe'])
      put(join(root, name), await solid(4, 4, [9, 9, 9]).jpeg().toBuffer());
    put(join(root, 'b.bmp'), 'BM');
    put(join(root, 'e.heic'), 'x');
    for (const name of ['a', 'b', 'c', 'd', 'orphan', 'README'])
      put(join(root, `${name}.txt`), `cap ${name}`);
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ captions }) => captions[0])).toEqual(['cap a', 'cap c', 'cap d']);
    expect(failures(problems)).toEqual([
      'b.bmp: BMP images are not read: convert it to PNG or JPEG',
      'e.heic: HEIC images are not read: convert it to PNG or JPEG',
      'orphan.txt: no image beside it',
    ]);
    const table = await folder(range(40, (i) => `${i}.png`));
    put(join(table, 'metadata.csv'), `file_name,text\n${range(20, (i) => `${i}.png,c`).join('\n')}\n`);
    await expect(openDataset(table)).rejects.toThrow(
      /20 of 40 samples cannot be used[\s\S]*20\.png: is in no row of the table/,
    );
    expect((await openDataset(join(table, 'metadata.csv'))).samples).toHaveLength(20); // asked for itself, it is the data
  });

  it('a text that two images share is given to neither', async () => {
    const root = await folder(['a.png', 'a.webp', 'b.png']);
    put(join(root, 'a.txt'), 'x');
    put(join(root, 'b.txt'), 'y');
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id }) => id)).toEqual(['b.png']);
    expect(failures(problems)).toEqual(
      ['a.png', 'a.webp'].map(
        (name) => `${name}: a.png and a.webp share a.txt: whose caption it is, is not known`,
      ),
    );
  });

  it('thumbnails and leftovers are left out, counted', async () => {
    const root = await folder([...classes('')]);
    for (const name of [
      'cat/@eaDir/0.png/SYNO.jpg',
      'dog/__MACOSX/0.png',
      '.ipynb_checkpoints/1.png',
      'cat/.thumbs/1.png',
    ])
      put(join(root, name), 'x');
    const { samples, problems } = await openDataset(root);
    expect(samples).toHaveLength(4);
    expect(reasons(problems)).toEqual([
      '.ipynb_checkpoints, .thumbs, @eaDir, __MACOSX: 4 images in hidden folders and in those that systems make are left out',
    ]);
    mkdirSync(join(root, 'cat/@eaDir/empty'));
  });
});

describe("Hugging Face's imagefolder", () => {
  it('may have a table in each split', async () => {
    const root = await folder(['train/0.png', 'train/1.png', 'test/0.png', 'test/extra.png']);
    put(join(root, 'train/metadata.csv'), 'file_name,text\n0.png,train 0\n1.png,train 1\n');
    put(join(root, 'test/metadata.jsonl'), '{"file_name":"0.png","text":"test 0"}\n');
    const { samples, problems, source } = await openDataset(root);
    expect(source).toBe('images with a table');
    expect(samples.map(({ id, captions, split }) => [id, captions[0], split])).toEqual([
      ['test/0.png', 'test 0', 'test'],
      ['train/0.png', 'train 0', 'train'],
      ['train/1.png', 'train 1', 'train'],
    ]);
    expect(failures(problems)).toEqual([
      expect.stringMatching(/^test\/extra\.png: is in no row of the table/),
    ]);
  });
});

describe('--data-format', () => {
  it('knows every kind of source', () => {
    expect([...new Set([...sourceKinds.map(({ format }) => format), 'split-folders'])].sort()).toEqual(
      [...formatNames].sort(),
    );
  });

  it('refuses names that are none, and places that are none', async () => {
    const root = await folder(classes(''));
    await expect(openDataset(root, { format: 'class-folder' })).rejects.toThrow(
      /did you mean "class-folders"/,
    );
    await expect(openDataset(root, { format: 'webdataset' })).rejects.toThrow(
      /cannot be read as "webdataset"/,
    );
  });
});
