// Leaving out samples that a list names: what verification found broken, or an audit found wrong.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../util/errors.js';
import { readJsonLines } from '../util/files.js';
import type { Problem, RawDataset } from './types.js';

/**
 * The ids in a JSON-lines file. Lines without an `id` say something else (a row that never became a sample).
 * @param setting that names the file
 */
export function idsIn(file: string, setting: 'exclude' | 'only'): Set<string> {
  if (!existsSync(file)) {
    throw new UserError(
      `openDataset: ${setting} names ${file}, which does not exist`,
      setting === 'exclude'
        ? 'Give the list that xclr data verify writes (xclr-reports/<data>/quarantine.jsonl), or leave --data-exclude out.'
        : 'Give a list that xclr studio saved: --data-only id=@xclr-reports/studio/<list>.jsonl',
    );
  }
  const { values, broken } = readJsonLines(file);
  if (broken.length > 0) {
    throw new UserError(
      `openDataset: ${file}:${broken[0]!.line} is not a line of JSON (${broken[0]!.reason})`,
      'Each line must be a JSON object with an id: {"id": "cats/3.jpg"}.',
    );
  }
  const ids = new Set<string>();
  for (const value of values) {
    if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string')
      ids.add(value.id);
  }
  return ids;
}

/** The source without the samples that `file` names; says in a warning how many there were. */
export function withoutExcluded(raw: RawDataset, file: string | undefined): RawDataset {
  if (file === undefined) return raw;
  const ids = idsIn(file, 'exclude');
  const samples = raw.samples.filter(({ id }) => !ids.has(id));
  const gone = raw.samples.length - samples.length;
  const unknown = gone < ids.size ? `; ${ids.size - gone} of its ids are not in the data` : '';
  const warning: Problem = {
    where: basename(file),
    reason: `${gone} samples left out by the list${unknown}`,
    warning: true,
  };
  // Nothing else of the source is passed on: what it knows of the whole table (a digest, say) is not true of a part.
  const { name, root } = raw;
  return { name, root, samples, problems: [...raw.problems, warning] };
}
