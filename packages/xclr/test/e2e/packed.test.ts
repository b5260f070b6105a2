// The tarballs of a release, installed in an empty folder outside the repository without development dependencies: the
// commands run, those that need no LibTorch never load it, and the README's program type-checks.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDataset, temporaryFolder } from '../train/make.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = temporaryFolder();
const run = promisify(execFile);
let manifest = '';

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A home without caches and settings, so that nothing of this machine's user helps. */
const environment = { HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'home/cache') };
/** Any attempt to load LibTorch fails. */
const withoutLibtorch = { LIBTORCH: join(folder, 'no-libtorch') };

async function xclr(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const command = join(folder, 'node_modules/.bin/xclr');
  try {
    const { stdout, stderr } = await run(command, args, {
      cwd: folder,
      env: { ...process.env, ...environment, ...env },
      maxBuffer: 2 ** 26,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

async function succeeds(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await xclr(args, env);
  expect(code, `xclr ${args.join(' ')}\n${output}`).toBe(0);
  return output;
}

const quietly = ['--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'];
const versionOf = (name: string): string => {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
};

beforeAll(async () => {
  const tarballs = join(folder, 'tarballs');
  await run(process.execPath, [join(root, 'scripts/release/pack.mjs'), '--out', tarballs]);
  const files = readdirSync(tarballs).filter((name) => name.endsWith('.tgz'));
  expect(files).toHaveLength(3);
  expect(readFileSync(join(tarballs, 'SHA256SUMS'), 'utf8').trim().split('\n')).toHaveLength(3);
  // As a project that uses xclr from TypeScript would have it.
  const nodeTypes = versionOf('@types/node');
  const dependencies = Object.fromEntries(
    files.map((name) => [name.replace(/-\d.*$/, '').replace(/^xclr-/, '@xclr/'), `file:tarballs/${name}`]),
  );
  const project = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, '@types/node': nodeTypes },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  await run('npm', ['install', ...quietly], { cwd: folder });
  manifest = await putDataset(join(folder, 'data'));
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packages', () => {
  it.each([
    [
      'xclr',
      [
        'LICENSE',
        'NOTICE',
        'README.md',
        'assets/wordnet-3.0-names.br',
        'recipes/emoji.yaml',
        'recipes/plans',
        'dist/web/page.js',
      ],
    ],
    ['@xclr/torch', ['LICENSE', 'NOTICE', 'README.md', 'native/CMakeLists.txt', 'dist/setup/setup.js']],
    ['@xclr/torch-linux-x64-gnu', ['LICENSE', 'NOTICE', 'README.md', 'prebuilt']],
  ])('%s has what it needs', (name, files) => {
    for (const file of files) expect(existsSync(join(folder, 'node_modules', name, file)), file).toBe(true);
  });

  it('have no install scripts, and the repository’s tests are not among them', () => {
    for (const name of ['xclr', '@xclr/torch', '@xclr/torch-linux-x64-gnu']) {
      const place = join(folder, 'node_modules', name);
      const { scripts = {} } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
        scripts?: Record<string, string>;
      };
      for (const script of ['preinstall', 'install', 'postinstall'])
        expect(scripts).not.toHaveProperty(script);
      expect(existsSync(join(place, 'test'))).toBe(false);
    }
  });
});

describe('without LibTorch', () => {
  it('shows its version, help, and what doctor finds', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/xclr/package.json'), 'utf8')) as {
      version: string;
    };
    expect(await succeeds(['--version'], withoutLibtorch)).toBe(`${version}\n`);
    expect(await succeeds(['--help'], withoutLibtorch)).toMatch(/setup .*LibTorch/);
    const { code, output } = await xclr(['doctor'], withoutLibtorch);
    expect(code).toBe(1);
    expect(output).toMatch(/✗ LibTorch +LIBTORCH=.* is not a LibTorch/);
    expect(output).toContain('npx xclr setup');
  });

  it('inspects data', async () => {
    expect(await succeeds(['data', 'inspect', manifest], withoutLibtorch)).toContain('40');
  });

  it('says what to do where a command needs it, without a stack', async () => {
    const { code, output } = await xclr(training('without'), withoutLibtorch);
    expect(code).not.toBe(0);
    expect(output).toMatch(/is not a LibTorch.*\n +→ Set it to/);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('names the packages that the emoji quick start draws from', async () => {
    const { code, output } = await xclr(['quickstart'], withoutLibtorch);
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /is not installed\n +→ Run: npm install @iconify-json\/noto .*@iconify-json\/twemoji .*emojibase-data/,
    );
  });
});

const training = (name: string) => [
  ...['train', '--data', manifest, '--run', join(folder, name), '--encoder', 'resnet18', '--width', '0.125'],
  ...['--size', '32', '--recipe', 'light', '--text-encoder', 'wordnet', '--graph-temperature', 'auto'],
  ...['--batch-size', '8', '--steps', '4', '--precision', 'float32', '--threads', '1', '--workers', '1'],
];

describe('with the prebuilt addon', () => {
  it('trains, evaluates, exports, embeds, searches and serves; the last three without LibTorch', async () => {
    expect((await xclr(['doctor'])).output).toMatch(/✓ LibTorch .*prebuilt addon/);
    await succeeds(training('run'));
    expect(await succeeds(['eval', 'run', '--split', 'validation'])).toMatch(/knn/);
    const withSentences = training('sentences').map((arg) =>
      arg === 'wordnet' ? 'sentence-transformer' : arg,
    );
    expect((await xclr(withSentences)).output).toMatch(
      /onnxruntime-node.*or train with --text-encoder wordnet/,
    );
    const exporting = ['export', 'run', 'exported', '--no-measure'];
    const { code, output } = await xclr(exporting);
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /onnxruntime-node, .* not installed\n +→ Run: npm install --ignore-scripts onnxruntime-node/,
    );
    // The repository's own, in place of an install that would unpack its 146 MB again.
    const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
    symlinkSync(runtime, join(folder, 'node_modules/onnxruntime-node'));
    await succeeds(exporting);
    const encoder = 'exported';
    await succeeds(['embed', encoder, manifest, 'vectors.parquet'], withoutLibtorch);
    await succeeds(['index', 'build', 'items.index', 'vectors.parquet'], withoutLibtorch);
    const found = await succeeds(
      ['search', 'items.index', '--encoder', encoder, '--image', 'data/cat-0.png', '--json'],
      withoutLibtorch,
    );
    expect(found).toContain('"similarity"');
    await serves([encoder, '--index', 'items.index', '--port', '0']);
  }, 900_000);
});

/** Starts the server without LibTorch and asks it once. */
async function serves(args: readonly string[]): Promise<void> {
  const server: ChildProcess = spawn(join(folder, 'node_modules/.bin/xclr'), ['serve', ...args], {
    cwd: folder,
    env: { ...process.env, ...environment, ...withoutLibtorch },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    server.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const match = /http:\S+/.exec(said);
      if (match !== null) resolve(match[0]);
    });
    server.once('exit', () => reject(new Error(said)));
  });
  const body = readFileSync(join(folder, 'data/cat-0.png'));
  const answer = await fetch(`${url}/search?k=3`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'image/png' },
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  server.kill('SIGTERM');
  await ended;
}

describe('the README’s program', () => {
  it('type-checks under strict and nodenext, and with the declarations of all packages checked', async () => {
    mkdirSync(join(folder, 'src'));
    copyFileSync(join(root, 'examples/train.ts'), join(folder, 'src/train.ts'));
    writeFileSync(
      join(folder, 'src/subpaths.ts'),
      "import * as deploy from 'xclr/deploy';\nimport * as client from 'xclr/client';\nexport { client, deploy };\n",
    );
    // The DOM's types are for onnxruntime's declarations; with skipLibCheck a program does without.
    const compilerOptions = {
      ...{ strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'esnext.disposable', 'dom'] },
      ...{ noEmit: true, skipLibCheck: false, types: ['node'] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error: { stdout: string }) => {
      expect.fail(error.stdout);
    });
  });
});
