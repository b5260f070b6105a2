// Source: a folder of class folders, perhaps under train/validation/test folders.

import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { UserError } from '../util/errors.js';
import { captionOfClass } from './caption.js';
import { belongsAside, isImage, isSystemFolder, whyUnreadable } from './image-names.js';
import { splitFromName } from './split.js';
import type { Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

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
    if (entry.folder) images.push(...(await imagesUnder(entry.path, root, problems, [...ancestors, real])));
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
    if (images.length === 0) problems.push({ where, reason: 'a class folder without images', warning: true });
    for (const image of images) {
      const id = shown(image, root);
      const captions = [captionOfClass(label, template)];
      samples.push({ id, image: { path: image }, captions, label, split, attributes: {}, where: id });
    }
  }
  return samples;
}

/**
 * Reads `root/class/…/image` or `root/split/class/…/image`. The first level is splits when every folder in it is
 * named like one (train, val, test, …). The class folder's name is the label; ids are paths relative to the root.
 */
async function readClassFolders(root: string, template: string): Promise<RawDataset> {
  const problems: Problem[] = [];
  const top = await entries(root, root, []);
  const folders = top.filter((entry) => entry.folder);
  if (folders.length === 0) {
    throw new UserError(
      `openDataset: ${root} holds no class folders (found ${top.length} files and no folder)`,
      'Put each class into a folder of its own (root/cat/1.jpg), or give a .csv, .tsv or .jsonl manifest. xclr embed takes images without classes or captions.',
    );
  }
  const context = { root, template, problems, ancestors: [] };
  const named = folders.map((folder) => splitFromName(folder.name));
  if (!named.every((split) => split !== undefined)) {
    const samples = await classesOf(root, null, context);
    return { name: basename(root), root, samples, problems };
  }
  for (const entry of top) {
    if (!entry.folder) problems.push({ where: entry.name, reason: 'is not in a split or class folder' });
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
  recognizes: ({ kind }) => kind === 'folder',
  read: ({ path }, { template }) => readClassFolders(path, template),
};
