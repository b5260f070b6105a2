// Every file below a folder, looked at once: which are images, which are not, and what systems left there.
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { belongsAside, isImage, isSystemFolder, whyUnreadable } from './image-names.js';

/** Paths are relative to the folder, with '/', in the order of their code points, folder by folder. */
export interface Tree {
  /** Images of the kinds that are read. */
  readonly images: readonly string[];
  /** Images of kinds that are not read: BMP, HEIC, … */
  readonly unreadable: readonly string[];
  /** All other files, but hidden ones, the system's, and documents. */
  readonly others: readonly string[];
  /** Images in hidden folders and in those that systems make (thumbnails, waste bins), by the folder's name. */
  readonly aside: ReadonlyMap<string, number>;
}

export const emptyTree: Tree = { images: [], unreadable: [], others: [], aside: new Map() };

function isFolder(entry: Dirent, path: string): boolean | undefined {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    return undefined; // a broken link
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // not readable: its images cannot be counted
  }
}

/** Images of a folder that is left out, links not followed. */
function countImages(folder: string): number {
  let count = 0;
  for (const entry of entriesOf(folder)) {
    if (entry.isDirectory()) count += countImages(join(folder, entry.name));
    else if (isImage(entry.name)) count++;
  }
  return count;
}

/** Walks a folder; links are followed, but not in circles. Costs a listing of every folder below it. */
export function readTree(root: string): Tree {
  const images: string[] = [];
  const unreadable: string[] = [];
  const others: string[] = [];
  const aside = new Map<string, number>();
  const walk = (folder: string, prefix: string, ancestors: readonly string[]): void => {
    const real = realpathSync(folder);
    if (ancestors.includes(real)) return;
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      const within = isFolder(entry, path);
      if (within === undefined) continue;
      const name = `${prefix}${entry.name}`;
      if (!within) {
        if (belongsAside(entry.name)) continue;
        if (isImage(entry.name)) images.push(name);
        else (whyUnreadable(entry.name) === undefined ? others : unreadable).push(name);
      } else if (!isSystemFolder(entry.name)) walk(path, `${name}/`, [...ancestors, real]);
      else if (entry.isDirectory() && entry.name !== '.git' && entry.name !== '.cache') {
        const count = countImages(path);
        if (count > 0) aside.set(entry.name, (aside.get(entry.name) ?? 0) + count);
      }
    }
  };
  walk(root, '', []);
  return { images, unreadable, others, aside };
}
