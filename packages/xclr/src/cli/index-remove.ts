// `xclr index remove`: items out of an index, by id.
import { readFileSync } from 'node:fs';
import { openIndex } from '../deploy/search/index.js';
import { UserError } from '../util/errors.js';

export interface RemoveFlags {
  readonly ids?: string;
  readonly postgres?: string;
}

export async function removeCommand(
  name: string,
  named: readonly string[],
  flags: RemoveFlags,
): Promise<void> {
  const listed =
    flags.ids === undefined ? [] : readFileSync(flags.ids, 'utf8').split(/\r?\n/).filter(Boolean);
  const ids = [...new Set([...named, ...listed])];
  if (ids.length === 0)
    throw new UserError('index remove: no id was given', 'Give ids, or a file of ids with --ids.');
  await using index = await openIndex(name, flags);
  const found = await index.get(ids);
  const missing = ids.filter((_, i) => found[i] === undefined);
  const removed = await index.remove(ids);
  if (missing.length > 0) {
    console.log(`not there: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}`);
  }
  console.log(`→ ${index.name}: ${removed} items removed, ${index.size} left`);
}
