// Source: a folder of images with a table (metadata.csv), or a table in each of its folders, as in Hugging Face's imagefolder.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beginsAsTable, readManifest } from './manifest.js';
import { splitOfFolder } from './split.js';
import type { DatasetOptions, Place, Problem, RawDataset, SourceKind } from './types.js';

/** Tables that describe the folder that they lie in, in order of preference; metadata is Hugging Face's imagefolder. */
const tableNames = [
  ...['metadata', 'captions', 'labels', 'manifest', 'annotations', 'index'].flatMap((name) =>
    ['.csv', '.tsv', '.jsonl'].map((extension) => `${name}${extension}`),
  ),
  'captions.txt', // Flickr8k as Kaggle has it, where it begins as a table does
];

/** Names of a folder that are those of tables, in order of preference; case aside. */
function tablesIn({ path, names }: Pick<Place, 'path' | 'names'>): string[] {
  return tableNames.flatMap((table) =>
    names.filter(
      (name) => name.toLowerCase() === table && (!table.endsWith('.txt') || beginsAsTable(join(path, name))),
    ),
  );
}

/** How much a file's name is preferred; −1 where it is none of a table. Texts below the top are captions of images. */
function rankOf(file: string): number {
  return file.endsWith('.txt') ? -1 : tableNames.indexOf(basename(file).toLowerCase());
}

/** The tables of folders below: one a folder, none inside a folder whose parent has one. */
async function tablesBelow({ tree }: Place): Promise<string[]> {
  const byFolder = new Map<string, string>();
  for (const file of (await tree()).others) {
    const folder = dirname(file);
    const rank = rankOf(file);
    const before = byFolder.get(folder);
    if (rank >= 0 && (before === undefined || rank < rankOf(before))) byFolder.set(folder, file);
  }
  const folders = [...byFolder.keys()];
  return [...byFolder].flatMap(([folder, file]) =>
    folders.some((other) => other !== folder && folder.startsWith(`${other}/`)) ? [] : [file],
  );
}

type Options = DatasetOptions & { readonly template: string };

/** Tables of the top beside the one that is read. */
function passedOver(place: Place, table: string): Problem[] {
  return tablesIn(place)
    .filter((other) => other !== table)
    .map((other) => ({ where: other, reason: `was passed over: ${table} was read`, warning: true }));
}

async function readTables(place: Place, options: Options): Promise<RawDataset> {
  const [top] = tablesIn(place);
  if (top !== undefined && existsSync(join(place.path, top))) {
    const raw = readManifest(join(place.path, top), options.template, options);
    return { ...raw, problems: [...raw.problems, ...passedOver(place, top)] };
  }
  const files = await tablesBelow(place);
  const parts = files.map((file) => {
    const folder = dirname(file);
    // The folder closest to the top that is named like a split: train/metadata.csv, data/train/metadata.csv.
    const split =
      folder
        .split('/')
        .map(splitOfFolder)
        .find((one) => one !== undefined) ?? null;
    const raw = readManifest(join(place.path, file), options.template, options, { split });
    raw.prefixIds?.(`${folder.normalize('NFC')}/`);
    return { ...raw, problems: raw.problems.map((one) => ({ ...one, where: `${folder}/${one.where}` })) };
  });
  return {
    name: basename(place.path),
    root: place.path,
    samples: parts.flatMap(({ samples }) => samples),
    problems: parts.flatMap(({ problems }) => problems),
    ...(parts[0]?.columns !== undefined && { columns: parts[0].columns }),
    digest: parts.map(({ digest }) => digest).join(' '),
    drawSplits: (draw) => {
      for (const part of parts) part.drawSplits?.(draw);
    },
  };
}

export const folderTable: SourceKind = {
  format: 'table',
  name: 'images with a table',
  what: 'a folder of images with a metadata.csv',
  recognizes: async (place) =>
    place.kind === 'folder' && (tablesIn(place).length > 0 || (await tablesBelow(place)).length > 0),
  competes: () => true,
  passesOver: 'is in no row of the table (give the table itself as the data where that is meant)',
  read: readTables,
};
