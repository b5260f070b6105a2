// Exits 0 when node_modules holds just what package-lock.json asks for, so that `npm ci` would change nothing.
import { existsSync, readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** npm writes this hidden lockfile last, so an interrupted install has none. */
function installed() {
  try {
    return read('node_modules/.package-lock.json').packages;
  } catch {
    return undefined;
  }
}

function isCurrent() {
  const present = installed();
  if (present === undefined) return false;
  const wanted = read('package-lock.json').packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!isInstalled(path)) {
      if (!manifestMatches(path, entry)) return false;
      continue;
    }
    const found = present[path];
    if (found === undefined) {
      // Packages for other platforms are optional and rightly absent.
      if (entry.optional || entry.devOptional || entry.peer) continue;
      return false;
    }
    if (found.version !== entry.version || found.link !== entry.link || !existsSync(path)) return false;
  }
  return Object.keys(present).every((path) => wanted[path] !== undefined || !isInstalled(path));
}

/** An installed package, at the top or in a workspace's own node_modules; the others are the workspaces themselves. */
const isInstalled = (path) => /(^|\/)node_modules\//.test(path);

/** The lockfile repeats each workspace's dependencies: a difference means that a package.json was edited. */
function manifestMatches(path, entry) {
  const manifest = read(path === '' ? 'package.json' : `${path}/package.json`);
  return ['dependencies', 'devDependencies', 'optionalDependencies'].every(
    (field) => JSON.stringify(sorted(manifest[field])) === JSON.stringify(sorted(entry[field])),
  );
}

const sorted = (object = {}) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

process.exit(isCurrent() ? 0 : 1);
