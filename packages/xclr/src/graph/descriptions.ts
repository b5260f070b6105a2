// The user's descriptions of classes in place of captions: a table of class,description.
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { UserError } from '../util/errors.js';
import type { CaptionedSample } from './caption-template.js';
import { shortened } from './taxonomy/tree.js';

/** Rows of class, description; a class with several rows has several. A first row `class,description` is a header. */
export function readDescriptions(path: string): ReadonlyMap<string, readonly string[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `readDescriptions: cannot read ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: true });
  const found = new Map<string, string[]>();
  for (const [i, row] of data.entries()) {
    const [name = '', description = ''] = row.map((cell) => cell.trim().normalize('NFC'));
    if (i === 0 && name.toLowerCase() === 'class') continue;
    if (row.length !== 2 || name === '' || description === '') {
      throw new UserError(
        `${path}: row ${i + 1} must be class,description, got '${row.join(',')}'`,
        'Put a description that has commas in quotes.',
      );
    }
    found.set(name, [...(found.get(name) ?? []), description]);
  }
  return found;
}

/** Samples whose captions are their class's descriptions. */
export function describeSamples<Sample extends CaptionedSample>(
  samples: readonly Sample[],
  descriptions: ReadonlyMap<string, readonly string[]>,
): Sample[] {
  const without = samples.find(({ label }) => label === null);
  if (without !== undefined) {
    throw new UserError(`descriptions: every sample must have a label, '${without.id}' has none`);
  }
  const unknown = new Set(samples.map(({ label }) => label!).filter((label) => !descriptions.has(label)));
  if (unknown.size > 0) {
    throw new UserError(
      `descriptions: no description of: ${shortened([...unknown])}`,
      `There are some of ${shortened([...descriptions.keys()])}.`,
    );
  }
  return samples.map((sample) => ({ ...sample, captions: descriptions.get(sample.label!)! }));
}
