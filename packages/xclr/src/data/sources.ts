// Every kind of data source, and which one a path is.

import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { UserError } from '../util/errors.js';
import { cifar } from './cifar.js';
import { classFolders } from './class-folders.js';
import { cocoCaptions } from './coco.js';
import { flickr } from './flickr.js';
import { idx } from './idx.js';
import { imageFolder } from './image-folder.js';
import { imagenet } from './imagenet.js';
import { manifest } from './manifest.js';
import { packed } from './packed/source.js';
import { parquet } from './parquet.js';
import { sidecar } from './sidecar.js';
import type { Place, SourceKind } from './types.js';
import { webdataset } from './webdataset.js';

/** Asked in this order; the first that recognizes a path reads it, so the particular come before the general. */
const sourceKinds: readonly SourceKind[] = [
  packed,
  flickr,
  manifest,
  parquet,
  webdataset,
  cocoCaptions,
  idx,
  cifar,
  imagenet,
  sidecar,
  classFolders,
];

/** A path with {000..123} or {a,b} in it. */
const pattern = /\{[^{}]*(\.\.|,)[^{}]*\}/;

function anyOf(kinds: readonly SourceKind[]): string {
  const names = kinds.map(({ what }) => what);
  return `Give ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`;
}

async function placeOf(path: string): Promise<Place> {
  const extension = extname(path).toLowerCase();
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && pattern.test(path)) return { path, kind: 'pattern', extension, names: [] };
    if (code === 'ENOENT') throw new UserError(`openDataset: ${path} does not exist`, 'Check the path.');
    throw new UserError(`openDataset: ${path} cannot be read (${message})`, 'Check its permissions.');
  }
  if (!isFolder) return { path, kind: 'file', extension, names: [] };
  return { path, kind: 'folder', extension: '', names: (await readdir(path)).sort() };
}

/**
 * The place that a path names and the kind of source it is.
 * @param imagesAlone whether images without classes or captions are taken too
 * @throws {UserError} where nothing recognizes it
 */
export async function sourceOf(
  path: string,
  { imagesAlone = false }: { readonly imagesAlone?: boolean | undefined } = {},
): Promise<{ kind: SourceKind; place: Place }> {
  // Class folders take every folder, so images alone come before them.
  const kinds = imagesAlone ? [...sourceKinds.slice(0, -1), imageFolder, classFolders] : sourceKinds;
  const place = await placeOf(path);
  for (const kind of kinds) if (await kind.recognizes(place)) return { kind, place };
  throw new UserError(
    `openDataset: ${path} is not a known kind of data (extension "${place.extension}")`,
    anyOf(kinds),
  );
}
