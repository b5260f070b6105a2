// Source: ImageNet's and Tiny-ImageNet's layouts, whose class folders are named by WordNet synsets.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { captionOfClass } from './caption.js';
import { isImage } from './image-names.js';
import { folderNames } from './patterns.js';
import { isSynset, synsetName } from './synsets.js';
import { textLines } from './text-file.js';
import type { Place, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

/** Files that say what synsets are called, in order of preference. */
const nameFiles = ['words.txt', 'LOC_synset_mapping.txt', 'synset_words.txt', 'classes.txt'];

function lines(path: string): string[] {
  return textLines(path).filter((line) => line.trim() !== '');
}

/** "n02123045<tab or space>tabby, tabby cat" → all names of each synset. */
function synsetNames(root: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const file of nameFiles) {
    const path = [root, join(root, '..')].map((folder) => join(folder, file)).find((one) => existsSync(one));
    if (path === undefined) continue;
    for (const line of lines(path)) {
      const found = /^(n\d{8})\s+(.+)$/.exec(line);
      if (found !== null && !names.has(found[1]!)) names.set(found[1]!, found[2]!.trim());
    }
  }
  return names;
}

/** Which synset each validation image is of, where they lie in one folder: by Tiny-ImageNet's list or by Kaggle's. */
function validationLabels(root: string): Map<string, string> {
  const labels = new Map<string, string>();
  const tiny = join(root, 'val', 'val_annotations.txt');
  if (existsSync(tiny)) {
    for (const line of lines(tiny)) {
      const [name = '', label = ''] = line.split('\t');
      labels.set(name, label);
    }
  }
  for (const path of [join(root, 'LOC_val_solution.csv'), join(root, '..', 'LOC_val_solution.csv')]) {
    if (!existsSync(path)) continue;
    for (const line of lines(path).slice(1)) {
      const [id = '', prediction = ''] = line.split(',');
      labels.set(`${id}.JPEG`, prediction.split(' ')[0] ?? '');
    }
  }
  return labels;
}

/** Size of Tiny-ImageNet's images, in pixels: its boxes are in these pixels. */
const tinySize = 64;

/** "8 0 63 55": first and last pixels of a Tiny-ImageNet box → fractions of the image, "left top right bottom". */
function boxOf([left, top, right, bottom]: readonly (string | undefined)[]): string {
  const edges = [Number(left), Number(top), Number(right) + 1, Number(bottom) + 1];
  return edges.map((edge) => Math.min(1, edge / tinySize)).join(' '); // 64ths are exact
}

/** Boxes of Tiny-ImageNet's objects, by the name of the image's file: a list beside each folder's images. */
function tinyBoxes(path: string, columnsBefore: number): Map<string, string> {
  if (!existsSync(path)) return new Map();
  return new Map(
    lines(path)
      .map((line) => line.split('\t'))
      .filter((columns) => columns.length === columnsBefore + 4)
      .map((columns) => [columns[0]!, boxOf(columns.slice(columnsBefore))]),
  );
}

interface Reading {
  readonly root: string;
  readonly template: string;
  readonly names: ReadonlyMap<string, string>;
  readonly samples: RawSample[];
  readonly problems: Problem[];
}

interface Found {
  readonly id: string;
  readonly label: string;
  /** Null for images that belong to no part. */
  readonly split: Split | null;
  /** The object's, where the set has boxes. */
  readonly box?: string | undefined;
  /** ImageNet-9's: which background the image has. */
  readonly background?: string;
}

function add(
  { root, template, names, samples }: Reading,
  { id, label, split, box, background }: Found,
): void {
  const name = names.get(label) ?? synsetName(label) ?? label;
  const captions = [captionOfClass(name.split(',')[0]!, template)];
  samples.push({
    id,
    image: { path: join(root, id) },
    captions,
    label,
    split,
    attributes: { name, ...(box !== undefined && { box }), ...(background !== undefined && { background }) },
    where: id,
  });
}

/** Images of split/synset/ or split/synset/images/. */
function addSynsetFolders(reading: Reading, folder: string, split: Split): void {
  for (const label of folderNames(join(reading.root, folder))) {
    if (!isSynset(label)) continue;
    const inside = join(folder, label);
    const listed = folderNames(join(reading.root, inside));
    const deeper = listed.includes('images') && !listed.some(isImage);
    const place = deeper ? join(inside, 'images') : inside;
    const images = (deeper ? folderNames(join(reading.root, place)) : listed).filter(isImage);
    if (images.length === 0)
      reading.problems.push({ where: inside, reason: 'a class folder without images', warning: true });
    const boxes = tinyBoxes(join(reading.root, inside, `${label}_boxes.txt`), 1);
    for (const image of images)
      add(reading, { id: `${place}/${image}`, label, split, box: boxes.get(image) });
  }
}

/** Images of one folder, by a list of their classes. */
function addListed(
  reading: Reading,
  folder: string,
  split: Split,
  labels: ReadonlyMap<string, string>,
): void {
  const top = folderNames(join(reading.root, folder));
  const place = top.includes('images') ? `${folder}/images` : folder;
  const boxes = tinyBoxes(join(reading.root, folder, 'val_annotations.txt'), 2);
  for (const image of folderNames(join(reading.root, place)).filter(isImage)) {
    const label = labels.get(image);
    const id = `${place}/${image}`;
    if (label === undefined || label === '')
      reading.problems.push({ where: id, reason: 'not in the list of labels' });
    else add(reading, { id, label, split, box: boxes.get(image) });
  }
}

/** The folder that ImageNet-9's backgrounds challenge unpacks to, beside train/ and val/. */
const backgroundsFolder = 'bg_challenge';
const superclass = /^\d\d_(.+)$/;

/** bg_challenge/<background>/val/<00_dog>/…: composites that belong to no split; the attribute `background` says which kind each is. */
function addBackgrounds(reading: Reading): void {
  for (const background of folderNames(join(reading.root, backgroundsFolder))) {
    const folder = join(backgroundsFolder, background, 'val');
    for (const name of folderNames(join(reading.root, folder))) {
      const label = superclass.exec(name)?.[1];
      if (label === undefined) continue;
      for (const image of folderNames(join(reading.root, folder, name)).filter(isImage))
        add(reading, { id: `${folder}/${name}/${image}`, label, split: null, background });
    }
  }
}

async function readImageNet(root: string, place: Place, template: string): Promise<RawDataset> {
  const reading: Reading = { root, template, names: synsetNames(root), samples: [], problems: [] };
  addSynsetFolders(reading, 'train', 'train');
  for (const folder of ['val', 'validation'].filter((name) => place.names.includes(name))) {
    if (folderNames(join(root, folder)).some((name) => isSynset(name)))
      addSynsetFolders(reading, folder, 'validation');
    else addListed(reading, folder, 'validation', validationLabels(root));
  }
  if (place.names.includes('test')) {
    if (folderNames(join(root, 'test')).some((name) => isSynset(name)))
      addSynsetFolders(reading, 'test', 'test');
    else {
      const count = (await place.tree()).images.filter((image) => image.startsWith('test/')).length;
      reading.problems.push({
        where: 'test',
        reason: `${count} images without labels are left out`,
        warning: true,
      });
    }
  }
  if (place.names.includes(backgroundsFolder)) addBackgrounds(reading);
  if (reading.names.size === 0) {
    const reason = `no file with the synsets' names (${nameFiles.join(' or ')}): captions use WordNet 3.0's`;
    reading.problems.push({ where: root, reason, warning: true });
  }
  const { samples, problems } = reading;
  return { name: basename(root), root, samples, problems };
}

export const imagenet: SourceKind = {
  format: 'imagenet',
  name: 'ImageNet layout',
  what: "ImageNet's or Tiny-ImageNet's folder",
  recognizes: ({ path, kind, names }) =>
    kind === 'folder' &&
    names.includes('train') &&
    folderNames(join(path, 'train')).filter((name) => isSynset(name)).length > 1,
  passesOver: 'lies in no class folder',
  read: (place, { template }) => readImageNet(place.path, place, template),
};
