// Source: a folder of class folders, perhaps under train/validation/test folders.

import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { UserError } from '../util/errors.js';
import { captionOfClass } from './caption.js';
import { splitFromName } from './split.js';
import type { Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

/** Extensions taken for pictures; anything else in a class folder is listed as a problem. */
export const pictureExtensions = [
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.gif',
  '.avif',
  '.tif',
  '.tiff',
  '.svg',
  '.ppm',
  '.pgm',
  '.pnm',
];

/** True for a file that is a picture by its name. */
export function isPicture(name: string): boolean {
  return pictureExtensions.includes(extname(name).toLowerCase());
}

const ignored = new Set(['Thumbs.db', 'desktop.ini', 'Icon\r']);

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly folder: boolean;
}

/** Files and folders (links followed), sorted by code points; hidden ones left out, broken links listed. */
async function entries(folder: string, root: string, problems: Problem[]): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || ignored.has(entry.name)) continue;
    const path = join(folder, entry.name);
    let kind: { isDirectory(): boolean } = entry;
    if (entry.isSymbolicLink()) {
      try {
        kind = await stat(path);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        const reason = code === 'ELOOP' ? 'a link that leads to itself' : 'a link to nothing';
        problems.push({ where: shown(path, root), reason });
        continue;
      }
    }
    found.push({ name: entry.name, path, folder: kind.isDirectory() });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function shown(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}

/** All picture files under a folder, at any depth. A folder that is its own ancestor through a link is listed. */
async function picturesUnder(
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
  const pictures: string[] = [];
  for (const entry of await entries(folder, root, problems)) {
    if (entry.folder)
      pictures.push(...(await picturesUnder(entry.path, root, problems, [...ancestors, real])));
    else if (isPicture(entry.name)) pictures.push(entry.path);
    else problems.push({ where: shown(entry.path, root), reason: 'not a picture, by its name' });
  }
  return pictures;
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
      problems.push({ where, reason: 'lies outside any class folder' });
      continue;
    }
    const label = entry.name.normalize('NFC');
    const pictures = await picturesUnder(entry.path, root, problems, ancestors);
    if (pictures.length === 0)
      problems.push({ where, reason: 'a class folder without pictures', warning: true });
    for (const picture of pictures) {
      const id = shown(picture, root);
      const captions = [captionOfClass(label, template)];
      samples.push({ id, picture: { path: picture }, captions, label, split, attributes: {}, where: id });
    }
  }
  return samples;
}

/**
 * Reads `root/class/…/picture` or `root/split/class/…/picture`. The first level is splits when every folder in it is
 * named like one (train, val, test, …). The class folder's name is the label; ids are paths relative to the root.
 */
export async function readClassFolders(root: string, template: string): Promise<RawDataset> {
  const problems: Problem[] = [];
  const top = await entries(root, root, []);
  const folders = top.filter((entry) => entry.folder);
  if (folders.length === 0) {
    throw new UserError(
      `openDataset: ${root} holds no class folders (found ${top.length} files and no folder)`,
      'Put each class into a folder of its own (root/cat/1.jpg), or give a .csv, .tsv or .jsonl manifest.',
    );
  }
  const context = { root, template, problems, ancestors: [] };
  const named = folders.map((folder) => splitFromName(folder.name));
  if (!named.every((split) => split !== undefined)) {
    const samples = await classesOf(root, null, context);
    return { name: basename(root), root, samples, problems };
  }
  for (const entry of top) {
    if (!entry.folder)
      problems.push({ where: entry.name, reason: 'lies outside any split and class folder' });
  }
  const samples: RawSample[] = [];
  for (const [i, folder] of folders.entries()) {
    samples.push(
      ...(await classesOf(folder.path, named[i]!, { ...context, ancestors: [await realpath(root)] })),
    );
  }
  return { name: basename(root), root, samples, problems };
}

export const classFolders: SourceKind = {
  name: 'class folders',
  what: 'a folder of class folders',
  recognises: ({ kind }) => kind === 'folder',
  read: ({ path }, { template }) => readClassFolders(path, template),
};
