// What comes from the system's package manager: LibTorch, a fast BLAS, an allocator, a compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { blasOnOpenmp, hasThreadsOfItsOwn } from './blas.js';
import type { Libtorch } from './find-libtorch.js';

export interface MissingPackages {
  /** Nothing works without these. */
  readonly required: readonly string[];
  /** It works without these, slowly. */
  readonly faster: readonly string[];
}

export interface Needs {
  /** The LibTorch there is, or null. */
  readonly libtorch: Libtorch | null;
  /** Package with LibTorch's libraries for which a prebuilt addon is there ('libtorch1.13'); null: one must be built. */
  readonly runtime: string | null;
  /** Whether an addon has to be built. */
  readonly builds: boolean;
}

/** Debian's names of what is missing. */
export function missingPackages({ libtorch, runtime, builds }: Needs): MissingPackages {
  const tools = [
    ['cmake', 'cmake'],
    [process.env.CXX ?? 'c++', 'g++'],
    ['make', 'make'],
  ] as const;
  const required = [
    ...(libtorch === null ? [runtime ?? 'libtorch-dev'] : []),
    ...(builds && libtorch?.cmake === null ? ['libtorch-dev'] : []),
    ...(builds ? tools.filter(([program]) => !isProgram(program)).map(([, name]) => name) : []),
  ];
  // LibTorch from Debian takes whichever BLAS is installed; the reference one is some thirty times slower than OpenBLAS.
  const systemBlas = libtorch === null || /^\/usr\/lib\//.test(libtorch.libraries);
  const faster = [
    ...(systemBlas && (!hasFastBlas() || waitsForItself()) ? ['libopenblas0-openmp'] : []),
    ...(hasTcmalloc() ? [] : ['libtcmalloc-minimal4']),
  ];
  return { required, faster };
}

function isProgram(name: string): boolean {
  if (name.includes('/')) return existsSync(name);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** Folders of system libraries, Debian's by processor among them. */
function libraryFolders(): string[] {
  try {
    const multiarch = readdirSync('/usr/lib').filter((name) => name.endsWith('-linux-gnu'));
    return [...multiarch.map((name) => join('/usr/lib', name)), '/usr/lib64', '/usr/lib'];
  } catch {
    return [];
  }
}

function hasFastBlas(): boolean {
  return libraryFolders()
    .map((folder) => join(folder, 'libblas.so.3'))
    .some((file) => existsSync(file) && /openblas|mkl|blis|atlas/.test(realpathSync(file)));
}

/** True where OpenBLAS has threads of its own, and the build on OpenMP's is not there to take its place. */
function waitsForItself(): boolean {
  return libraryFolders().some(
    (folder) => hasThreadsOfItsOwn(folder) && blasOnOpenmp(folder, {}).length === 0,
  );
}

function hasTcmalloc(): boolean {
  return libraryFolders().some((folder) => existsSync(join(folder, 'libtcmalloc_minimal.so.4')));
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** True where apt-get can be run without asking for a password. */
export function mayInstall(): boolean {
  return isRoot() || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

/** For people to copy. */
export function installCommand(names: readonly string[]): string {
  const sudo = isRoot() ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install --no-install-recommends ${names.join(' ')}`;
}

const asRoot = (command: readonly string[]): string[] => [...(isRoot() ? [] : ['sudo', '-n']), ...command];

export const aptUpdate: readonly string[] = asRoot([
  ...['apt-get', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=2', 'update'],
]);

export function aptInstall(names: readonly string[]): string[] {
  return asRoot([
    ...['env', 'DEBIAN_FRONTEND=noninteractive'],
    ...['apt-get', '-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=300'],
    ...['install', '--yes', '--no-install-recommends', ...names],
  ]);
}

/** True where apt-get knows a package of that name. */
export function aptHas(name: string): boolean {
  return aptVersion(name) !== null;
}

/** The version that apt-get would install: '1.13.1+dfsg-4'; null where it knows no package of that name. */
export function aptVersion(name: string): string | null {
  const { status, stdout } = spawnSync('apt-cache', ['show', '--no-all-versions', name], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return status === 0 ? versionIn(stdout) : null;
}

/** What `apt-cache show` says the version is. @internal */
export function versionIn(shown: string): string | null {
  return /^Version: (?:\d+:)?(\S+)/m.exec(shown)?.[1] ?? null;
}
