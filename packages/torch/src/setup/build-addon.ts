// Builds the addon from its C++ sources, which are part of this package.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFolderAsync } from '../files/index.js';
import {
  type Addon,
  type AddonRecord,
  addonIn,
  addonName,
  hasCxx11Abi,
  packageFolder,
  preloaderName,
  recordName,
} from './addon-files.js';
import { type Libtorch, releaseOf } from './find-libtorch.js';
import { LibtorchError } from './libtorch-error.js';
import type { Steps } from './steps.js';

const sources = join(packageFolder, 'native');

const stampName = 'stamp';
/** What of a build is used. */
const kept: ReadonlySet<string> = new Set([addonName, preloaderName, recordName, stampName]);

interface BuildOptions {
  /** Where the addon goes. */
  readonly folder: string;
}

/** Node-API's headers, as npm ships them: nothing is downloaded. */
function nodeHeaders(): string {
  const require = createRequire(import.meta.url);
  return (require('node-api-headers') as { include_dir: string }).include_dir;
}

/**
 * Builds beside `folder` and moves the finished build there, so that a build that fails or is killed leaves the old addon, and a process that has it loaded keeps its file.
 */
export async function buildAddon(libtorch: Libtorch, steps: Steps, { folder }: BuildOptions): Promise<Addon> {
  if (libtorch.cmake === null)
    throw new LibtorchError(
      `set-up: LibTorch ${libtorch.version} (${libtorch.source}) has no header files to build against.`,
      'Install its development package (libtorch-dev on Debian and Ubuntu), or set LIBTORCH to an unpacked archive.',
    );
  await replaceFolderAsync(folder, async (partial) => {
    const title = `building the native addon against LibTorch ${libtorch.version}`;
    const configure = ['cmake', '-S', sources, '-B', partial, ...definitions(libtorch)];
    const jobs = String(availableParallelism());
    const compile = ['cmake', '--build', partial, '--parallel', jobs];
    const script = [configure, compile].map((command) => command.map(quoted).join(' ')).join(' && ');
    await steps.run(title, ['sh', '-c', script], { remedy: remedyFor(steps.log) });
    completeRecord(partial, libtorch);
    writeFileSync(join(partial, stampName), stampOf(libtorch));
    for (const name of readdirSync(partial))
      if (!kept.has(name)) rmSync(join(partial, name), { recursive: true });
  });
  const addon = addonIn(folder);
  if (addon === null)
    throw new LibtorchError(
      `set-up: the build left no ${addonName} and ${recordName} in ${folder}.`,
      `The whole output is in ${steps.log}.`,
    );
  return addon;
}

function definitions(libtorch: Libtorch): string[] {
  const { cmake, libraries, version } = libtorch;
  return [
    '-DCMAKE_BUILD_TYPE=Release',
    // A unity build reads LibTorch's headers once for four files, which halves the time where cores are fewer than files.
    `-DCMAKE_UNITY_BUILD=${availableParallelism() < 8 ? 'ON' : 'OFF'}`,
    '-DCMAKE_UNITY_BUILD_BATCH_SIZE=4',
    ...(isForCuda(libtorch)
      ? [
          `-DXCLR_TORCH_PREFIX=${dirname(libraries)}`,
          `-DXCLR_TORCH_VERSION=${releaseOf(version)}`,
          `-DXCLR_CXX11_ABI=${hasCxx11Abi(libtorch) ? 1 : 0}`,
        ]
      : []),
    // The second prefix keeps CMake from mixing in the libraries of another LibTorch that the system may have.
    `-DCMAKE_PREFIX_PATH=${cmake};${dirname(libraries)}`,
    `-DNODE_API_HEADERS=${nodeHeaders()}`,
  ];
}

/** Built without CMake's package of it, which would ask for the CUDA toolkit; nothing of ours needs one. */
function isForCuda({ libraries }: Libtorch): boolean {
  return existsSync(join(libraries, 'libtorch_cuda.so')) && existsSync(join(dirname(libraries), 'include'));
}

/** Adds to what CMake recorded which of LibTorch's libraries the addon asks the loader for. */
function completeRecord(folder: string, libtorch: Libtorch): void {
  if (process.platform !== 'linux') return;
  const { stdout } = spawnSync('readelf', ['--dynamic', '--wide', join(folder, addonName)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const names = Array.from(
    (stdout ?? '').matchAll(/\(NEEDED\).*\[(lib(?:c10|torch)\S*)\]/g),
    ([, name]) => name!,
  );
  if (names.length === 0)
    throw new LibtorchError(
      `set-up: ${addonName} names no library of LibTorch that it needs.`,
      'Install readelf (of binutils, which comes with the compiler), then run this again.',
    );
  const file = join(folder, recordName);
  const record = JSON.parse(readFileSync(file, 'utf8')) as AddonRecord;
  const complete: AddonRecord = { ...record, needed: names, cxx11Abi: hasCxx11Abi(libtorch) };
  writeFileSync(file, `${JSON.stringify(complete, null, 2)}\n`);
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

function remedyFor(log: string): (output: string) => string {
  return (output) =>
    /CUDA could not be found|Failed to find nvToolsExt|CUDA_TOOLKIT_ROOT_DIR/.test(output)
      ? 'This LibTorch was built for CUDA, and building against it needs the CUDA toolkit (nvcc). Install it, or set LIBTORCH to a CPU build.'
      : `The whole output is in ${log}. LIBTORCH=/path/to/libtorch chooses another LibTorch.`;
}

/** True where `folder` holds what building now would give. */
export function isCurrent(folder: string, libtorch: Libtorch): boolean {
  try {
    return addonIn(folder) !== null && readFileSync(join(folder, stampName), 'utf8') === stampOf(libtorch);
  } catch {
    return false;
  }
}

/** Files that are compiled, at any depth, by their path within the folder; tests are built apart. @internal */
export function sourcesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => !/^test([/\\]|$)/.test(name) && statSync(join(folder, name)).isFile()).sort();
}

/** Everything that the outcome of a build depends on. */
function stampOf({ version, libraries }: Libtorch): string {
  const hash = createHash('sha256');
  for (const name of sourcesIn(sources)) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(sources, name)))
      .update('\0');
  }
  const compiler = spawnSync(process.env.CXX ?? 'c++', ['-dumpfullversion'], { encoding: 'utf8' }).stdout;
  return JSON.stringify({
    version,
    libraries,
    compiler: compiler?.trim() ?? '',
    sources: hash.digest('hex'),
  });
}
