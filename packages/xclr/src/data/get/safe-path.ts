// Where an archive's member goes: inside the folder, whatever its name says.

import { isAbsolute, join, normalize, sep } from 'node:path';
import { UserError } from '../../util/errors.js';

/** @throws {UserError} for a name that leads out of the folder */
export function safePath(folder: string, member: string, archive: string): string {
  const path = normalize(member.replaceAll('\\', '/'));
  if (isAbsolute(path) || /^[a-z]:/i.test(path) || path.split(sep).includes('..') || path.includes('\0')) {
    throw new UserError(
      `data get: ${archive} holds "${member}", which would be written outside its folder`,
      'Nothing was unpacked. Do not use this archive.',
    );
  }
  return join(folder, path);
}
