// The error for a damaged archive.

import { basename } from 'node:path';
import { UserError } from '../../util/errors.js';

export function damaged(archive: string, what: string): UserError {
  return new UserError(
    `data get: ${basename(archive)} cannot be unpacked: ${what}`,
    'It is damaged: remove it, and the same command downloads it again.',
  );
}
