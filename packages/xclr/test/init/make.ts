// Small data of every layout that a settings file is proposed for.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { put, putImages, solid, temporaryFolder } from '../data/make.js';

const colors = ['red', 'green', 'blue', 'black'];
const goods = ['shirt', 'chair', 'lamp'];
const name = (i: number) => `images/${String(i).padStart(2, '0')}.png`;

/** 24 images whose captions differ. */
export const captionOf = (i: number): string =>
  `a ${colors[i % 4]} ${goods[i % 3]} for the house, number ${i}, made by hand`;

const places = Array.from({ length: 24 }, (_, i) => i);

export async function putCsv(header: string, row: (i: number) => string): Promise<string> {
  const root = temporaryFolder();
  await putImages(root, places.map(name));
  return put(join(root, 'shop.csv'), `${[header, ...places.map(row)].join('\n')}\n`);
}

/** With the usual names of columns, and a second column of texts. */
export const captioned = (): Promise<string> =>
  putCsv(
    'image,caption,title,label,split',
    (i) =>
      `${name(i)},"${captionOf(i)}",${colors[i % 4]} ${goods[i % 3]} ${i},${goods[i % 3]},${i < 16 ? 'train' : i < 20 ? 'validation' : 'test'}`,
  );

/** With names that nobody knows: the columns must be found by what is in them. */
export const unusual = (): Promise<string> =>
  putCsv(
    'sku,foto,name,details,price',
    (i) => `${i >> 1},${name(i)},${colors[i % 4]} ${goods[i % 3]} ${i},"${captionOf(i)}",${i}.50`,
  );

export async function putClasses(names: readonly string[]): Promise<string> {
  const root = join(temporaryFolder(), 'animals');
  for (const one of names)
    await putImages(
      join(root, one),
      places.slice(0, 12).map((i) => `${i}.png`),
    );
  return root;
}

export async function putSidecars(): Promise<string> {
  const root = join(temporaryFolder(), 'flat');
  await putImages(
    root,
    places.map((i) => `${i}.png`),
  );
  for (const i of places) put(join(root, `${i}.txt`), captionOf(i));
  return root;
}

export async function putShard(): Promise<string> {
  const path = join(temporaryFolder(), 'shop-000.tar');
  const archive = pack();
  for (const i of places) {
    archive.entry(
      { name: `${i}.png` },
      await solid(6, 4, [i, 255 - i, 128])
        .png()
        .toBuffer(),
    );
    archive.entry({ name: `${i}.txt` }, captionOf(i));
  }
  archive.finalize();
  await pipeline(archive, createWriteStream(path));
  return path;
}

export async function putCoco(): Promise<string> {
  const root = temporaryFolder();
  await putImages(
    join(root, 'train2017'),
    places.map((i) => `${i}.png`),
  );
  const json = {
    images: places.map((i) => ({ id: i, file_name: `${i}.png` })),
    annotations: places.map((i) => ({ id: i, image_id: i, caption: captionOf(i) })),
  };
  return put(join(root, 'annotations', 'captions_train2017.json'), JSON.stringify(json));
}
