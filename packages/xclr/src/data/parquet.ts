// Source: Parquet files, one or several, with paths or with the images themselves.

import { basename, join } from 'node:path';
import { UserError } from '../util/errors.js';
import { idsCollide, withoutEnding } from './distinct-ids.js';
import { readManifest } from './manifest.js';
import { filesOf, folderNames, holds } from './patterns.js';
import { splitFromName } from './split.js';
import { readParquet } from './tables/parquet.js';
import type { DatasetOptions, Place, RawDataset, SourceKind, Split } from './types.js';

const extensions = ['.parquet'];

/** Hugging Face names its files train-00000-of-00004.parquet. */
function splitOfFile(path: string): Split | null {
  const [first = ''] = basename(path).split(/[-_.]/);
  return splitFromName(first) ?? null;
}

/** The files of a folder, or of the folder data/ in it, as Hugging Face's repositories keep them. */
function parquetFiles(place: Place): string[] {
  const here = filesOf(place, extensions);
  if (here.length > 0 || place.kind !== 'folder') return here;
  const path = join(place.path, 'data');
  return filesOf({ ...place, path, names: folderNames(path) }, extensions);
}

async function readParquetFiles(
  place: Place,
  options: DatasetOptions & { readonly template: string },
): Promise<RawDataset> {
  const files = parquetFiles(place);
  const parts: RawDataset[] = [];
  for (const file of files) {
    const table = await readParquet(file, options.columns?.image);
    // The column of images is not one of texts: it has been dealt with.
    const { image, ...others } = options.columns ?? {};
    const columns = table.image === undefined ? { ...others, image } : others;
    parts.push(
      readManifest(file, options.template, { ...options, columns }, { split: splitOfFile(file), table }),
    );
  }
  const [first] = parts;
  if (first === undefined) throw new UserError(`openDataset: ${place.path} holds no .parquet file`);
  if (parts.length === 1) return first;
  const name = place.kind === 'folder' ? basename(place.path) : first.name;
  const named = parts.map(({ samples }, i) => ({
    file: withoutEnding(basename(files[i]!), extensions),
    samples,
  }));
  // Images inside the files are theirs alone; paths in two files may mean one image, which is listed as a duplicate.
  if (parts.every(({ imagesInside }) => imagesInside === true) && idsCollide(named))
    for (const [i, part] of parts.entries()) part.prefixIds?.(`${named[i]!.file}/`);
  return {
    name,
    root: first.root,
    ...(first.columns !== undefined && { columns: first.columns }),
    samples: parts.flatMap(({ samples }) => samples),
    problems: parts.flatMap(({ problems }) => problems),
    digest: parts.map(({ digest }) => digest).join(' '),
    drawSplits: (draw) => {
      for (const part of parts) part.drawSplits?.(draw);
    },
  };
}

export const parquet: SourceKind = {
  format: 'parquet',
  name: 'Parquet',
  what: 'Parquet files',
  recognizes: (place) =>
    place.kind === 'folder'
      ? holds(place, extensions) || (place.names.includes('data') && parquetFiles(place).length > 0)
      : place.extension === '.parquet',
  competes: () => true,
  passesOver: 'lies beside the Parquet files, which were read instead',
  read: readParquetFiles,
};
