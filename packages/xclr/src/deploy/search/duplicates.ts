// Groups of items whose images are nearly the same.
import type { Item } from '../embed/index.js';
import type { VectorIndex } from './vector-index.js';

/** Items whose images are nearly identical. */
export interface DuplicateGroup {
  readonly items: readonly Item[];
  /** The lowest similarity that links the group. */
  readonly similarity: number;
}

/** Neighbors looked at for each item; a larger group is found through its members' neighbors. */
const neighbors = 16;

/**
 * Items joined by chains of similarities of at least `threshold`, largest groups first. Every item is searched for
 * once.
 */
export async function duplicateGroups(
  index: VectorIndex,
  threshold: number,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<DuplicateGroup[]> {
  const parent = new Map<string, string>();
  const items = new Map<string, Item>();
  const least = new Map<string, number>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    if (root !== id) parent.set(id, root);
    return root;
  };
  let done = 0;
  for await (const { items: part, vectors } of index.entries()) {
    for (const [i, item] of part.entries()) {
      const query = vectors.slice(i * index.encoder.dimensions, (i + 1) * index.encoder.dimensions);
      for (const match of await index.search(query, neighbors, { except: new Set([item.id]) })) {
        if (match.similarity < threshold) break;
        items.set(item.id, item);
        items.set(match.item.id, match.item);
        const [a, b] = [rootOf(item.id), rootOf(match.item.id)];
        const lowest = Math.min(match.similarity, least.get(a) ?? 1, least.get(b) ?? 1);
        if (a !== b) parent.set(b, a);
        else continue; // linked already by pairs at least as telling
        least.set(a, lowest);
      }
      onProgress(++done, index.size);
    }
  }
  const groups = new Map<string, Item[]>();
  for (const [id, item] of items) {
    const root = rootOf(id);
    groups.set(root, [...(groups.get(root) ?? []), item]);
  }
  return [...groups]
    .map(([root, members]) => ({
      items: members.sort((a, b) => (a.id < b.id ? -1 : 1)),
      similarity: least.get(root)!,
    }))
    .sort((a, b) => b.items.length - a.items.length || (a.items[0]!.id < b.items[0]!.id ? -1 : 1));
}
