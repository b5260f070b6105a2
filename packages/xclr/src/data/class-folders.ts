// Source: a folder of class folders, perhaps under train/validation/test folders.

import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { append } from '../util/arrays.js';
import { UserError } from '../util/errors.js';
import { captionOfClass } from './caption.js';
import { classNames } from './class-names.js';
import { belongsAside, isImage, isSystemFolder, whyUnreadable } from './image-names.js';
import { splitOfFolder } from './split.js';
import {
  allSplits,
  classFoldersIn,
  foldersWithImages,
  type Spread,
  splitLevel,
  splitsBelowClasses,
} from './split-folders.js';
import { tableHint } from './table-hint.js';
import type { Place, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
}

/** Files and folders (links followed), sorted by code points; hidden ones and documents left out, broken links listed. */
async function entries(folder: string, root: string, problems: Problem[]): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() ? isSystemFolder(entry.name) : belongsAside(entry.name)) continue;
    const path = join(folder, entry.name);
    let kind: { isDirectory(): boolean } = entry;
    if (entry.isSymbolicLink()) {
      try {
        kind = await stat(path);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        const reason = code === 'ELOOP' ? 'a link that points to itself' : 'a broken link';
        problems.push({ where: shown(path, root), reason });
        continue;
      }
    }
    found.push({ name: entry.name, path, folder: kind.isDirectory() });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function shown(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

/** All image files under a folder, at any depth. A folder that is its own ancestor through a link is listed. */
export async function imagesUnder(
  folder: string,
  root: string,
  problems: Problem[],
  ancestors: readonly string[],
): Promise<string[]> {
  const real = await realpath(folder);
  if (ancestors.includes(real)) {
    problems.push({ where: shown(folder, root), reason: 'a link back to a folder that contains it' });
    return [];
  }
  const images: string[] = [];
  for (const entry of await entries(folder, root, problems)) {
    if (entry.folder) append(images, await imagesUnder(entry.path, root, problems, [...ancestors, real]));
    else if (isImage(entry.name)) images.push(entry.path);
    else {
      const reason = whyUnreadable(entry.name) ?? 'not an image, by its name';
      problems.push({ where: shown(entry.path, root), reason });
    }
  }
  return images;
}

async function classesOf(
  folder: string,
  split: Split | null,
  context: { root: string; template: string; problems: Problem[]; ancestors: readonly string[] },
): Promise<RawSample[]> {
  const { root, template, problems } = context;
  const ancestors = [...context.ancestors, await realpath(folder)];
  const samples: RawSample[] = [];
  for (const entry of await entries(folder, root, problems)) {
    const where = shown(entry.path, root);
    if (!entry.folder) {
      problems.push({ where, reason: 'is not in a class folder' });
      continue;
    }
    const label = entry.name.normalize('NFC');
    const images = await imagesUnder(entry.path, root, problems, ancestors);
    warnOfSubfolders(images, where, root, problems);
    if (images.length === 0) problems.push({ where, reason: 'a class folder without images', warning: true });
    for (const image of images) {
      const id = shown(image, root);
      const captions = [captionOfClass(label, template)];
      samples.push({ id, image: { path: image }, captions, label, split, attributes: {}, where: id });
    }
  }
  return samples;
}

/** The samples with captions that call classes by their names, where folders are numbered or named by WordNet's ids. */
function withClassNames(
  samples: readonly RawSample[],
  template: string,
  root: string,
  problems: Problem[],
): readonly RawSample[] {
  const labels = [...new Set(samples.map(({ label }) => label ?? ''))];
  const { names, said } = classNames(labels);
  if (said === undefined) return samples;
  problems.push({ where: basename(root), reason: said, warning: true });
  return samples.map((sample) => {
    const name = names.get(sample.label ?? '');
    return name === undefined
      ? sample
      : {
          ...sample,
          captions: [captionOfClass(name, template)],
          attributes: { name: name.replaceAll('_', ' ') },
        };
  });
}

/** Says that the names of folders within a class folder are not used, where more than one holds images. */
function warnOfSubfolders(images: readonly string[], where: string, root: string, problems: Problem[]): void {
  const inside = foldersWithImages(
    images.map((image) => shown(image, root)),
    `${where}/`,
  );
  if (inside.length < 2 || inside.every(({ name }) => splitOfFolder(name) !== undefined)) return;
  const names = inside.slice(0, 4).map(({ name }) => name);
  const reason = `one class, with images in ${inside.length} folders (${names.join(', ')}${inside.length > 4 ? ', …' : ''}), whose names are not used`;
  problems.push({ where, reason, warning: true });
}

/** Whether folders at the top may be splits: as they look ('embed': for images alone, any name will do), as was asked for, or not. */
type Levels = 'auto' | 'embed' | 'splits' | 'none';

/**
 * Reads `root/class/…/image` or `root/split/class/…/image`. The first level is splits where its folders look like them
 * (split-folders.ts). The class folder's name is the label; ids are paths relative to the root. A folder that is alone
 * at the top and holds several folders of images is passed through: archives unpack so.
 */
async function readClassFolders(
  { path: root, names, tree }: Pick<Place, 'path' | 'names' | 'tree'>,
  template: string,
  levels: Levels = 'auto',
): Promise<RawDataset> {
  const { images } = await tree();
  const problems: Problem[] = [];
  const whole = (samples: readonly RawSample[]): RawDataset => ({
    name: basename(root),
    root,
    samples: withClassNames(samples, template, root, problems),
    problems,
  });
  const top = (await entries(root, root, [])).filter(({ folder }) => folder);
  if (top.length === 0) {
    throw new UserError(
      `openDataset: ${root} holds no class folders (found ${names.length} files and no folder)`,
      `${tableHint(root, names)}Put each class into a folder of its own (root/cat/1.jpg), or give a .csv, .tsv or .jsonl manifest. xclr embed takes images without classes or captions.`,
    );
  }
  const through = levels === 'none' ? '' : passedThrough(images);
  const start = through === '' ? root : join(root, through);
  if (through !== '')
    problems.push({
      where: through,
      reason: 'holds all the images: its folders are the classes or splits',
      warning: true,
    });
  const folders = foldersWithImages(images, through === '' ? '' : `${through}/`);
  const level =
    levels === 'none'
      ? undefined
      : levels === 'splits'
        ? allSplits(folders, root)
        : splitLevel(folders, root);
  const context = { root, template, problems, ancestors: [] };
  if (level === undefined) {
    if (through !== '') await listFiles(root, root, problems);
    if (levels === 'auto') refuseContainers(root, folders, names);
    const found = await classesOf(start, null, context);
    const below = splitsBelowClasses(
      found.map(({ id }) => id),
      through === '' ? '' : `${through}/`,
    );
    if (below === undefined) return whole(found);
    const reason = 'the folders in the class folders are named like splits, and were taken for them';
    problems.push({ where: basename(root), reason, warning: true });
    return whole(found.map((sample) => ({ ...sample, split: below(sample.id) })));
  }
  await listFiles(root, root, problems);
  if (through !== '') await listFiles(start, root, problems);
  const samples: RawSample[] = [];
  const ancestors = [await realpath(root)];
  for (const [name, split] of level.splits) {
    const folder = through === '' ? name : `${through}/${name}`;
    const classes = classFoldersIn(images, folder, split);
    append(samples, await classesOf(join(root, classes), split, { ...context, ancestors }));
  }
  const known = [...level.splits.keys()].join(', ');
  for (const other of level.others) {
    const prefix = through === '' ? `${other}/` : `${through}/${other}/`;
    for (const image of images)
      if (image.startsWith(prefix))
        problems.push({ where: image, reason: `lies beside the splits (${known}), in none of them` });
  }
  return whole(samples);
}

/** Folders that hold images of any class, or what belongs to images. */
const containers =
  /^(images?|imgs?|jpe?gimages|masks?|labels?|annotations?|segmentation(class|object)?|thumbnails?|depth)$/i;

/** @throws {UserError} where folders that are no classes by their names would become classes */
function refuseContainers(root: string, folders: readonly Spread[], names: readonly string[]): void {
  const found = folders.filter(({ name, direct }) => direct > 0 && containers.test(name));
  if (found.length === 0) return;
  const listed = found.map(({ name }) => `${name}/`).join(', ');
  throw new UserError(
    `openDataset: ${root}: the images lie in ${listed}, which by the name ${found.length === 1 ? 'is no class' : 'are no classes'}`,
    `${tableHint(root, names)}If they are classes, give --data-format class-folders. Else give the table or the annotations that name the images and their captions.`,
  );
}

/** Files right in a folder of splits: they belong to no class. */
async function listFiles(folder: string, root: string, problems: Problem[]): Promise<void> {
  for (const entry of await entries(folder, root, []))
    if (!entry.folder)
      problems.push({ where: shown(entry.path, root), reason: 'is not in a split or class folder' });
}

/** 'chest_xray', where it alone holds images, in several folders; '' where the top is where classes or splits are. */
function passedThrough(images: readonly string[], prefix = ''): string {
  if (images.some((image) => image.startsWith(prefix) && !image.slice(prefix.length).includes('/')))
    return '';
  const folders = foldersWithImages(images, prefix);
  const [only] = folders;
  if (folders.length !== 1 || only === undefined || only.direct > 0 || splitOfFolder(only.name) !== undefined)
    return '';
  const path = `${prefix}${only.name}`;
  const inside = foldersWithImages(images, `${path}/`);
  if (inside.length > 1) return path;
  return passedThrough(images, `${path}/`);
}

async function hasClasses({ kind, tree }: Place): Promise<boolean> {
  return kind === 'folder' && (await tree()).images.some((image) => image.includes('/'));
}

export const classFolders: SourceKind = {
  format: 'class-folders',
  name: 'class folders',
  what: 'a folder of class folders',
  passesOver: 'is in no class folder',
  recognizes: ({ kind }) => kind === 'folder',
  competes: hasClasses,
  read: (place, { template, format, imagesAlone = false }) =>
    readClassFolders(place, template, format !== undefined ? 'none' : imagesAlone ? 'embed' : 'auto'),
};

/** Only where it is asked for: class folders are taken for splits by themselves where they look so. */
export const splitFolders: SourceKind = {
  format: 'split-folders',
  name: 'class folders',
  what: 'a folder of splits with class folders',
  passesOver: 'is in no split or class folder',
  recognizes: () => false,
  read: (place, { template }) => readClassFolders(place, template, 'splits'),
};
