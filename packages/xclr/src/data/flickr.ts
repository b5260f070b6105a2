// Source: Flickr8k's and Flickr30k's own lists of captions, several an image.

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cleanText } from './caption.js';
import { fileFinder } from './find-file.js';
import { textLines } from './text-file.js';
import type { DatasetOptions, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const lists = ['results_20130124.token', 'Flickr8k.token.txt', 'results.csv'];

/** Flickr8k names its splits in files of image names. */
const splitFiles: readonly (readonly [string, Split])[] = [
  ['Flickr_8k.trainImages.txt', 'train'],
  ['Flickr_8k.devImages.txt', 'validation'],
  ['Flickr_8k.testImages.txt', 'test'],
];

/** "img.jpg#0<tab>caption", or "img.jpg| 0| caption" under a header. */
function pairOf(line: string): [name: string, caption: string] | undefined {
  const token = /^([^\t|]+?)#\d+\t(.*)$/.exec(line);
  if (token !== null) return [token[1]!.trim(), token[2]!];
  const piped = /^([^|]+)\|\s*\d+\s*\|(.*)$/.exec(line);
  return piped === null ? undefined : [piped[1]!.trim(), piped[2]!];
}

function imageFolder(path: string, name: string, { imageRoot }: DatasetOptions): string {
  if (imageRoot !== undefined) return resolve(imageRoot);
  const here = dirname(path);
  const usual = [
    'Images',
    'images',
    'Flicker8k_Dataset',
    'Flickr8k_Dataset',
    'flickr30k-images',
    'flickr30k_images',
    '.',
  ];
  const folders = [here, dirname(here)].flatMap((folder) => usual.map((one) => join(folder, one)));
  return folders.find((folder) => existsSync(join(folder, name))) ?? here;
}

function splitsBeside(path: string): Map<string, Split> {
  const splits = new Map<string, Split>();
  for (const [file, split] of splitFiles) {
    const list = join(dirname(path), file);
    if (existsSync(list))
      for (const name of textLines(list)) if (name.trim() !== '') splits.set(name.trim(), split);
  }
  return splits;
}

function readList(path: string, options: DatasetOptions): RawDataset {
  const file = basename(path);
  const problems: Problem[] = [];
  const captions = new Map<string, { list: string[]; line: number }>();
  textLines(path).forEach((line, i) => {
    if (line.trim() === '' || /^image(_name)?\s*[|,]/i.test(line)) return;
    const where = `${file}:${i + 1}`;
    const pair = pairOf(line);
    const caption = cleanText(pair?.[1] ?? '');
    if (pair === undefined) problems.push({ where, reason: 'not "image#number<tab>caption"', warning: true });
    else if (caption === '') problems.push({ where, reason: 'empty caption', warning: true });
    else {
      const one = captions.get(pair[0]) ?? { list: [], line: i + 1 };
      if (!one.list.includes(caption)) one.list.push(caption);
      captions.set(pair[0], one);
    }
  });
  const [first] = captions.keys();
  const folder = imageFolder(path, first ?? '', options);
  const splits = splitsBeside(path);
  const find = fileFinder();
  const samples = Array.from(
    captions,
    ([name, { list, line }]): RawSample => ({
      id: name,
      image: { path: find(join(folder, name)) },
      captions: list,
      label: null,
      split: splits.get(name) ?? null,
      attributes: {},
      where: `${file}:${line}`,
    }),
  );
  return { name: /8k/i.test(path) ? 'flickr8k' : 'flickr30k', root: dirname(path), samples, problems };
}

/** True for a file that begins as these lists do; results.csv only with its pipes. */
function beginsAsList(path: string): boolean {
  const head = readFileSync(path, 'utf8').slice(0, 4096).split(/\r?\n/);
  return head.slice(0, 3).some((line) => pairOf(line) !== undefined);
}

export const flickr: SourceKind = {
  format: 'flickr',
  name: 'Flickr captions',
  what: "Flickr8k's or Flickr30k's list of captions",
  recognizes: ({ path, kind, names, extension }) => {
    if (kind === 'folder')
      return lists.some((list) => names.includes(list) && beginsAsList(join(path, list)));
    if (kind !== 'file') return false;
    const named =
      lists.includes(basename(path)) || extension === '.token' || basename(path).endsWith('.token.txt');
    return named && beginsAsList(path);
  },
  passesOver: 'has no caption in the annotations',
  read: async ({ path, kind, names }, options) => {
    const list = kind === 'folder' ? join(path, lists.find((one) => names.includes(one))!) : path;
    return readList(list, options);
  },
};
