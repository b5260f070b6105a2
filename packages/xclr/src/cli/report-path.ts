// Where a command writes a page or a list that nobody named a file for: a folder for each data set.
import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';

/** The folder of all of them, in the current one. */
const reports = 'xclr-reports';

/** xclr-reports/products/views.html for the data products.csv. */
function defaultPath(data: string, file: string): string {
  const name = basename(resolve(data))
    .replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return join(reports, name || 'data', file);
}

/**
 * The file that was asked for, else the default one of this data.
 * @param flag for the message: '--out'
 * @throws {UserError} where a folder is there
 */
export function reportPath(
  asked: string | undefined,
  data: string,
  { file, flag = '--out' }: { readonly file: string; readonly flag?: string },
): string {
  const path = asked ?? defaultPath(data, file);
  if (path === '' || statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(
      `${flag}: expected a file, got ${path === '' ? 'nothing' : `the folder ${path}`}`,
      `Name a file, such as ${join(path, file)}.`,
    );
  return path;
}
