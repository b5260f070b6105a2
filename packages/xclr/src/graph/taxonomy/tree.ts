// A tree of names, checked: one root, no cycles, one parent each.
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';

/** A tree of classes. */
export interface Taxonomy {
  readonly names: readonly string[];
  /** (nodes): place of a node's parent, −1 for the root. */
  readonly parent: Int32Array;
  /** (nodes): 1 for the root, 2 for its children. */
  readonly depth: Int32Array;
  readonly placeOf: ReadonlyMap<string, number>;
}

/** Child and parent; a parent of null is a root said aloud. */
export type Edge = readonly [child: string, parent: string | null];

export const shortened = (names: readonly string[]) =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? `, … (${names.length} in all)` : '');

/**
 * A taxonomy from its edges.
 * @param virtualRoot puts one root above several, which makes nodes of different trees wholly unlike (lin) or far apart
 */
export function taxonomyOf(edges: readonly Edge[], { virtualRoot = false } = {}): Taxonomy {
  const parents = new Map<string, string | null>();
  for (const [child, parent] of edges) {
    const before = parents.get(child) ?? null;
    if (before !== null && parent !== null && before !== parent) {
      throw new UserError(
        `taxonomy: '${child}' has two parents, '${before}' and '${parent}'`,
        'A taxonomy must be a tree: give the node one parent, or make two nodes with different names.',
      );
    }
    parents.set(child, parent ?? before);
    if (parent !== null && !parents.has(parent)) parents.set(parent, null);
  }
  if (parents.size === 0) throw new UserError('taxonomy: no nodes found');
  refuseCycles(parents);
  const roots = [...parents].filter(([, parent]) => parent === null).map(([name]) => name);
  if (roots.length > 1 && !virtualRoot) {
    throw new UserError(
      `taxonomy: expected one root, got ${roots.length}: ${shortened(roots)}`,
      'Give them a common parent, or give --graph-virtual-root.',
    );
  }
  const names = [...parents.keys()];
  const placeOf = new Map(names.map((name, i) => [name, i]));
  const parent = Int32Array.from(names, (name) => {
    const above = parents.get(name) ?? null;
    if (above !== null) return placeOf.get(above)!;
    return roots.length > 1 ? names.length : -1;
  });
  const whole = roots.length > 1 ? Int32Array.from([...parent, -1]) : parent;
  return {
    names: roots.length > 1 ? [...names, '(root)'] : names,
    parent: whole,
    depth: depthsOf(whole),
    placeOf,
  };
}

function refuseCycles(parents: ReadonlyMap<string, string | null>): void {
  const done = new Set<string>();
  for (const start of parents.keys()) {
    const way = new Set<string>();
    let at: string | null = start;
    while (at !== null && !done.has(at)) {
      if (way.has(at)) {
        const all = [...way];
        const cycle = [...all.slice(all.indexOf(at)), at];
        throw new UserError(
          `taxonomy: a cycle: ${cycle.join(' → ')}`,
          'A taxonomy must be a tree: remove one of these links.',
        );
      }
      way.add(at);
      at = parents.get(at) ?? null;
    }
    for (const name of way) done.add(name);
  }
}

function depthsOf(parent: Int32Array): Int32Array {
  const depth = new Int32Array(parent.length);
  for (let start = 0; start < parent.length; start++) {
    const way: number[] = [];
    let at = start;
    while (at >= 0 && depth[at] === 0) {
      way.push(at);
      at = parent[at]!;
    }
    let above = at < 0 ? 0 : depth[at]!;
    for (const place of way.reverse()) depth[place] = ++above;
  }
  return depth;
}

/** The lowest node above both (or one of them). */
export function commonAncestor({ parent, depth }: Taxonomy, a: number, b: number): number {
  let [x, y] = [a, b];
  while (x !== y) {
    if (depth[x]! >= depth[y]!) x = parent[x]!;
    else y = parent[y]!;
  }
  return x;
}

/** Each sample's node. Labels may name leaves or inner nodes. */
export function placesOf({ placeOf }: Taxonomy, labels: readonly (string | null)[]): Int32Array {
  const none = labels.indexOf(null);
  if (none >= 0) throw new UserError(`taxonomy: every sample must have a label, sample ${none} has none`);
  const names = [...placeOf.keys()];
  const unknown = [...new Set(labels as readonly string[])].filter((label) => !placeOf.has(label));
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 5).map((label) => {
      const near = nearestName(label, names);
      return near === undefined ? `'${label}'` : `'${label}' (did you mean '${near}'?)`;
    });
    const more = unknown.length > 5 ? `, … (${unknown.length} in all)` : '';
    throw new UserError(
      `taxonomy: every label must be a node; not found: ${shown.join(', ')}${more}`,
      `The taxonomy has ${shortened(names)}.`,
    );
  }
  return Int32Array.from(labels, (label) => placeOf.get(label!)!);
}
