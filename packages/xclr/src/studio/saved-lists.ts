// Lists of images that were chosen on the page, as files that --data-only and --data-exclude take.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';

export interface ListedImage {
  readonly id: string;
  readonly reason?: string | undefined;
}

/**
 * Writes `<out>/<name>.jsonl`.
 * @param name letters, digits, dots and dashes: never a path
 * @throws {UserError} where a list of this name is there and is not to be replaced
 */
export function saveList(
  out: string,
  name: string,
  images: readonly ListedImage[],
  { replace = false }: { readonly replace?: boolean } = {},
): string {
  const path = join(out, `${name}.jsonl`);
  if (!replace && existsSync(path))
    throw new UserError(`studio: there is a list ${name} already`, 'Choose another name, or replace it.');
  writeFileAtomic(path, images.map((image) => `${JSON.stringify(image)}\n`).join(''));
  return path;
}
