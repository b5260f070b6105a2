// `xclr setup`: finds or installs LibTorch, and builds the addon where no prebuilt one fits.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, inRepository, prebuiltAddons, prebuiltFolder, stateFolder } from './addon-files.js';
import { buildAddon, isCurrent } from './build-addon.js';
import { prebuiltFor } from './choose-addon.js';
import { describeSearch, findLibtorch, type Libtorch, minorOf } from './find-libtorch.js';
import { LibtorchError } from './libtorch-error.js';
import { Steps } from './steps.js';
import { platformPackage, type System, thisSystem } from './system.js';
import {
  aptHas,
  aptInstall,
  aptUpdate,
  aptVersion,
  installCommand,
  mayInstall,
  missingPackages,
  type Needs,
} from './system-packages.js';

export interface SetupOptions {
  /** Folder of the LibTorch to use; by default LIBTORCH in the environment, else what is found. */
  readonly libtorch?: string | undefined;
  /** Whether system packages may be installed. Default: true, unless XCLR_NO_INSTALL is set. */
  readonly install?: boolean | undefined;
  /** Build the addon even where a prebuilt one fits. In the repository it is always built. */
  readonly build?: boolean | undefined;
}

export interface SetupOutcome {
  readonly libtorch: Libtorch;
  /** The addon that will be loaded. */
  readonly addon: string;
  /** False where everything was there already. */
  readonly changed: boolean;
}

const oldest = '1.13';

/** @throws {LibtorchError} where something is missing that it cannot install, with what to do */
export async function setup(options: SetupOptions = {}): Promise<SetupOutcome> {
  const environment =
    options.libtorch === undefined ? process.env : { ...process.env, LIBTORCH: options.libtorch };
  const system = thisSystem();
  const steps = new Steps(join(stateFolder(), 'setup.log'));
  const prebuilt = prebuiltFolder(platformPackage(system));
  const always = inRepository || options.build === true;
  const first = (): Libtorch | null => findLibtorch(environment).next().value ?? null;
  const builds = (libtorch: Libtorch | null): boolean =>
    always ||
    (libtorch === null ? runtimePackage(prebuilt) === null : prebuiltFor(libtorch, prebuilt) === null);

  let libtorch = first();
  if (libtorch !== null) checkVersion(libtorch);
  await installPackages(steps, system, options, () => ({
    libtorch,
    builds: builds(libtorch),
    runtime: always ? null : runtimePackage(prebuilt),
  }));
  libtorch = first() ?? missing(system, environment);
  checkVersion(libtorch);

  const folder = buildFolder();
  if (!builds(libtorch)) {
    // What was built for another LibTorch would be preferred to the prebuilt addon.
    rmSync(folder, { recursive: true, force: true });
    return { libtorch, addon: prebuiltFor(libtorch, prebuilt)!.addon.file, changed: steps.count > 0 };
  }
  if (!isCurrent(folder, libtorch)) await buildAddon(libtorch, steps, { folder });
  return { libtorch, addon: join(folder, 'xclr_torch.node'), changed: steps.count > 0 };
}

/** The system package with a LibTorch for which a prebuilt addon is there, if apt-get has one. */
function runtimePackage(prebuilt: string | null): string | null {
  if (prebuilt === null) return null;
  const names = prebuiltAddons(prebuilt).map(({ torchVersion }) => `libtorch${minorOf(torchVersion)}`);
  return names.find((name) => aptHas(name)) ?? null;
}

function checkVersion({ version, source }: Libtorch): void {
  if (version === 'unknown' || isNewEnough(version)) return;
  throw new LibtorchError(
    `LibTorch ${version} (${source}) is too old; ${oldest} or newer is needed.`,
    'Install a newer one ("pip install torch", or the official archive with LIBTORCH set to its folder).',
  );
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = minorOf(version).split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * Nothing where the packages of this release have a LibTorch that is new enough. Ubuntu 24.04 has none, 22.04 one of 2021.
 * @throws {LibtorchError} with what to install instead. @internal
 */
export function checkPackagedLibtorch({ name }: Pick<System, 'name'>, version: string | null): void {
  if (version !== null && isNewEnough(version)) return;
  const place = '~/.local/share/xclr-torch';
  const tools = installCommand(['python3-venv', 'cmake', 'g++', 'make']);
  throw new LibtorchError(
    version === null
      ? `set-up: ${name} has no package of LibTorch (libtorch-dev).`
      : `set-up: the LibTorch that ${name} packages is ${minorOf(version)}; ${oldest} or newer is needed.`,
    `Install PyTorch beside the system's packages: ${tools} && python3 -m venv ${place} && ` +
      `${place}/bin/pip install torch --index-url https://download.pytorch.org/whl/cpu. Then run this again with ` +
      `PATH=${place}/bin:$PATH, here and for every command, or with LIBTORCH set to the torch folder below ${place}/lib.`,
  );
}

async function installPackages(
  steps: Steps,
  system: System,
  { install = (process.env.XCLR_NO_INSTALL ?? '') === '' }: SetupOptions,
  needs: () => Needs,
): Promise<void> {
  let { required, faster } = missingPackages(needs());
  if (required.length + faster.length === 0) return;
  if (!system.debian) {
    if (needs().libtorch === null) missing(system, process.env);
    if (required.length > 0)
      throw new LibtorchError(
        `set-up: these tools are missing: ${required.join(', ')} (by their names on Debian).`,
        'Install them with your package manager, then run this again.',
      );
    return;
  }
  // What only makes it faster is tried once, not at every run; doctor goes on reminding of it.
  const tried = join(stateFolder(), 'faster-tried');
  const asked = faster.join(' ');
  if (required.length === 0 && existsSync(tried) && readFileSync(tried, 'utf8') === asked) return;
  const all = [...required, ...faster];
  const may = install && mayInstall();
  if (!may && required.length > 0)
    throw new LibtorchError(
      `set-up: system packages are missing: ${all.join(' ')}.`,
      `Run: ${installCommand(all)}`,
    );
  if (!may) {
    steps.say(`it works, but slowly, without ${asked}. To install: ${installCommand(faster)}`);
    writeFileSync(tried, asked);
    return;
  }
  try {
    // A third-party source that cannot be reached must not stop us: whether it mattered shows in the next line.
    await steps.run('reading the lists of packages', aptUpdate, { remedy: '' }).catch(() => undefined);
    ({ required, faster } = missingPackages(needs())); // only now is it known what apt-get has
    if (required.includes('libtorch-dev')) checkPackagedLibtorch(system, aptVersion('libtorch-dev'));
    const names = [...required, ...faster];
    await steps.run(`installing with apt-get: ${names.join(' ')}`, aptInstall(names), {
      remedy: `Check the network and /etc/apt, then run this again, or: ${installCommand(names)}`,
    });
  } catch (error) {
    if (required.length > 0) throw error;
    steps.say(
      `continuing without ${asked}; it works, but slowly. To install later: ${installCommand(faster)}`,
    );
    writeFileSync(tried, asked);
  }
}

function missing(system: System, environment: NodeJS.ProcessEnv): never {
  const message = `set-up: LibTorch was not found on this system (${system.name}, ${system.platform} ${system.arch}). Looked at ${describeSearch(environment)}.`;
  throw new LibtorchError(message, remedyFor(system));
}

/** What to do where set-up cannot install LibTorch. @internal */
export function remedyFor({ platform, libc, debian }: System): string {
  const archive =
    'unpack the official archive (https://pytorch.org, "LibTorch") and set LIBTORCH to its folder; cmake, make and a C++17 compiler are needed too. Then run this again.';
  if (debian) return `Run: ${installCommand(['libtorch-dev', 'cmake', 'g++', 'make'])}, or ${archive}`;
  if (platform === 'linux' && libc === 'musl')
    return 'PyTorch publishes no LibTorch for musl, the C library of Alpine. Use an image with glibc, such as node:22-bookworm-slim. Exported encoders do not run here either: onnxruntime-node needs glibc.';
  if (platform === 'darwin') return `Run: brew install pytorch cmake, or ${archive}`;
  if (platform === 'win32')
    return 'Training does not run on Windows itself. Use the Windows Subsystem for Linux with Debian or Ubuntu.';
  return `This system is neither Debian nor Ubuntu, where set-up could install it. Install PyTorch for python3 ("pip install torch"), or ${archive}`;
}
