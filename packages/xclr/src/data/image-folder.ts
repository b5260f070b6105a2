// Source: images alone, without classes or captions: a folder of images, or one image file. For embedding, not for training.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { imagesUnder, shown } from './class-folders.js';
import { isImage, isSystemFolder } from './image-names.js';
import type { Place, Problem, RawDataset, RawSample, SourceKind } from './types.js';

/** The images of a folder; ids are paths relative to it. */
async function readFolder(root: string): Promise<RawDataset> {
  const problems: Problem[] = [];
  const paths = await imagesUnder(root, root, problems, []);
  return dataset(root, paths, problems);
}

function dataset(root: string, paths: readonly string[], problems: readonly Problem[]): RawDataset {
  const samples = paths.map((path): RawSample => {
    const id = shown(path, root);
    return { id, image: { path }, captions: [], label: null, split: null, attributes: {}, where: id };
  });
  return { name: basename(root), root, samples, problems, withoutSplits: true };
}

/** True where images lie in the folder and no folder does: with folders, they are classes. */
async function isFlat({ path, names }: Place): Promise<boolean> {
  if (!names.some(isImage)) return false;
  const entries = await readdir(path, { withFileTypes: true });
  return !entries.some((entry) => entry.isDirectory() && !isSystemFolder(entry.name));
}

export const imageFolder: SourceKind = {
  format: 'images',
  name: 'images alone',
  what: 'an image or a folder of images',
  recognizes: async (place) =>
    place.kind === 'folder' ? isFlat(place) : place.kind === 'file' && isImage(place.path),
  competes: () => true,
  read: async ({ path }) =>
    (await stat(path)).isDirectory() ? readFolder(path) : dataset(dirname(path), [path], []),
};
