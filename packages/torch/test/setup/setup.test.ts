// Finding LibTorch and choosing an addon, on folders that look like the real ones, and what is said where nothing fits.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Addon, addonIn, fits, libtorchOf } from '../../src/setup/addon-files.js';
import { sourcesIn } from '../../src/setup/build-addon.js';
import { chooseAddon } from '../../src/setup/choose-addon.js';
import { findLibtorch, libtorchAt, minorOf, releaseOf } from '../../src/setup/find-libtorch.js';
import { checkPackagedLibtorch, remedyFor } from '../../src/setup/setup.js';
import { excerpt, Steps } from '../../src/setup/steps.js';
import { isDebian, libcOf, platformPackage, readOsRelease, thisSystem } from '../../src/setup/system.js';
import { installCommand, missingPackages, versionIn } from '../../src/setup/system-packages.js';

const root = mkdtempSync(join(tmpdir(), 'xclr-setup-'));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, text = ''): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** As the official archive is laid out. */
function putArchive(folder: string, version: string, { cxx11 = true } = {}): string {
  for (const name of ['libtorch.so', 'libtorch_cpu.so']) put(`${folder}/lib/${name}`);
  put(`${folder}/lib/libc10.so`, cxx11 ? '_ZNSt7__cxx1112basic_string' : '_ZNSs');
  put(`${folder}/share/cmake/Torch/TorchConfig.cmake`);
  put(`${folder}/build-version`, `${version}\n`);
  return join(root, folder);
}

function putAddon(folder: string, record: object): string {
  put(`${folder}/xclr_torch.node`);
  put(`${folder}/build-info.json`, JSON.stringify(record));
  return join(root, folder);
}

const needed = ['libc10.so', 'libtorch_cpu.so', 'libtorch.so'];

describe('sourcesIn', () => {
  it('gives the files of folders within as well, so that a change there asks for a build; not the tests', () => {
    for (const name of ['addon.cpp', 'shapes/gloo/shapes.h', 'test/handles-test.cpp', 'tests.h'])
      put(`native/${name}`);
    expect(sourcesIn(join(root, 'native'))).toEqual([
      'addon.cpp',
      join('shapes', 'gloo', 'shapes.h'),
      'tests.h',
    ]);
  });
});

describe('libtorchAt', () => {
  it('reads the official archive, a torch folder of pip, and libraries without their development package', () => {
    const archive = putArchive('archive', '2.5.1+cpu');
    expect(libtorchAt(archive, 'here')).toEqual({
      libraries: join(archive, 'lib'),
      cmake: join(archive, 'share/cmake'),
      version: '2.5.1+cpu',
      source: 'here',
    });
    putArchive('pip/torch', '9.9');
    put('pip/torch/version.py', "from typing import Optional\n__version__ = '2.13.0+cu130'\n");
    expect(libtorchAt(join(root, 'pip/torch'), '')?.version).toBe('2.13.0+cu130');
    put('debian/libtorch_cpu.so.1.13.0');
    symlinkSync('libtorch_cpu.so.1.13.0', join(root, 'debian/libtorch_cpu.so.1.13'));
    expect(libtorchAt(join(root, 'debian'), '')).toMatchObject({ version: '1.13.0', cmake: null });
    expect(libtorchAt(join(root, 'nowhere'), '')).toBeNull();
  });

  it('follows links, as those of Debian’s python3-torch, to the libraries themselves', () => {
    mkdirSync(join(root, 'python/torch/lib'), { recursive: true });
    symlinkSync(join(root, 'debian/libtorch_cpu.so.1.13'), join(root, 'python/torch/lib/libtorch_cpu.so'));
    put('python/torch/version.py', "__version__ = '1.13.0a0'");
    expect(libtorchAt(join(root, 'python/torch'), '')).toMatchObject({
      libraries: join(root, 'debian'),
      version: '1.13.0',
    });
  });

  it('splits versions', () => {
    expect(releaseOf('2.13.0+cpu')).toBe('2.13.0');
    expect(minorOf('2.13.0+cpu')).toBe('2.13');
  });
});

describe('findLibtorch', () => {
  it('takes what LIBTORCH names alone, and refuses a folder that holds none', () => {
    const asked = putArchive('asked', '2.4.0');
    expect([...findLibtorch({ LIBTORCH: asked })].map(({ version }) => version)).toEqual(['2.4.0']);
    expect(() => [...findLibtorch({ LIBTORCH: join(root, 'nothing') })]).toThrow(
      /LIBTORCH=.*nothing is not a LibTorch: expected lib\/libtorch_cpu\.so.*\n {2}→ Set it to the unpacked/,
    );
  });

  it('asks the python3 that comes first in PATH', () => {
    const wheel = putArchive('site-packages/torch', '2.13.0+cpu');
    put('bin/python3', `#!/bin/sh\necho '${wheel}/__init__.py'\n`);
    rmSync(join(root, 'bin'), { recursive: true });
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin/python3'), `#!/bin/sh\necho '${wheel}/__init__.py'\n`, { mode: 0o755 });
    const [first] = findLibtorch({ PATH: `${root}/bin:/usr/bin:/bin` });
    expect(first).toMatchObject({ libraries: join(wheel, 'lib'), source: `python's torch, ${wheel}` });
  });
});

describe('a prebuilt addon', () => {
  const addon = (record: object): Addon => addonIn(putAddon('some-addon', record))!;

  it('fits the same minor version with the same library names and C++ ABI', () => {
    const libtorch = libtorchAt(putArchive('fits', '2.13.1+cpu'), '')!;
    const old = libtorchAt(putArchive('old-abi', '2.13.0', { cxx11: false }), '')!;
    const built = addon({ torchVersion: '2.13.0', torchPrefix: '/x', needed, cxx11Abi: true });
    expect(fits(built, libtorch)).toBe(true);
    expect(fits(built, old)).toBe(false);
    expect(fits({ ...built, torchVersion: '2.12.0' }, libtorch)).toBe(false);
    // Debian's libraries have other names than those of the official archive.
    expect(fits({ ...built, needed: ['libtorch_cpu.so.2.13'] }, libtorch)).toBe(false);
  });

  it('is chosen where nothing was built here, or LIBTORCH names another LibTorch than that', () => {
    const [one, other] = [putArchive('one', '2.12.0'), putArchive('other', '2.13.0')];
    const record = (torchVersion: string, torchPrefix: string) => ({
      torchVersion,
      torchPrefix,
      needed,
      cxx11Abi: true,
    });
    const built = putAddon('built', record('2.12.0', one));
    putAddon('prebuilt/2.13', record('2.13.0', '/elsewhere'));
    const places = { built, prebuilt: join(root, 'prebuilt') };
    expect(libtorchOf(addonIn(built)!)).toMatchObject({ libraries: join(one, 'lib') });
    expect(chooseAddon({}, places)).toMatchObject({ prebuilt: false, libtorch: { version: '2.12.0' } });
    expect(chooseAddon({ LIBTORCH: one }, places).addon.file).toBe(join(built, 'xclr_torch.node'));
    expect(chooseAddon({ LIBTORCH: other }, places)).toMatchObject({
      prebuilt: true,
      libtorch: { version: '2.13.0' },
      addon: { file: join(root, 'prebuilt/2.13/xclr_torch.node') },
    });
    // What was built for a LibTorch that has been replaced since is not used.
    put('one/build-version', '2.11.0');
    expect(() => chooseAddon({ LIBTORCH: one }, places)).toThrow(
      /no native addon for the LibTorch found here, 2\.11\.0 \(LIBTORCH=.*was built for LibTorch 2\.12\.0 at .*prebuilt ones are for LibTorch 2\.13\.0\.\n {2}→ Run: npx xclr setup/,
    );
  });

  it('is missed where there is neither LibTorch nor the platform package', () => {
    const places = { built: join(root, 'nothing'), prebuilt: null };
    const archive = putArchive('lonely', '2.9.0');
    expect(() => chooseAddon({ LIBTORCH: archive }, places)).toThrow(
      /none was built in .*nothing, and the package @xclr\/torch-\S+, which would hold prebuilt ones, is not installed/,
    );
  });
});

describe('the system', () => {
  it('tells glibc from musl by what Node reports', () => {
    expect(libcOf({ glibcVersionRuntime: '2.36' })).toBe('glibc');
    expect(libcOf({})).toBe('musl');
    if (process.platform === 'linux') expect(thisSystem().libc).toMatch(/^(glibc|musl)$/);
    expect(platformPackage({ platform: 'linux', arch: 'x64', libc: 'glibc' })).toBe(
      '@xclr/torch-linux-x64-gnu',
    );
    expect(platformPackage({ platform: 'linux', arch: 'arm64', libc: 'musl' })).toBe(
      '@xclr/torch-linux-arm64-musl',
    );
    expect(platformPackage({ platform: 'darwin', arch: 'arm64', libc: null })).toBe(
      '@xclr/torch-darwin-arm64',
    );
  });

  it.each([
    ['ID=debian', true],
    ['ID=ubuntu\nID_LIKE=debian', true],
    ['ID="linuxmint"\nID_LIKE="ubuntu debian"', true],
    ['ID="fedora"', false],
    ['ID="rhel"\nID_LIKE="fedora"', false],
    ['ID=alpine', false],
  ])('reads %j', (text, expected) => {
    put('os-release', `PRETTY_NAME="Some system"\n${text}\n`);
    const release = readOsRelease(join(root, 'os-release'));
    expect(release.get('PRETTY_NAME')).toBe('Some system');
    expect(isDebian(release)).toBe(expected);
    expect(isDebian(readOsRelease(join(root, 'no-such-file')))).toBe(false);
  });

  it('says what to do where set-up cannot install LibTorch', () => {
    const system = { arch: 'x64', debian: false, name: 'some system' };
    expect(remedyFor({ ...system, platform: 'linux', libc: 'musl' })).toMatch(/musl.*node:22-bookworm-slim/);
    expect(remedyFor({ ...system, platform: 'linux', libc: 'glibc' })).toMatch(
      /neither Debian nor Ubuntu.*pip install torch/,
    );
    expect(remedyFor({ ...system, platform: 'darwin', libc: null })).toMatch(/brew install pytorch/);
    expect(remedyFor({ ...system, platform: 'win32', libc: null })).toMatch(/Subsystem for Linux/);
    expect(remedyFor({ ...system, platform: 'linux', libc: 'glibc', debian: true })).toMatch(
      /apt-get install .*libtorch-dev cmake/,
    );
  });
});

describe('system packages', () => {
  it('are looked at before they are installed: a release may have no LibTorch, or an old one', () => {
    const shown = (version: string) => `Package: libtorch-dev\nVersion: ${version}\nDepends: a (>= 1)\n`;
    expect(versionIn(shown('1.13.1+dfsg-4'))).toBe('1.13.1+dfsg-4');
    expect(versionIn(shown('2:2.6.0-7'))).toBe('2.6.0-7');
    expect(versionIn('')).toBeNull();
    for (const version of ['1.13.1+dfsg-4', '2.6.0-7'])
      expect(() => checkPackagedLibtorch({ name: 'Debian' }, version)).not.toThrow();
    expect(() => checkPackagedLibtorch({ name: 'Ubuntu 24.04' }, null)).toThrow(
      /Ubuntu 24\.04 has no package of LibTorch.*\n {2}→ .*python3 -m venv .*pip install torch/,
    );
    expect(() => checkPackagedLibtorch({ name: 'Ubuntu 22.04' }, '1.8.1-4ubuntu2')).toThrow(
      /Ubuntu 22\.04 packages is 1\.8; 1\.13 or newer/,
    );
  });

  it('are the libraries alone where a prebuilt addon is there for them, and compilers where one is built', () => {
    const nothing = { libtorch: null, runtime: 'libtorch1.13', builds: false };
    expect(missingPackages(nothing).required).toEqual(['libtorch1.13']);
    const empty = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(missingPackages({ libtorch: null, runtime: null, builds: true }).required).toEqual([
        'libtorch-dev',
        'cmake',
        'g++',
        'make',
      ]);
    } finally {
      process.env.PATH = empty;
    }
    expect(installCommand(['a', 'b'])).toMatch(
      /apt-get update && .*apt-get install --no-install-recommends a b$/,
    );
  });
});

describe('a step that fails', () => {
  it('shows the lines with the error and the last ones, and says what to do', async () => {
    const steps = new Steps(join(root, 'log/setup.log'));
    const failing = steps.run('trying', ['sh', '-c', 'echo some error: no disk; exit 3'], {
      remedy: 'Try harder.',
    });
    await expect(failing).rejects.toThrow(
      /trying failed.*setup\.log\):\n {2}\| some error: no disk\n {2}→ Try harder\./s,
    );
    const missing = steps.run('trying', ['no-such-program'], { remedy: (output) => `Saw ${output.trim()}` });
    await expect(missing).rejects.toThrow(/→ Saw .*ENOENT/);
    const long = Array.from({ length: 100 }, (_, i) => (i === 20 ? 'error: here' : `line ${i}`)).join('\n');
    expect(excerpt(long)).toMatch(/^ {2}\| error: here\n.*…\n.*line 99$/s);
  });
});
