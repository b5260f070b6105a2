// Finds LibTorch: the folder that LIBTORCH names, then python's torch, then the system's.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { LibtorchError } from './libtorch-error.js';

/** One LibTorch on this machine. */
export interface Libtorch {
  /** Folder with its shared libraries. */
  readonly libraries: string;
  /** Folder for CMake, the one with Torch/TorchConfig.cmake; null where only the libraries are installed. */
  readonly cmake: string | null;
  /** '1.13.0', '2.13.0+cpu'. */
  readonly version: string;
  /** For people: where it was found. */
  readonly source: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Debian keeps libraries in a folder named after the processor. */
const multiarch = `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch}-linux-gnu`;

const systemFolders = [
  `/usr/lib/${multiarch}`,
  '/usr/lib',
  '/usr/lib64',
  '/usr/local',
  '/usr/local/lib',
  '/usr/local/libtorch',
  '/opt/libtorch',
  '/opt/homebrew/opt/pytorch',
  '/usr/local/opt/pytorch',
];

/** The release without what a build appends to it: '2.13.0+cpu' → '2.13.0'. */
export function releaseOf(version: string): string {
  return version.split('+', 1)[0]!;
}

/** LibTorch's binary interface changes with each minor version: '2.13.0+cpu' → '2.13'. */
export function minorOf(version: string): string {
  return releaseOf(version).split('.').slice(0, 2).join('.');
}

/** The LibTorch in `folder`: an unpacked archive, a torch folder of pip's, a prefix such as /usr; null where there is none. */
export function libtorchAt(folder: string, source: string): Libtorch | null {
  const libraries = ['lib', '', 'lib64', join('lib', multiarch)]
    .map((below) => join(folder, below))
    .find((place) => libraryIn(place) !== null);
  if (libraries === undefined) return null;
  // Debian's python3-torch has links to the system's libraries.
  const real = dirname(realpathSync(join(libraries, libraryIn(libraries)!)));
  if (real !== realpathSync(libraries)) return libtorchAt(real, source);
  const cmake = ['share/cmake', 'cmake', 'lib/cmake', join('lib', multiarch, 'cmake'), '']
    .map((below) => join(folder, below))
    .find((place) => existsSync(join(place, 'Torch', 'TorchConfig.cmake')));
  return { libraries, cmake: cmake ?? null, version: versionOf(folder, libraries, cmake), source };
}

function libraryIn(folder: string): string | null {
  for (const name of ['libtorch_cpu.so', 'libtorch_cpu.dylib'])
    if (existsSync(join(folder, name))) return name;
  try {
    // Without the development package, Debian has libtorch_cpu.so.1.13 alone.
    return readdirSync(folder).find((name) => /^libtorch_cpu\.so\.\d/.test(name)) ?? null;
  } catch {
    return null;
  }
}

function versionOf(folder: string, libraries: string, cmake: string | undefined): string {
  const text = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const found =
    // pip's wheels say nonsense such as 1.0.0 to CMake; their version.py is right.
    /^__version__ *= *'(.*)'/m.exec(text(join(folder, 'version.py')))?.[1] ??
    /^(\d\S*)/.exec(text(join(folder, 'build-version')))?.[1] ??
    (cmake === undefined
      ? undefined
      : /PACKAGE_VERSION "(\d[^"]*)"/.exec(text(join(cmake, 'Torch', 'TorchConfigVersion.cmake')))?.[1]) ??
    /\.so\.(\d[\d.]*)$/.exec(basename(realpathSync(join(libraries, libraryIn(libraries)!))))?.[1];
  return found ?? 'unknown';
}

/**
 * Every LibTorch there is, the preferred one first; LIBTORCH in the environment excludes all others.
 * @throws {LibtorchError} where LIBTORCH names a folder that holds none
 */
export function* findLibtorch(environment: Environment = process.env): Generator<Libtorch> {
  const asked = environment.LIBTORCH;
  if (asked !== undefined && asked !== '') {
    const found = libtorchAt(asked, `LIBTORCH=${asked}`);
    if (found === null)
      throw new LibtorchError(
        `LIBTORCH=${asked} is not a LibTorch: expected lib/libtorch_cpu.so in that folder.`,
        'Set it to the unpacked libtorch folder (the one with lib/ and share/ in it), or unset it.',
      );
    yield found;
    return;
  }
  const seen = new Set<string>();
  const places = function* (): Generator<[string, string]> {
    for (const folder of pythonTorchFolders(environment)) yield [folder, `python's torch, ${folder}`];
    for (const folder of systemFolders) yield [folder, `the system, ${folder}`];
  };
  for (const [folder, source] of places()) {
    const found = libtorchAt(folder, source);
    if (found === null || seen.has(realpathSync(found.libraries))) continue;
    seen.add(realpathSync(found.libraries));
    yield found;
  }
}

/** For people: the places that `findLibtorch` looks at. */
export function describeSearch(environment: Environment = process.env): string {
  const asked = environment.LIBTORCH;
  if (asked !== undefined && asked !== '') return `LIBTORCH=${asked}`;
  return 'LIBTORCH (not set), the torch package of python3, and the system’s library folders';
}

/**
 * Where python keeps torch, without importing it (that takes seconds). Version managers put a shim named python3
 * first in PATH, which may have no torch or not even run, so the system's python3 is asked too.
 */
function* pythonTorchFolders(environment: Environment): Generator<string> {
  const inPath = (environment.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .find((file) => existsSync(file));
  for (const python of new Set([inPath, '/usr/bin/python3'])) {
    if (python === undefined || !existsSync(python)) continue;
    const { stdout, status } = spawnSync(python, ['-c', findSpec], {
      encoding: 'utf8',
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
    const file = status === 0 ? stdout.trim() : '';
    if (file !== '') yield dirname(file);
  }
}

const findSpec = `
import importlib.util
spec = importlib.util.find_spec("torch")
print(spec.origin if spec and spec.origin else "")
`;
