// Which column of a manifest is the image, the caption, the label, the split and the id.

import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import type { FoundColumns, ManifestColumns } from '../types.js';

/** Names taken without being told, in order of preference; case and outer spaces are ignored. */
export const columnNames = {
  image: [
    'image.path',
    'image',
    'picture',
    'file',
    'path',
    'file_name',
    'filename',
    'filepath',
    'file_path',
    'image_path',
    'image_name',
    'img',
  ],
  caption: ['caption', 'captions', 'text', 'sentence', 'sentences', 'caption_text', 'comment'],
  label: ['label', 'class', 'category', 'fine_label'],
  split: ['split'],
  id: ['id'],
} as const;

/** What a column may hold. */
type Role = keyof typeof columnNames;

/** A table without a column that it needs, by the names that are taken without being told. */
export class MissingColumn extends UserError {
  readonly wanted: Role;
  /** The columns that there are. */
  readonly columns: readonly string[];
  /** The column with the images, where it was found. */
  readonly image: string | undefined;

  constructor(
    wanted: Role,
    message: string,
    remedy: string,
    { columns, image }: { readonly columns: readonly string[]; readonly image: string | undefined },
  ) {
    super(message, remedy);
    this.wanted = wanted;
    this.columns = columns;
    this.image = image;
  }
}

function listed(columns: readonly string[]): string {
  return columns.length === 0 ? 'none' : columns.map((column) => `"${column}"`).join(', ');
}

function missing(
  manifest: string,
  wanted: Role,
  names: readonly string[],
  columns: readonly string[],
  image?: string,
): UserError {
  const near = names.map((name) => nearestName(name, columns)).find((name) => name !== undefined);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return new MissingColumn(
    wanted,
    `openDataset: ${manifest} has no ${wanted} column; its columns are ${listed(columns)}`,
    `Name the column ${names
      .slice(0, 4)
      .map((name) => `"${name}"`)
      .join(' or ')}, or say which it is (--data-${wanted}-column).${hint}`,
    { columns, image },
  );
}

/** A column that was named is not there. */
function notThere(manifest: string, role: Role, name: string, columns: readonly string[]): UserError {
  const near = nearestName(name, columns);
  return new UserError(
    `openDataset: ${manifest} has no column "${name}", which was named for the ${role}; its columns are ${listed(columns)}`,
    near === undefined ? `Name one of them (--data-${role}-column).` : `Did you mean "${near}"?`,
  );
}

/** 'en' of 'caption.en', where there is a column caption and none of the whole name. */
function partOfColumn(columns: readonly string[], name: string | undefined): string | undefined {
  const dot = name?.indexOf('.') ?? -1;
  if (name === undefined || dot < 1 || columns.includes(name)) return undefined;
  return columns.includes(name.slice(0, dot)) ? name.slice(dot + 1) : undefined;
}

/** Columns by the names given, else by the usual ones; those that a table has to have may be missing. */
export interface NamedColumns extends Omit<FoundColumns, 'captionKey'> {
  readonly captionKey?: string | undefined;
}

/** Finds the columns by the names given, else by the usual ones. @throws {UserError} for a given name that is not there */
export function namedColumns(
  manifest: string,
  columns: readonly string[],
  chosen: ManifestColumns = {},
): NamedColumns {
  const find = (role: Role): string | undefined => {
    const name = chosen[role];
    if (name !== undefined) {
      if (!columns.includes(name)) throw notThere(manifest, role, name, columns);
      return name;
    }
    for (const usual of columnNames[role]) {
      const column = columns.find((candidate) => candidate.trim().toLowerCase() === usual);
      if (column !== undefined) return column;
    }
    return undefined;
  };
  const captionKey = partOfColumn(columns, chosen.caption);
  return {
    image: find('image'),
    caption: captionKey === undefined ? find('caption') : chosen.caption!.split('.', 1)[0]!,
    label: find('label'),
    split: find('split'),
    id: find('id'),
    captionKey,
  };
}

/** Finds the columns by the names given, else by the usual ones; errors list the columns there are. */
export function findColumns(
  manifest: string,
  columns: readonly string[],
  chosen: ManifestColumns = {},
  { imageInside = false }: { imageInside?: boolean } = {},
): FoundColumns {
  const { captionKey, ...named } = namedColumns(manifest, columns, chosen);
  const found = { ...named, ...(captionKey !== undefined && { captionKey }) };
  // open_clip's tables have filepath and title. Elsewhere a title is one column of many.
  if (found.caption === undefined && found.label === undefined && columns.includes('title'))
    found.caption = 'title';
  if (found.image === undefined && !imageInside) throw missing(manifest, 'image', columnNames.image, columns);
  if (found.caption === undefined && found.label === undefined) {
    throw missing(manifest, 'caption', columnNames.caption, columns, found.image);
  }
  return found;
}
