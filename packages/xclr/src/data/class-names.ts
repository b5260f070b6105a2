// What classes are called, by the names of their folders: numbers in front and WordNet's ids are not part of a name.
import { isSynset, synsetName } from './synsets.js';

const numbered = /^\d+[._-]+(?=\p{L})/u;
const withSynset = /^n\d{8}[-_.]+(?=\p{L})/u;

/** Names of all labels, where they differ from the labels themselves, and what was done. */
export interface ClassNames {
  readonly names: ReadonlyMap<string, string>;
  readonly said: string | undefined;
}

function all(labels: readonly string[], pattern: RegExp): ReadonlyMap<string, string> | undefined {
  if (!labels.every((label) => pattern.test(label))) return undefined;
  const names = new Map(labels.map((label) => [label, label.replace(pattern, '')]));
  return new Set(names.values()).size === labels.length ? names : undefined;
}

/**
 * The names of classes for captions. '001.Albatross' (CUB) and 'n02085620-Chihuahua' (Stanford Dogs) lose what stands
 * before the name, where all labels have it and the names stay distinct; 'n02084071' is called as WordNet 3.0 has it.
 */
export function classNames(labels: readonly string[]): ClassNames {
  const nothing = { names: new Map<string, string>(), said: undefined };
  if (labels.length === 0) return nothing;
  const stripped = all(labels, withSynset) ?? (labels.length > 1 ? all(labels, numbered) : undefined);
  if (stripped !== undefined)
    return { names: stripped, said: `captions leave out what stands before the name of ${labels[0]}` };
  const ids = labels.filter(isSynset);
  const names = new Map(
    ids.flatMap((id) => {
      const name = synsetName(id);
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
  if (names.size === 0) return nothing;
  const [[id, name]] = [...names] as [[string, string]];
  return { names, said: `captions use WordNet 3.0's names of the ids: ${id} is "${name}"` };
}
