// Recipes that come with the package, by name: `--config xclr-in1k`.
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';

const folder = fileURLToPath(new URL('../../../recipes/', import.meta.url));

/** Names of the recipes that come with the package. */
export function recipeNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/** Path of a settings file: one that exists, else the recipe of that name. */
export function recipeFile(nameOrPath: string): string {
  // A folder of that name is no settings file, but often the data: photos/ beside the recipe photos.
  if (statSync(nameOrPath, { throwIfNoEntry: false })?.isFile() || /[/\\.]/.test(nameOrPath))
    return nameOrPath;
  const names = recipeNames();
  if (names.includes(nameOrPath)) return join(folder, `${nameOrPath}.yaml`);
  const near = nearestName(nameOrPath, names);
  throw new UserError(
    `config: there is no file and no recipe called ${nameOrPath}`,
    `${near === undefined ? '' : `Did you mean ${near}? `}Recipes: ${names.join(', ')}.`,
  );
}
