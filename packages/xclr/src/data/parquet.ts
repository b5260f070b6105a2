// Source: Parquet files, one or several, with paths or with the images themselves.

import { basename } from 'node:path';
import { UserError } from '../util/errors.js';
import { idsCollide, sharedNames, withoutEnding } from './distinct-ids.js';
import { readManifest } from './manifest.js';
import { filesOf, holds } from './patterns.js';
import { splitOfPart } from './split.js';
import { readParquet } from './tables/parquet.js';
import type { DatasetOptions, Place, Problem, RawDataset, SourceKind } from './types.js';

const extensions = ['.parquet'];

async function readParquetFiles(
  place: Place,
  options: DatasetOptions & { readonly template: string },
): Promise<RawDataset> {
  const files = await filesOf(place, extensions);
  const names = sharedNames(files, place.path);
  const parts: RawDataset[] = [];
  for (const [i, file] of files.entries()) {
    const split = splitOfPart(withoutEnding(names[i]!, extensions)) ?? null;
    const table = await readParquet(file, options.columns?.image);
    // The column of images is not one of texts: it has been dealt with.
    const { image, ...others } = options.columns ?? {};
    const columns = table.image === undefined ? { ...others, image } : others;
    parts.push(readManifest(file, options.template, { ...options, columns }, { split, table }));
  }
  const [first] = parts;
  if (first === undefined) throw new UserError(`openDataset: ${place.path} holds no .parquet file`);
  if (parts.length === 1) return first;
  const name = place.kind === 'folder' ? basename(place.path) : first.name;
  const named = parts.map(({ samples }, i) => ({
    file: withoutEnding(names[i]!, extensions),
    samples,
  }));
  // Images inside the files are theirs alone; paths in two files may mean one image, which is listed as a duplicate.
  if (parts.every(({ imagesInside }) => imagesInside === true) && idsCollide(named))
    for (const [i, part] of parts.entries()) part.prefixIds?.(`${named[i]!.file}/`);
  // Hugging Face keeps versions of one set in folders of their own: read together, images would come twice.
  const folders = [...new Set(names.map((one) => one.slice(0, Math.max(0, one.indexOf('/')))))];
  const unlike = folders.filter((folder) => splitOfPart(folder) === undefined);
  const several: Problem[] =
    unlike.length < 2
      ? []
      : [
          {
            where: name,
            reason: `the Parquet files of ${unlike.length} folders are read together: ${unlike.map((one) => `${one}/`).join(', ')}`,
            warning: true,
          },
        ];
  return {
    name,
    root: place.kind === 'folder' ? place.path : first.root,
    ...(first.columns !== undefined && { columns: first.columns }),
    samples: parts.flatMap(({ samples }) => samples),
    problems: [...several, ...parts.flatMap(({ problems }) => problems)],
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
    place.kind === 'folder' ? holds(place, extensions) : place.extension === '.parquet',
  competes: () => true,
  passesOver: 'lies beside the Parquet files, which were read instead',
  read: readParquetFiles,
};
