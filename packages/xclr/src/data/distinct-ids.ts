// Ids over several files: as the files give them while they are distinct, else with the file's name before them.
import { basename } from 'node:path';
import { RowIndex } from './tables/row-index.js';
import type { RawSample } from './types.js';

/** The samples of one file: a shard, a table, a list of annotations. */
export interface FilePart {
  /** The file's path relative to the data's folder, without its ending. */
  readonly file: string;
  readonly samples: readonly RawSample[];
}

/** 'train/000' of 'train/000.tar.gz'. */
export function withoutEnding(path: string, endings: readonly string[]): string {
  const ending = [...endings]
    .sort((a, b) => b.length - a.length)
    .find((one) => path.toLowerCase().endsWith(one));
  return ending === undefined ? path : path.slice(0, -ending.length);
}

/** True where two files give the same id: shards that begin their keys anew, tables that number their rows from 0. */
export function idsCollide(parts: readonly FilePart[]): boolean {
  if (parts.length < 2) return false;
  const all: { sample: RawSample; part: number }[] = [];
  for (const [part, { samples }] of parts.entries()) for (const sample of samples) all.push({ sample, part });
  const index = new RowIndex((i) => all[i]!.sample.id, all.length);
  return all.some(({ sample, part }, i) => {
    const earlier = index.add(sample.id, i);
    return earlier !== undefined && all[earlier]!.part !== part;
  });
}

/** The samples of all files, their ids made distinct: 'shard-001/000017' where shards begin anew, else as they are. */
export function withDistinctIds(parts: readonly FilePart[]): RawSample[] {
  const collide = idsCollide(parts);
  return parts.flatMap(({ file, samples }) =>
    collide
      ? samples.map((sample) => ({ ...sample, id: `${file.normalize('NFC')}/${sample.id}` }))
      : [...samples],
  );
}

/** Paths relative to the folder that all of them share; their names where they are in one folder. */
export function sharedNames(paths: readonly string[], root: string): string[] {
  const inside = `${root}/`;
  return paths.map((path) => (path.startsWith(inside) ? path.slice(inside.length) : basename(path)));
}
