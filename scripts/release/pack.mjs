// Builds the tarballs of a release into dist/release/, with a list of their sizes and checksums. Publishes nothing.
//
//   npm run release:pack                               with the addon that set-up built
//   npm run release:pack -- --libtorch DIR …           with an addon for each LibTorch named so besides
//   npm run release:pack -- --out DIR
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const torch = join(root, 'packages/torch');
const platform = 'torch-linux-x64-gnu';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'dist/release') },
    libtorch: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const out = resolve(values.out);
const staging = mkdtempSync(join(tmpdir(), 'xclr-release-'));

try {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root, stdio: 'inherit' });
  execFileSync(process.execPath, [join(root, 'apps/studio/build.mjs')], { cwd: root, stdio: 'inherit' });
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const addons = [join(torch, 'build'), ...(await buildAddons(values.libtorch))];
  const tarballs = [packPlatform(addons), packTorch(), pack(join(root, 'packages/xclr'))];
  writeFileSync(join(out, 'SHA256SUMS'), tarballs.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  for (const { name, bytes, sha256 } of tarballs)
    console.log(`${name.padEnd(40)} ${(bytes / 2 ** 20).toFixed(2).padStart(6)} MiB  sha256 ${sha256}`);
  console.log(`→ ${out}`);
} finally {
  rmSync(staging, { recursive: true });
}

/** @returns the folders of the addons built for these LibTorches */
async function buildAddons(libtorches) {
  const { buildAddon } = await import(join(torch, 'dist/setup/build-addon.js'));
  const { libtorchAt } = await import(join(torch, 'dist/setup/find-libtorch.js'));
  const { Steps } = await import(join(torch, 'dist/setup/steps.js'));
  const steps = new Steps(join(root, '.cache/release.log'));
  const folders = [];
  for (const place of libtorches) {
    const libtorch = libtorchAt(resolve(place), place);
    if (libtorch === null)
      throw new Error(`--libtorch ${place}: expected lib/libtorch_cpu.so in that folder`);
    const folder = join(staging, 'addons', libtorch.version);
    await buildAddon(libtorch, steps, { folder });
    folders.push(folder);
  }
  return folders;
}

/** The package of prebuilt addons: what platforms/ holds, and a folder for each minor version of LibTorch. */
function packPlatform(addons) {
  const folder = join(staging, platform);
  cpSync(join(root, 'platforms', platform), folder, { recursive: true });
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(folder, file));
  setVersion(folder, (manifest) => manifest);
  for (const addon of addons) {
    if (!existsSync(join(addon, 'build-info.json')))
      throw new Error(`${addon} holds no addon: run npm run setup`);
    const { torchVersion, needed } = JSON.parse(readFileSync(join(addon, 'build-info.json'), 'utf8'));
    if (needed === undefined)
      throw new Error(`${addon} was built before addons were portable: run npm run setup`);
    const name = needed.includes('libtorch_cpu.so') ? torchVersion : `${torchVersion}-debian`;
    for (const file of ['xclr_torch.node', 'xclr_preload.node', 'build-info.json'])
      cpSync(join(addon, file), join(folder, 'prebuilt', name, file));
  }
  return pack(folder);
}

/**
 * @xclr/torch with the platform's package as an optional dependency. The repository's own package.json cannot have it: npm
 * would look for a version that is not published yet, and refuse the workspace on other systems.
 */
function packTorch() {
  const folder = join(staging, 'torch');
  mkdirSync(folder);
  const plain = pack(torch, staging);
  execFileSync('tar', ['-xzf', join(staging, plain.name), '--strip-components=1', '-C', folder]);
  setVersion(folder, (manifest) => ({
    ...manifest,
    scripts: undefined,
    optionalDependencies: { [`@xclr/${platform}`]: manifest.version },
  }));
  return pack(folder);
}

/** Rewrites a staged package.json; all packages have the version of @xclr/torch. */
function setVersion(folder, change) {
  const { version } = JSON.parse(readFileSync(join(torch, 'package.json'), 'utf8'));
  const file = join(folder, 'package.json');
  const manifest = change({ ...JSON.parse(readFileSync(file, 'utf8')), version });
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @returns the tarball of a package's folder */
function pack(folder, into = out) {
  const text = execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  // What scripts print comes first.
  const listed = JSON.parse(text.slice(text.search(/^[[{]$/m)));
  const [{ filename }] = Object.values(listed);
  const name = filename.replace(/^@/, '').replace('/', '-');
  const bytes = readFileSync(join(into, name));
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
