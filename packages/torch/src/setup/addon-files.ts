// Where addons lie: the one built on this machine, and the prebuilt ones of the platform's npm package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Libtorch, libtorchAt, minorOf, releaseOf } from './find-libtorch.js';

/** What a build writes beside the addon. */
export interface AddonRecord {
  /** LibTorch version that it was built for, e.g. '1.13.0'. */
  readonly torchVersion: string;
  /** Where that LibTorch lay. */
  readonly torchPrefix: string;
  /**
   * On Linux the addon has no path of LibTorch inside, so that it also runs elsewhere: these libraries must be loaded
   * before it, in this order. Elsewhere it finds LibTorch by itself, where it was built.
   */
  readonly needed?: readonly string[];
  /** Whether it was built with the newer ABI of the C++ library, as LibTorch must have been. */
  readonly cxx11Abi?: boolean;
}

export interface Addon extends AddonRecord {
  /** The .node file. */
  readonly file: string;
}

export const addonName = 'xclr_torch.node';
export const recordName = 'build-info.json';
/** Loads LibTorch's libraries from where they were found, before the addon asks for them by name; lies beside the addon. */
export const preloaderName = 'xclr_preload.node';

export const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
  version: string;
};

/** True in a checkout of the repository; published packages have no code generator. */
export const inRepository = existsSync(join(packageFolder, 'codegen'));

/**
 * Where set-up keeps its log, its stamps and (outside the repository) what it builds. An installed package may lie in a
 * folder that cannot be written to, and is replaced by every install, so its builds go to the user's cache.
 */
export function stateFolder(): string {
  if (inRepository) return join(packageFolder, '..', '..', '.cache');
  const cache = process.env.XDG_CACHE_HOME;
  return join(
    cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'),
    'xclr',
    'torch',
    version,
  );
}

/** Where the addon is that was built on this machine. */
export function buildFolder(): string {
  return join(inRepository ? packageFolder : stateFolder(), 'build');
}

/** The addon in `folder`, or null. */
export function addonIn(folder: string): Addon | null {
  const file = join(folder, addonName);
  const record = join(folder, recordName);
  if (!existsSync(file) || !existsSync(record)) return null;
  return { file, ...(JSON.parse(readFileSync(record, 'utf8')) as AddonRecord) };
}

/** The LibTorch that an addon built here was linked with, if it is still there and still the same version. */
export function libtorchOf({ torchPrefix, torchVersion }: Addon): Libtorch | null {
  const found = libtorchAt(torchPrefix, torchPrefix);
  return found !== null && releaseOf(found.version) === releaseOf(torchVersion) ? found : null;
}

/** The folder prebuilt/ of an installed platform package, or null. */
export function prebuiltFolder(packageName: string): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    return join(dirname(manifest), 'prebuilt');
  } catch {
    return null;
  }
}

/** All addons in a prebuilt/ folder. */
export function prebuiltAddons(folder: string): readonly Addon[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => addonIn(join(folder, name)))
    .filter((addon) => addon !== null);
}

/** True where a prebuilt addon can be loaded with that LibTorch: the same minor version, library names and C++ ABI. */
export function fits({ torchVersion, needed = [], cxx11Abi }: Addon, libtorch: Libtorch): boolean {
  return (
    minorOf(torchVersion) === minorOf(libtorch.version) &&
    needed.every((name) => existsSync(join(libtorch.libraries, name))) &&
    (cxx11Abi === undefined || cxx11Abi === hasCxx11Abi(libtorch))
  );
}

/** Whether LibTorch was compiled with libstdc++'s newer strings; pip's wheels before 2.6 were not. */
export function hasCxx11Abi({ libraries }: Libtorch): boolean {
  const library = readdirSync(libraries).find((name) => /^libc10\.so/.test(name));
  return library === undefined || readFileSync(join(libraries, library)).includes('__cxx11');
}
