// The error for an archive that cannot be read to its end.

import { basename } from 'node:path';
import { UserError } from '../../util/errors.js';

export function damaged(archive: string, what: string): UserError {
  return new UserError(
    `data get: ${basename(archive)} cannot be unpacked: ${what}`,
    'It is damaged: remove it, and the same command downloads it again.',
  );
}
