// `xclr data …` as a user meets it: real files, a web server on this machine, a process of its own where it is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { xclrHere } from '../cli/here.js';
import { serve, TestServer } from '../data/get/server.js';
import { put, temporaryFolder } from '../data/make.js';
import { image, putSet } from '../inspect/make.js';

// Without the launcher, which starts a second process with another allocator: killing must hit the one that works.
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let manifest = '';
let folder = '';

beforeAll(async () => {
  manifest = await putSet({ broken: ['dog-2.png'] });
  folder = dirname(manifest);
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `xclr data …` in this process. */
const data = (args: readonly string[]) => xclrHere(folder)('data', ...args);

/** Runs `xclr data …` in a process of its own, which `started` gets. */
function inProcess(args: readonly string[], started: (child: ChildProcess) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, 'data', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
    started(child);
  });
}

describe('xclr data inspect', () => {
  it('prints, and writes the page', async () => {
    const { code, out, err } = await data(['inspect', 'things.csv', '--size', '32', '--out', 'sheet.html']);
    expect(code, err).toBe(0);
    expect(out).toMatch(/^things {2}\(things\.csv\)/);
    expect(out).toMatch(/✗ 1 of 18 images read cannot be decoded/);
    expect(readFileSync(join(folder, 'sheet.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('gives JSON alone on standard output, with the flags that train has', async () => {
    const { out } = await data(['inspect', 'things.csv', '--json', '--data-label-column', 'color']);
    const { classes, attributes } = JSON.parse(out);
    expect(classes.counts.map(({ name }: { name: string }) => name)).toEqual(['blue', 'red']);
    expect(attributes[0].name).toBe('label');
  });
});

describe('xclr data verify', () => {
  it('writes the list, exits with 1, and training leaves out what it names', async () => {
    const { code, out } = await data(['verify', 'things.csv', '--out', 'broken.jsonl']);
    expect(code).toBe(1);
    expect(out).toMatch(/dog-2\.png: Input buffer contains unsupported[\s\S]*--data-exclude broken\.jsonl/);
    expect(JSON.parse(readFileSync(join(folder, 'broken.jsonl'), 'utf8'))).toMatchObject({ id: 'dog-2.png' });
    const again = await data([
      'verify',
      'things.csv',
      '--data-exclude',
      'broken.jsonl',
      '--out',
      'none.jsonl',
    ]);
    expect(again).toMatchObject({ code: 0, out: 'All 17 images can be decoded.\n' });
  });

  it('resumes after it was killed', async () => {
    const root = temporaryFolder();
    const png = await image('x.png', 40, 30);
    for (let i = 0; i < 500; i++) put(join(root, `c/${i}.png`), png);
    writeFileSync(join(root, 'c/7.png'), 'broken');
    const list = join(temporaryFolder(), 'killed.jsonl');
    const journal = `${list}.journal`;
    const args = ['verify', root, '--out', list, '--jobs', '1'];
    const killed = await inProcess(args, (child) => {
      const timer = setInterval(() => {
        if (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 4) return;
        clearInterval(timer);
        child.kill('SIGKILL');
      }, 2);
      child.once('close', () => clearInterval(timer));
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(existsSync(list)).toBe(false);
    const lines = readFileSync(journal, 'utf8').trim().split('\n').length;
    expect(lines).toBeGreaterThanOrEqual(3);
    const { code, out } = await data(args);
    expect(code).toBe(1);
    expect(out).toMatch(/^1 cannot be used:\n {2}c\/7\.png/);
    expect(existsSync(journal)).toBe(false);
  });
});

describe('xclr data views', () => {
  it('writes the page with the recipe that the flags make', async () => {
    const args = [
      'views',
      'things.csv',
      '--recipe',
      'light',
      '--size',
      '32',
      '--views-overrides',
      'geometry.flip=0',
    ];
    const { code, out, err } = await data([...args, '--images', '3', '--each', '2']);
    expect(code, err).toBe(0);
    expect(out).toBe('3 images with 2 views each → xclr-reports/things/views.html\n');
    expect(readFileSync(join(folder, 'xclr-reports/things/views.html'), 'utf8')).toContain('Never mirrored.');
  });
});

describe('xclr data get', () => {
  it('lists every set', async () => {
    const { out } = await data(['get', '--list']);
    expect(out).toMatch(/cifar10 .* 60,000 +170 MB/);
    expect(out).toMatch(/flickr8k .* 8,091 +on request/);
  });

  it('shows the license first and downloads nothing without a yes', async () => {
    await using server = await TestServer.start((request, response) =>
      serve(Buffer.from('x'), request, response),
    );
    const { code, out, err } = await data(['get', 'eurosat', '--mirror', server.url('')]);
    expect(code).toBe(1);
    expect(out).toMatch(/license +MIT/);
    expect(err).toMatch(/the license was not accepted\n +→ Read it, then give --accept-license/);
    expect(server.asked).toEqual([]);
  });

  it('refuses what is not the published file', async () => {
    await using server = await TestServer.start((request, response) =>
      serve(Buffer.from('<html>hello</html>'), request, response),
    );
    const args = ['get', 'caltech101', 'sets/caltech', '--accept-license', '--mirror', server.url('files')];
    const { code, err } = await data(args);
    expect(code).toBe(1);
    expect(err).toMatch(
      /caltech-101\.zip has the wrong bytes: expected md5 3138e1922a9193bfa496528edbbc45d0/,
    );
    expect(existsSync(join(folder, 'sets/caltech'))).toBe(false);
    expect(server.asked[0]!.url).toBe('/files/caltech-101.zip');
  });

  it('tells how to ask for what cannot be downloaded', async () => {
    const { code, out } = await data(['get', 'flickr8k']);
    expect(code).toBe(0);
    expect(out).toMatch(/fill in a form: https/);
  });
});

it.each([
  [
    'a misspelt flag',
    ['inspect', 'things.csv', '--data-lable-column', 'x'],
    /Did you mean --data-label-column/,
  ],
  ['an unknown recipe', ['views', 'things.csv', '--recipe', 'simclrr'], /did you mean simclr\?/],
  ['no whole number', ['verify', 'things.csv', '--jobs', 'two'], /whole number/],
])('answers %s without a stack', async (_, args, message) => {
  const { code, err } = await data(args);
  expect(code).not.toBe(0);
  expect(err).toMatch(message);
  expect(err).not.toMatch(/\n\s+at /);
});
