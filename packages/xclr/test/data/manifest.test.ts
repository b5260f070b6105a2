// CSV, TSV and JSON-lines manifests: columns, quoting, duplicates, scripts.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { put, putImages, temporaryFolder } from './make.js';

async function withImages(file: string, text: string | Uint8Array): Promise<string> {
  const root = temporaryFolder();
  await putImages(root, ['1.png', '2.png', '3.png', '4.png', 'mit Leer, und Komma.png']);
  return put(join(root, file), text);
}

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

describe('a CSV manifest', () => {
  it('gives captions, labels, splits, ids and the other columns as attributes', async () => {
    const path = await withImages(
      'shop.csv',
      '\ufeffid,Image,caption,label,split,photographer\r\n' +
        'a,1.png,"a red, ""fine""  shoe",shoe,train,Ann\r\n' +
        '\r\n' +
        'b,2.png,"two\r\nlines",shoe,val,\r\n' +
        'c,"mit Leer, und Komma.png",собака 🐕 कुत्ता,dog,,Bo\r\n',
    );
    const { samples, problems, name } = await openDataset(path);
    expect(name).toBe('shop');
    expect(samples.map(({ image: _, ...rest }) => rest)).toEqual([
      {
        id: 'a',
        captions: ['a red, "fine" shoe'],
        label: 'shoe',
        split: 'train',
        attributes: { photographer: 'Ann' },
      },
      {
        id: 'b',
        captions: ['two lines'],
        label: 'shoe',
        split: 'validation',
        attributes: { photographer: '' },
      },
      {
        id: 'c',
        captions: ['собака 🐕 कुत्ता'],
        label: 'dog',
        split: null,
        attributes: { photographer: 'Bo' },
      },
    ]);
    expect(reasons(problems)).toEqual([
      'split: 1 samples have no split and are in none',
      'label "dog": a class with only one image: no other sample has its label',
    ]);
  });

  it('names the columns there are when one is missing, and the nearest', async () => {
    const noCaption = await withImages('a.csv', 'image,captoin\n1.png,x\n');
    await expect(openDataset(noCaption)).rejects.toThrow(
      /a\.csv has no caption column; its columns are "image", "captoin"[\s\S]*Did you mean "captoin"/,
    );
    await expect(openDataset(noCaption, { columns: { caption: 'captoin' } })).resolves.toMatchObject({
      samples: [{ captions: ['x'] }],
    });
    await expect(openDataset(noCaption, { columns: { caption: 'titel' } })).rejects.toThrow(/"titel"/);
    const noImage = await withImages('b.csv', 'a,caption\n1.png,x\n');
    await expect(openDataset(noImage)).rejects.toThrow(/no image column; its columns are "a", "caption"/);
    const twice = await withImages('c.csv', 'image,caption,caption\n1.png,x,y\n');
    await expect(openDataset(twice)).rejects.toThrow(/two columns are named "caption"/);
  });

  it('stops at bad quoting with the line', async () => {
    const open = await withImages('a.csv', 'image,caption\n1.png,"a\nb"\n2.png,"never closed\n3.png,c\n');
    await expect(openDataset(open)).rejects.toThrow(/a\.csv:4: bad quoting: quoted field unterminated/);
    const inner = await withImages('b.csv', 'image,caption\n1.png,fine\n2.png,"a "bad" one"\n');
    await expect(openDataset(inner)).rejects.toThrow(/b\.csv:3: bad quoting/);
  });

  it('lists unusable rows with their lines and reads the rest', async () => {
    const path = await withImages(
      'a.csv',
      'id,path,text,split\n' +
        'a,1.png,"one\nand more",train\n' + // lines 2 and 3
        'b,2.png,"  ",train\n' +
        'a,3.png,three,train\n' +
        'd,gone.png,four,train\n' +
        'e,4.png,five\n' +
        'f,,six,train\n' +
        'g,4.png,seven,sometimes\n' +
        'h,https://example.org/8.png,eight,train\n' +
        'i,4.png,nine,train\n',
    );
    const { samples, problems } = await openDataset(path);
    expect(samples.map(({ id }) => id)).toEqual(['a', 'i']);
    expect(reasons(problems).map((line) => line.replace(/no file .*/, 'no file'))).toEqual([
      'a.csv:7: 3 fields where the header has 4',
      'a.csv:4: empty caption',
      'a.csv:8: no image',
      'a.csv:9: unknown split "sometimes" (known: train, training, val, valid, validation, dev, test, testing)',
      'a.csv:10: "https://example.org/8.png" is a web address; images must be files here',
      'a.csv:5: duplicate id "a", first at a.csv:2',
      'a.csv:6: no file',
    ]);
  });

  it('takes labels alone through the template, and repeated images as further captions', async () => {
    const labels = await withImages('l.csv', 'file,label\n1.png,sea_lion\n2.png,\n3.png,sea_lion\n');
    const found = await openDataset(labels);
    expect(found.samples.map(({ id, captions }) => [id, captions])).toEqual([
      ['1.png', ['a photo of a sea lion']],
      ['3.png', ['a photo of a sea lion']],
    ]);
    expect(reasons(found.problems)).toEqual(['l.csv:3: empty label']);
    const several = await openDataset(
      await withImages('s.csv', 'image,caption\n1.png,a cat\n1.png,a tabby\n2.png,dog\n2.png,dog\n'),
    );
    expect(several.samples.map(({ captions }) => captions)).toEqual([['a cat', 'a tabby'], ['dog']]);
    expect(reasons(several.problems)).toEqual(['s.csv:5: duplicate id "2.png", first at s.csv:4']);
  });

  it('refuses empty files, other encodings, and nothing usable', async () => {
    await expect(openDataset(await withImages('a.csv', ''))).rejects.toThrow(/is empty|no image column/);
    await expect(openDataset(await withImages('b.csv', 'image,caption\n'))).rejects.toThrow(
      /no usable sample/,
    );
    const latin = await withImages('c.csv', Buffer.from('image,caption\n1.png,caf\u00e9\n', 'latin1'));
    await expect(openDataset(latin)).rejects.toThrow(/not UTF-8/);
    await expect(openDataset(await withImages('d.csv', 'image,caption\nx.png,y\n'))).rejects.toThrow(
      /no usable sample:\n {2}d\.csv:2: no file .*x\.png/,
    );
  });

  it('splits by an attribute so that its values stay together', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `r${i},1.png,c,${i % 8}`).join('\n');
    const path = await withImages('a.csv', `id,image,caption,artist\n${rows}\n`);
    const { samples } = await openDataset(path, {
      splitBy: 'artist',
      fractions: { train: 0.5, validation: 0, test: 0.5 },
    });
    const splitsOf = (artist: string) =>
      new Set(samples.filter(({ attributes }) => attributes.artist === artist).map(({ split }) => split));
    for (let artist = 0; artist < 8; artist++) expect(splitsOf(String(artist)).size).toBe(1);
    await expect(openDataset(path, { splitBy: 'painter' })).rejects.toThrow(
      /--data-split-by is "painter"[\s\S]*artist/,
    );
  });
});

describe('TSV and JSON lines', () => {
  it('read TSV', async () => {
    const { samples } = await openDataset(await withImages('a.tsv', 'image\tcaption\n1.png\ta, b\n'));
    expect(samples[0]).toMatchObject({ captions: ['a, b'] });
  });

  it('read JSON lines with lists of captions and values of any kind', async () => {
    const path = await withImages(
      'a.jsonl',
      '{"path":"1.png","captions":["one","  ","eins"],"year":1999,"tags":["x","y"],"place":{"lat":1},"gone":null}\n' +
        '{"path":"2.png","captions":"two"}\n' +
        '["no object"]\n' +
        '{"path":"3.png","captions":[]}\n' +
        '{"path":"4.png","capt',
    );
    const { samples, problems } = await openDataset(path);
    expect(samples.map(({ captions, attributes }) => [captions, attributes])).toEqual([
      [['one', 'eins'], { year: '1999', tags: 'x y', place: '{"lat":1}' }],
      [['two'], {}],
    ]);
    expect(problems.map(({ where }) => where)).toEqual(['a.jsonl:5', 'a.jsonl:3', 'a.jsonl:4']);
  });
});
