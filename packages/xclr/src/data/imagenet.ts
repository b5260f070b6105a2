// Source: ImageNet's and Tiny-ImageNet's layouts, whose class folders are named by WordNet synsets.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { captionOfClass } from './caption.js';
import { isPicture } from './class-folders.js';
import { folderNames } from './patterns.js';
import type { Place, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const synset = /^n\d{8}$/;

/** Files that say what synsets are called, in order of preference. */
const nameFiles = ['words.txt', 'LOC_synset_mapping.txt', 'synset_words.txt', 'classes.txt'];

function lines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
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

/** Which synset each validation picture is of, where they lie in one folder: by Tiny-ImageNet's list or by Kaggle's. */
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

interface Reading {
  readonly root: string;
  readonly template: string;
  readonly names: ReadonlyMap<string, string>;
  readonly samples: RawSample[];
  readonly problems: Problem[];
}

function add({ root, template, names, samples }: Reading, id: string, label: string, split: Split): void {
  const name = names.get(label) ?? label;
  const captions = [captionOfClass(name.split(',')[0]!, template)];
  samples.push({
    id,
    picture: { path: join(root, id) },
    captions,
    label,
    split,
    attributes: { name },
    where: id,
  });
}

/** Pictures of split/synset/ or split/synset/images/. */
function addSynsetFolders(reading: Reading, folder: string, split: Split): void {
  for (const label of folderNames(join(reading.root, folder))) {
    if (!synset.test(label)) continue;
    const inside = join(folder, label);
    const listed = folderNames(join(reading.root, inside));
    const deeper = listed.includes('images') && !listed.some(isPicture);
    const place = deeper ? join(inside, 'images') : inside;
    const pictures = (deeper ? folderNames(join(reading.root, place)) : listed).filter(isPicture);
    if (pictures.length === 0)
      reading.problems.push({ where: inside, reason: 'a class folder without pictures', warning: true });
    for (const picture of pictures) add(reading, `${place}/${picture}`, label, split);
  }
}

/** Pictures of one folder, by a list of their classes. */
function addListed(
  reading: Reading,
  folder: string,
  split: Split,
  labels: ReadonlyMap<string, string>,
): void {
  const top = folderNames(join(reading.root, folder));
  const place = top.includes('images') ? `${folder}/images` : folder;
  for (const picture of folderNames(join(reading.root, place)).filter(isPicture)) {
    const label = labels.get(picture);
    const id = `${place}/${picture}`;
    if (label === undefined || label === '')
      reading.problems.push({ where: id, reason: 'no class in the list of labels' });
    else add(reading, id, label, split);
  }
}

function readImageNet(root: string, place: Place, template: string): RawDataset {
  const reading: Reading = { root, template, names: synsetNames(root), samples: [], problems: [] };
  addSynsetFolders(reading, 'train', 'train');
  for (const folder of ['val', 'validation'].filter((name) => place.names.includes(name))) {
    if (folderNames(join(root, folder)).some((name) => synset.test(name)))
      addSynsetFolders(reading, folder, 'validation');
    else addListed(reading, folder, 'validation', validationLabels(root));
  }
  if (place.names.includes('test')) {
    if (folderNames(join(root, 'test')).some((name) => synset.test(name)))
      addSynsetFolders(reading, 'test', 'test');
    else
      reading.problems.push({ where: 'test', reason: 'pictures without labels are left out', warning: true });
  }
  if (reading.names.size === 0) {
    const reason = `no names of the synsets (${nameFiles.join(' or ')}): captions say their ids`;
    reading.problems.push({ where: root, reason, warning: true });
  }
  const { samples, problems } = reading;
  return { name: basename(root), root, samples, problems };
}

export const imagenet: SourceKind = {
  name: 'ImageNet layout',
  what: "ImageNet's or Tiny-ImageNet's folder",
  recognises: ({ path, kind, names }) =>
    kind === 'folder' &&
    names.includes('train') &&
    folderNames(join(path, 'train')).filter((name) => synset.test(name)).length > 1,
  read: async (place, { template }) => readImageNet(place.path, place, template),
};
