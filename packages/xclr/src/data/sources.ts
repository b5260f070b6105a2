// Every kind of data source, and which one a path is.

import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { cifar } from './cifar.js';
import { classFolders, splitFolders } from './class-folders.js';
import { cocoCaptions } from './coco.js';
import { flickr } from './flickr.js';
import { folderTable } from './folder-table.js';
import { folderTexts } from './folder-texts.js';
import { formatNames } from './format-names.js';
import { idx } from './idx.js';
import { imageFolder } from './image-folder.js';
import { imagenet } from './imagenet.js';
import { type Reading, readAsOneOf } from './layouts.js';
import { manifest } from './manifest.js';
import { packed } from './packed/source.js';
import { parquet } from './parquet.js';
import { isRemote } from './remote/address.js';
import { remoteShards } from './remote/source.js';
import { emptyTree, readTree, type Tree } from './tree.js';
import type { DatasetOptions, Place, SourceKind } from './types.js';
import { webdataset } from './webdataset.js';

/**
 * Asked in this order, the particular before the general. A kind that is told by files of its own reads the path at
 * once; those that compete for folders (types.ts) are weighed against each other (layouts.ts).
 * @internal
 */
export const sourceKinds: readonly SourceKind[] = [
  packed,
  flickr,
  manifest,
  parquet,
  remoteShards,
  webdataset,
  cocoCaptions,
  idx,
  cifar,
  imagenet,
  folderTable,
  folderTexts,
  classFolders,
];

/** A path with {000..123} or {a,b} in it. */
const pattern = /\{[^{}]*(\.\.|,)[^{}]*\}/;

function anyOf(kinds: readonly SourceKind[]): string {
  const names = kinds.map(({ what }) => what);
  return `Give ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`;
}

function treeOf(path: string): () => Promise<Tree> {
  let tree: Tree | undefined;
  return async () => {
    tree ??= readTree(path);
    return tree;
  };
}

const noTree = async () => emptyTree;

async function placeOf(path: string): Promise<Place> {
  const extension = extname(path).toLowerCase();
  if (isRemote(path)) return { path, kind: 'remote', extension, names: [], tree: noTree };
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && pattern.test(path))
      return { path, kind: 'pattern', extension, names: [], tree: noTree };
    if (code === 'ENOENT') throw new UserError(`openDataset: ${path} does not exist`, 'Check the path.');
    throw new UserError(`openDataset: ${path} cannot be read (${message})`, 'Check its permissions.');
  }
  if (!isFolder) return { path, kind: 'file', extension, names: [], tree: noTree };
  return { path, kind: 'folder', extension: '', names: (await readdir(path)).sort(), tree: treeOf(path) };
}

type ReadOptions = DatasetOptions & { readonly template: string };

/** The kind that was asked for by its name; of two with one name, the one that takes files or folders. */
async function kindNamed(format: string, place: Place, options: ReadOptions): Promise<SourceKind> {
  const named = [...sourceKinds, splitFolders, imageFolder].filter((kind) => kind.format === format);
  if (named.length === 0) {
    const near = nearestName(format, formatNames);
    throw new UserError(
      `openDataset: format "${format}" is not known${near === undefined ? '' : `; did you mean "${near}"?`}`,
      `Formats are ${formatNames.join(', ')}.`,
    );
  }
  for (const kind of named) if (await kind.recognizes(place, options)) return kind;
  const forFolders = place.kind === 'folder' && [classFolders, splitFolders, folderTexts].includes(named[0]!);
  if (forFolders) return named[0]!;
  throw new UserError(
    `openDataset: ${place.path} cannot be read as "${format}"`,
    `That takes ${named.map(({ what }) => what).join(', or ')}.`,
  );
}

/** Kinds that recognize a place: the first that is told by files of its own, alone; else all that compete for it. */
async function kindsOf(place: Place, options: ReadOptions): Promise<SourceKind[]> {
  const { imagesAlone = false } = options;
  // Class folders take every folder, so images alone come before them.
  const kinds = imagesAlone ? [...sourceKinds.slice(0, -1), imageFolder, classFolders] : sourceKinds;
  const found: SourceKind[] = [];
  for (const kind of kinds) {
    if (!(await kind.recognizes(place, options))) continue;
    if (place.kind !== 'folder' || kind.competes === undefined) return [kind];
    if (found.length === 0 || (await kind.competes(place))) found.push(kind);
  }
  if (found.length > 0) return found;
  throw new UserError(
    `openDataset: ${place.path} is not a known kind of data (extension "${place.extension}")`,
    anyOf(kinds),
  );
}

/**
 * Reads what a path names, as the kind of source that it is or that `format` names.
 * @throws {UserError} where nothing recognizes it, or several do with equal reason
 */
export async function readSource(path: string, options: ReadOptions): Promise<Reading & { place: Place }> {
  const place = await placeOf(path);
  if (options.format !== undefined) {
    const kind = await kindNamed(options.format, place, options);
    return { kind, place, raw: await kind.read(place, options) };
  }
  const kinds = await kindsOf(place, options);
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined)
    return { kind: only, place, raw: await only.read(place, options) };
  return { ...(await readAsOneOf(kinds, place, options)), place };
}
