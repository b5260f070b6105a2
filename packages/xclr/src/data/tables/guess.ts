// What a table does not say in so many words and its first rows tell: where its images lie, which column names them,
// which column holds splits. Whatever is taken so is said.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { isImage } from '../image-names.js';
import { splitFromName } from '../split.js';
import { type Head, textsOfColumn } from './head.js';

/** Folders beside a table that usually hold its images. */
const imageFolders = [
  'images',
  'Images',
  'image',
  'imgs',
  'img',
  'photos',
  'pictures',
  'JPEGImages',
  'Flicker8k_Dataset',
];

/** Columns that name an image by a number or a key, where files are named so. */
const idColumns = ['image_id', 'imageid', 'img_id', 'image_key', 'id', 'key', 'uid', 'asin'];

/** Columns that hold splits under another name, where all they hold are names of splits. */
const splitColumns = [
  'set',
  'subset',
  'partition',
  'phase',
  'usage',
  'fold',
  'data_split',
  'split_name',
  'dataset_split',
  'train_test',
];

/** The path that names the first rows' images, tidied. */
type FindFile = (path: string) => string;

/** The fraction of names that are image files in a folder. */
function fractionFound(names: readonly string[], folder: string, find: FindFile): number {
  if (names.length === 0) return 0;
  const found = names.filter((name) => {
    const path = find(isAbsolute(name) ? name : join(folder, name));
    return isImage(path) && existsSync(path);
  });
  return found.length / names.length;
}

/** The folder where most of the named images lie: the table's own, one beside it, one beside its folder. */
function folderWith(
  names: readonly string[],
  path: string,
  find: FindFile,
): { folder: string; fraction: number } {
  const here = dirname(path);
  const stem = basename(path, extname(path)).replace(/_?(labels|captions|metadata)$/i, '');
  const usual = [...imageFolders, ...(stem === '' ? [] : [stem])];
  const folders = [here, ...usual.map((one) => join(here, one))];
  for (const one of imageFolders) folders.push(join(dirname(here), one));
  let best = { folder: here, fraction: 0 };
  for (const folder of folders) {
    if (folder !== here && !existsSync(folder)) continue;
    const fraction = fractionFound(names, folder, find);
    if (fraction > best.fraction) best = { folder, fraction };
    if (best.fraction === 1) break;
  }
  return best;
}

/** At least half of the first rows must be there before a folder or a column is taken for what is meant. */
const enough = 0.5;

/** Where the images of a column lie, if not beside the table; undefined where they are there, or nowhere. */
export function guessImageFolder(
  head: Head,
  column: string,
  path: string,
  find: FindFile,
): string | undefined {
  const names = textsOfColumn(head, column).filter((name) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(name));
  if (fractionFound(names, dirname(path), find) > 0) return undefined;
  const { folder, fraction } = folderWith(names, path, find);
  return fraction >= enough && folder !== dirname(path) ? folder : undefined;
}

/** The column whose values are names of image files without their extension. */
export function guessImageColumn(head: Head, path: string, find: FindFile): string | undefined {
  for (const usual of idColumns) {
    const column = head.columns.find((one) => one.trim().toLowerCase() === usual);
    if (column === undefined) continue;
    if (folderWith(textsOfColumn(head, column), path, find).fraction >= enough) return column;
  }
  return undefined;
}

/** The column that holds splits under another name than "split". */
export function guessSplitColumn(head: Head): string | undefined {
  return splitColumns
    .map((usual) => head.columns.find((one) => one.trim().toLowerCase() === usual))
    .find((column) => {
      const texts = column === undefined ? [] : textsOfColumn(head, column);
      return texts.length > 0 && texts.every((text) => splitFromName(text) !== undefined);
    });
}

/** True where every image's path begins with a folder that is named exactly like a split: train/1.png. */
export function pathsNameSplits(head: Head, column: string): boolean {
  const names = textsOfColumn(head, column);
  return names.length > 0 && names.every((name) => splitOfPath(name) !== undefined);
}

/** The split that the first folder of a relative path names. */
export function splitOfPath(path: string): ReturnType<typeof splitFromName> {
  const tidy = path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '');
  const slash = tidy.indexOf('/');
  return slash <= 0 ? undefined : splitFromName(tidy.slice(0, slash));
}
