// Text files of a data set: their lines, with errors that name the file.
import { readFileSync } from 'node:fs';
import { UserError } from '../util/errors.js';
import { decodeText, encodingRemedy } from './text.js';

/** The whole text of a file. @throws {UserError} where it is no text that is read */
export function readTextFile(path: string): string {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new UserError(`openDataset: ${path} ${(error as Error).message}`, encodingRemedy);
  }
}

/** The lines of a text file; the last is empty where the file ends with a line break. */
export function textLines(path: string): string[] {
  return readTextFile(path).split(/\r?\n/);
}
