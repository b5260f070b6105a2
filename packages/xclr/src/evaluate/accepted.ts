// Which answers are right, where an image's own label is not the only one: sets of labels, and maps between two label sets.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sampleValue } from '../data/filter.js';
import type { Dataset, Sample } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { checkKey, classOf } from './filter.js';

/** Settings that kNN and the linear probe share. */
export const acceptedSettings = {
  /** Column with every label that is right for a query, after ImageNet-Real; an empty set leaves the query out. */
  sets: z.string().optional(),
  /** What stands between the labels of a set; | by default. */
  separator: z.string().min(1).optional(),
  /** JSON file that maps a query's label to one or more of the gallery's, as ObjectNet needs. */
  map: z.string().optional(),
};

interface Accepting {
  readonly label: string;
  readonly sets?: string | undefined;
  readonly separator?: string | undefined;
  readonly map?: string | undefined;
}

export function checkAccepted(data: Dataset, { sets, map }: Accepting, where: string): void {
  if (sets !== undefined && map !== undefined)
    throw new UserError(`${where}: sets and map contradict each other`, 'Give one of the two.');
  if (sets !== undefined) checkKey(data, sets, `${where}, sets`);
  if (map !== undefined) readMap(map, where);
}

/** Labels that are right for a query; undefined where its own is the only one. */
export function acceptsOf(
  { label, sets, separator = '|', map }: Accepting,
  where: string,
): ((sample: Sample) => readonly string[]) | undefined {
  if (sets !== undefined) {
    return (sample) =>
      (sampleValue(sample, sets) ?? '')
        .split(separator)
        .map((one) => one.trim())
        .filter((one) => one !== '');
  }
  if (map === undefined) return undefined;
  const known = readMap(map, where);
  return (sample) => {
    const own = classOf(sample, label);
    return own === null ? [] : (known.get(own) ?? []);
  };
}

/** For definitions. */
export function describeAccepted({ label, sets, map }: Accepting): string {
  if (sets !== undefined)
    return `is among the labels in the query's ${sets} (queries without any are left out)`;
  if (map !== undefined)
    return `is one that ${map} maps the query's ${label} to (queries that the map does not name are left out)`;
  return "is the query's own";
}

function readMap(path: string, where: string): ReadonlyMap<string, readonly string[]> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError(
      `${where}: map: cannot read ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
  const parsed = z.record(z.string(), z.union([z.string(), z.array(z.string())])).safeParse(content);
  if (!parsed.success) {
    throw new UserError(
      `${where}: map: ${path} must map each label to a label or a list of labels`,
      'Such as {"mug": ["coffee mug", "cup"]}.',
    );
  }
  return new Map(Object.entries(parsed.data).map(([label, to]) => [label, [to].flat()]));
}
