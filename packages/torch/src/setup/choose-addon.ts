// Which addon to load: the one built on this machine, else a prebuilt one that fits a LibTorch that is there.
import { realpathSync } from 'node:fs';
import {
  type Addon,
  addonIn,
  buildFolder,
  fits,
  libtorchOf,
  prebuiltAddons,
  prebuiltFolder,
} from './addon-files.js';
import { describeSearch, type Environment, findLibtorch, type Libtorch } from './find-libtorch.js';
import { LibtorchError } from './libtorch-error.js';
import { platformPackage, thisSystem } from './system.js';

export interface Choice {
  readonly addon: Addon;
  readonly libtorch: Libtorch;
  /** Whether the addon came from an npm package, or was built on this machine. */
  readonly prebuilt: boolean;
}

/** Where to look; the defaults are this package's. */
export interface AddonPlaces {
  /** Folder of the addon built on this machine. */
  readonly built: string;
  /** Folder of prebuilt addons; null where the platform package is not installed. */
  readonly prebuilt: string | null;
}

const addonPlaces: AddonPlaces = {
  built: buildFolder(),
  // Looked up only where nothing was built: telling which C library this is takes some milliseconds.
  get prebuilt() {
    return prebuiltFolder(platformPackage(thisSystem()));
  },
};

/** The remedy of most errors here. */
export const runSetup =
  'Run: npx xclr setup   (it finds or installs LibTorch, and builds the addon where no prebuilt one fits)';

/**
 * @throws {LibtorchError} where there is no LibTorch, or no addon for the one there is
 */
export function chooseAddon(environment: Environment = process.env, places = addonPlaces): Choice {
  const built = addonIn(places.built);
  const linked = built === null ? null : libtorchOf(built);
  // What set-up built is meant to be used; only LIBTORCH overrules it, and the search takes a while.
  if (built !== null && linked !== null && (environment.LIBTORCH ?? '') === '')
    return { addon: built, libtorch: linked, prebuilt: false };

  const found: Libtorch[] = [];
  for (const libtorch of findLibtorch(environment)) {
    if (built !== null && linked !== null && samePlace(linked, libtorch))
      return { addon: built, libtorch, prebuilt: false };
    const prebuilt = prebuiltFor(libtorch, places.prebuilt);
    if (prebuilt !== null) return prebuilt;
    found.push(libtorch);
  }
  throw nothingFits(found, built, places, environment);
}

/** A prebuilt addon for that LibTorch, or null. */
export function prebuiltFor(libtorch: Libtorch, folder: string | null): Choice | null {
  if (folder === null) return null;
  const addon = prebuiltAddons(folder).find((one) => fits(one, libtorch));
  return addon === undefined ? null : { addon, libtorch, prebuilt: true };
}

function samePlace(a: Libtorch, b: Libtorch): boolean {
  return realpathSync(a.libraries) === realpathSync(b.libraries);
}

function nothingFits(
  found: readonly Libtorch[],
  built: Addon | null,
  { built: folder, prebuilt }: AddonPlaces,
  environment: Environment,
): LibtorchError {
  if (found.length === 0)
    return new LibtorchError(
      `@xclr/torch: LibTorch was not found. Looked at ${describeSearch(environment)}.`,
      runSetup,
    );
  const libtorch = found.map(({ version, source }) => `${version} (${source})`).join(', ');
  const versions = prebuilt === null ? [] : prebuiltAddons(prebuilt).map(({ torchVersion }) => torchVersion);
  const ready =
    prebuilt === null
      ? `the package ${platformPackage(thisSystem())}, which would hold prebuilt ones, is not installed`
      : `the prebuilt ones are for LibTorch ${versions.join(', ')}`;
  const own =
    built === null
      ? `none was built in ${folder}`
      : `the one in ${folder} was built for LibTorch ${built.torchVersion} at ${built.torchPrefix}`;
  return new LibtorchError(
    `@xclr/torch: there is no native addon for the LibTorch found here, ${libtorch}: ${own}, and ${ready}.`,
    runSetup,
  );
}
