// The public data sets that `xclr data get` knows.

import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import { captionedSets } from './sets/captioned.js';
import { photographSets } from './sets/photographs.js';
import { smallImageSets } from './sets/small-images.js';
import type { PublicSet } from './types.js';

/** Every set, the smallest images first. */
export const publicSets: readonly PublicSet[] = [...smallImageSets, ...photographSets, ...captionedSets];

/** The set of a name. @throws {UserError} with the nearest name */
export function findSet(name: string): PublicSet {
  const found = publicSets.find((set) => set.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = publicSets.map((set) => set.name);
  const near = nearestName(name, names);
  throw new UserError(
    `data get: expected one of ${names.join(', ')}, got "${name}"`,
    near === undefined ? 'xclr data get --list tells what each is.' : `Did you mean ${near}?`,
  );
}
