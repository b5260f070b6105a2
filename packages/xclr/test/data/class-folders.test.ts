// Class folders: splits, captions, scripts, links, and what does not belong.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { UserError } from '../../src/util/errors.js';
import { put, putImages, temporaryFolder } from './make.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

describe('a folder of class folders', () => {
  it('gives labels, captions by template, and reproducible splits', async () => {
    const root = temporaryFolder();
    const names = Array.from({ length: 60 }, (_, i) => `golden_retriever/${i}.png`);
    await putImages(root, [...names, 'cat/a.PNG', 'cat/deep/er/b.jpeg']);
    const dataset = await openDataset(root);
    expect(dataset.problems).toEqual([]);
    expect(dataset.samples).toHaveLength(62);
    const dog = dataset.samples.find(({ id }) => id === 'golden_retriever/3.png');
    expect(dog).toMatchObject({ label: 'golden_retriever', captions: ['a photo of a golden retriever'] });
    expect(dataset.samples.map(({ id }) => id)).toContain('cat/deep/er/b.jpeg');
    const counts = (split: string) => dataset.samples.filter((sample) => sample.split === split).length;
    expect(counts('train')).toBeGreaterThan(40);
    expect(counts('train') + counts('validation') + counts('test')).toBe(62);
    expect(await openDataset(root)).toEqual(dataset);
    const other = await openDataset(root, {
      template: '{class}, drawn',
      fractions: { train: 0, validation: 0, test: 1 },
    });
    expect(other.samples.every(({ split }) => split === 'test')).toBe(true);
    expect(other.samples[0]!.captions).toEqual(['cat, drawn']);
    expect(other.fingerprint).not.toBe(dataset.fingerprint);
  });

  it('reads a level of splits', async () => {
    const root = temporaryFolder();
    await putImages(root, ['train/a/1.png', 'train/a/2.png', 'val/a/1.png', 'Test/b/1.png', 'Test/b/2.png']);
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id, label, split }) => [id, label, split])).toEqual([
      ['Test/b/1.png', 'b', 'test'],
      ['Test/b/2.png', 'b', 'test'],
      ['train/a/1.png', 'a', 'train'],
      ['train/a/2.png', 'a', 'train'],
      ['val/a/1.png', 'a', 'validation'],
    ]);
    expect(problems).toEqual([]);
  });

  it('keeps every script, with composed and decomposed names as one class', async () => {
    const root = temporaryFolder();
    await putImages(root, ['кошка/1.png', 'кошка/2.png', '猫/1.png', '猫/二.png', 'قطة/1.png', 'قطة/2.png']);
    await putImages(root, ['caf\u00e9/1.png', 'cafe\u0301/2.png']);
    const { samples, problems } = await openDataset(root);
    expect(new Set(samples.map(({ label }) => label))).toEqual(new Set(['кошка', '猫', 'قطة', 'caf\u00e9']));
    expect(samples.find(({ label }) => label === '猫')?.captions).toEqual(['a photo of a 猫']);
    expect(problems).toEqual([]);
  });

  it('follows links, but not in circles', async () => {
    const root = temporaryFolder();
    const elsewhere = temporaryFolder();
    await putImages(elsewhere, ['1.png', '2.png']);
    await putImages(root, ['dog/1.png', 'dog/2.png']);
    symlinkSync(elsewhere, join(root, 'cat'));
    symlinkSync(join(root, 'dog'), join(root, 'dog', 'again'));
    symlinkSync(root, join(root, 'dog', 'up'));
    symlinkSync(join(root, 'nothing'), join(root, 'dog', 'broken.png'));
    symlinkSync(join(root, 'dog', 'self.png'), join(root, 'dog', 'self.png'));
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id }) => id)).toEqual(['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']);
    expect(reasons(problems).sort()).toEqual([
      'dog/again: a link back to a folder that contains it',
      'dog/broken.png: a broken link',
      'dog/self.png: a link that points to itself',
      'dog/up: a link back to a folder that contains it',
    ]);
  });

  it('lists what is no image, empty files, lone images and empty classes', async () => {
    const root = temporaryFolder();
    await putImages(root, ['a/1.png', 'a/2.png', 'lone/1.png']);
    put(join(root, 'a', 'notes.txt'), 'x');
    put(join(root, 'a', '.DS_Store'), 'x');
    put(join(root, 'stray.png'), 'x');
    put(join(root, 'a', 'empty.png'), '');
    put(join(root, 'none', 'readme.md'), 'x');
    const { samples, problems } = await openDataset(root);
    expect(samples).toHaveLength(3);
    expect(reasons(problems)).toEqual([
      'a/notes.txt: not an image, by its name',
      'none: a class folder without images',
      'stray.png: is not in a class folder',
      'a/empty.png: the image file is empty',
      'label "lone": a class with only one image: no other sample has its label',
    ]);
    expect(problems.filter(({ warning }) => warning)).toHaveLength(2);
  });

  it('takes documents beside images for no fault, but a class of that name for a class', async () => {
    const root = temporaryFolder();
    await putImages(root, ['a/1.png', 'a/2.png', 'notice/1.png', 'notice/2.png', 'a/license-plate.png']);
    for (const name of ['LICENSE', 'README.md', 'NOTICE.txt', 'a/LICENCE.txt', 'a/Readme'])
      put(join(root, ...name.split('/')), 'x');
    const { samples, problems } = await openDataset(root);
    expect(samples).toHaveLength(5);
    expect(problems).toEqual([]);
  });

  it('refuses what it cannot use', async () => {
    const root = temporaryFolder();
    await expect(openDataset(join(root, 'gone'))).rejects.toThrow(/gone does not exist/);
    await expect(openDataset(root)).rejects.toThrow(/holds no class folders/);
    await putImages(root, ['a/1.png']);
    await expect(openDataset(root, { template: 'a photo' })).rejects.toThrow(/must contain "\{class\}"/);
    await expect(openDataset(root, { fractions: { train: 0.9, validation: 0.2, test: 0 } })).rejects.toThrow(
      /sum to 1/,
    );
    await expect(openDataset(put(join(root, 'x.docx'), 'x'))).rejects.toThrow(
      /not a known kind of data.*\.docx/,
    );
    for (let i = 0; i < 12; i++) put(join(root, 'a', `empty${i}.png`), '');
    const failing = openDataset(root);
    await expect(failing).rejects.toBeInstanceOf(UserError);
    await expect(failing).rejects.toThrow(
      /13 of 14 samples cannot be used[\s\S]*a\/empty0.png[\s\S]*and 3 more/,
    );
    expect((await openDataset(root, { maxFailureRate: 0.95 })).samples).toHaveLength(1);
  });
});
