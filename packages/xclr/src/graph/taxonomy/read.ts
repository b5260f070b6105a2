// Taxonomies from files: child,parent tables, nested YAML or JSON, indented text.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import Papa from 'papaparse';
import { parse } from 'yaml';
import { UserError } from '../../util/errors.js';
import { type Edge, type Taxonomy, taxonomyOf } from './tree.js';

/** Rows of child, parent; an empty parent is the root. A first row `child,parent` is a header. */
function edgesOfTable(text: string, path: string): Edge[] {
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: true });
  const header = data[0]?.[0]?.trim().toLowerCase() === 'child';
  return data.slice(header ? 1 : 0).map((row, i) => {
    const child = row[0]?.trim() ?? '';
    if (row.length !== 2 || child === '') {
      throw new UserError(
        `${path}: row ${i + (header ? 2 : 1)} must be child,parent, got '${row.join(',')}'`,
      );
    }
    return [child, row[1]!.trim() || null];
  });
}

/** A deeper line is a child of the nearest line above that is less deep. */
function edgesOfIndented(text: string): Edge[] {
  const way: { name: string; indent: number }[] = [];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const name = line.trim();
      const indent = line.length - line.trimStart().length;
      while (way.length > 0 && way.at(-1)!.indent >= indent) way.pop();
      const parent = way.at(-1)?.name ?? null;
      way.push({ name, indent });
      return [name, parent];
    });
}

/** { animal: { dog: [husky, poodle], cat: null } }; a flat { husky: dog, dog: animal } reads as a tree of depth 2 each. */
function edgesOfTree(tree: unknown, parent: string | null, path: string): Edge[] {
  if (tree === null || tree === undefined) return [];
  if (Array.isArray(tree)) return tree.flatMap((one: unknown) => edgesOfTree(one, parent, path));
  if (typeof tree === 'object') {
    return Object.entries(tree).flatMap(([name, below]) => [
      [name, parent] as const,
      ...edgesOfTree(below, name, path),
    ]);
  }
  if (typeof tree === 'string' || typeof tree === 'number') return [[String(tree), parent]];
  throw new UserError(`${path}: expected names, lists and mappings, got ${String(tree)}`);
}

/** Reads .csv/.tsv (child,parent), .json/.yaml (nested; or a list of {child, parent}), .txt (indented). */
export function readTaxonomy(path: string, options: { virtualRoot?: boolean } = {}): Taxonomy {
  const kind = extname(path).toLowerCase();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `readTaxonomy: cannot read ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (kind === '.csv' || kind === '.tsv') return taxonomyOf(edgesOfTable(text, path), options);
  if (kind === '.txt') return taxonomyOf(edgesOfIndented(text), options);
  if (kind !== '.json' && kind !== '.yaml' && kind !== '.yml') {
    throw new UserError(`readTaxonomy: expected .csv, .tsv, .json, .yaml or .txt, got ${path}`);
  }
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (error) {
    throw new UserError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
  return taxonomyOf(edgesOfList(tree) ?? edgesOfTree(tree, null, path), options);
}

/** [{ child: dog, parent: animal }, …], or null where it is not such a list. */
function edgesOfList(tree: unknown): Edge[] | null {
  if (!Array.isArray(tree)) return null;
  const edges: Edge[] = [];
  for (const one of tree as unknown[]) {
    if (typeof one !== 'object' || one === null || !('child' in one)) return null;
    const parent = 'parent' in one ? one.parent : null;
    edges.push([String(one.child), parent === null || parent === '' ? null : String(parent)]);
  }
  return edges;
}
