// Which column of a manifest is the picture, the caption, the label, the split and the id.

import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import type { ManifestColumns } from './types.js';

/** Names taken without being told, in order of preference; case and outer spaces are ignored. */
export const columnNames = {
  picture: ['picture', 'image', 'file', 'path'],
  caption: ['caption', 'captions', 'text'],
  label: ['label'],
  split: ['split'],
  id: ['id'],
} as const;

type Role = keyof typeof columnNames;

/** The columns found for each role; `others` become attributes. */
export interface FoundColumns {
  readonly picture: string;
  readonly caption: string | undefined;
  readonly label: string | undefined;
  readonly split: string | undefined;
  readonly id: string | undefined;
  readonly others: readonly string[];
}

function listed(columns: readonly string[]): string {
  return columns.length === 0 ? 'none' : columns.map((column) => `"${column}"`).join(', ');
}

function missing(
  manifest: string,
  wanted: string,
  names: readonly string[],
  columns: readonly string[],
): UserError {
  const near = names.map((name) => nearestName(name, columns)).find((name) => name !== undefined);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return new UserError(
    `openDataset: ${manifest} has no ${wanted} column; its columns are ${listed(columns)}`,
    `Name the column ${names.map((name) => `"${name}"`).join(' or ')}, or say which it is (columns.${wanted}).${hint}`,
  );
}

/** Finds the columns by the names given, else by the usual ones; errors list the columns there are. */
export function findColumns(
  manifest: string,
  columns: readonly string[],
  chosen: ManifestColumns = {},
): FoundColumns {
  const find = (role: Role): string | undefined => {
    const name = chosen[role];
    if (name !== undefined) {
      if (!columns.includes(name)) throw missing(manifest, role, [name], columns);
      return name;
    }
    for (const usual of columnNames[role]) {
      const column = columns.find((candidate) => candidate.trim().toLowerCase() === usual);
      if (column !== undefined) return column;
    }
    return undefined;
  };
  const found = {
    picture: find('picture'),
    caption: find('caption'),
    label: find('label'),
    split: find('split'),
    id: find('id'),
  };
  if (found.picture === undefined) throw missing(manifest, 'picture', columnNames.picture, columns);
  if (found.caption === undefined && found.label === undefined) {
    throw missing(manifest, 'caption', columnNames.caption, columns);
  }
  const taken = new Set<string | undefined>(Object.values(found));
  return { ...found, picture: found.picture, others: columns.filter((column) => !taken.has(column)) };
}
