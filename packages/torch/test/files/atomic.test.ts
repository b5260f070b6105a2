// Files and folders that a crash cannot damage: the old or the new, and what killed writers leave is cleared.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  asideOf,
  asidesOf,
  clearAsides,
  hasEnded,
  previousOf,
  replaceFile,
  replaceFileAsync,
  replaceFolder,
  replaceFolderAsync,
  thisProcess,
  writeFileAtomic,
  writePiecesAtomic,
} from '../../src/files/index.js';

const root = mkdtempSync(join(tmpdir(), 'xclr-atomic-'));
afterAll(() => rmSync(root, { recursive: true }));
let serial = 0;
function folder(): string {
  const path = join(root, String(serial++));
  mkdirSync(path);
  return path;
}

const compiled = fileURLToPath(new URL('../../dist/files/index.js', import.meta.url));
/** Above Linux's highest process id. */
const nobody = 4194304;
const byNobody = (path: string) => asideOf(path).replace(`.${process.pid}-`, `.${nobody}-`);

describe('a file', () => {
  it('is replaced as a whole, in every form, with missing parents made', async () => {
    const place = folder();
    const path = join(place, 'a', 'b', 'état.json');
    writeFileAtomic(path, 'one');
    writePiecesAtomic(path, (write) => {
      const piece = new Uint8Array([50, 51]);
      write(piece);
      piece[0] = 52;
      write(piece);
    });
    expect(readFileSync(path, 'utf8')).toBe('2343');
    await replaceFileAsync(path, async (file) => void (await file.write('three')));
    expect(readFileSync(path, 'utf8')).toBe('three');
    writeFileAtomic(path, 'four', { durable: false });
    expect(readFileSync(path, 'utf8')).toBe('four');
    expect(readdirSync(join(place, 'a', 'b'))).toEqual(['état.json']);
  });

  it('keeps the old content where writing fails half-way, and nothing aside', async () => {
    const place = folder();
    const path = join(place, 'x');
    writeFileAtomic(path, 'old');
    const fail = (): never => {
      throw new Error('disk full');
    };
    expect(() =>
      replaceFile(path, (aside) => {
        writeFileSync(aside, 'ne');
        fail();
      }),
    ).toThrow('disk full');
    expect(() =>
      writePiecesAtomic(path, (write) => {
        write(new Uint8Array(2));
        fail();
      }),
    ).toThrow('disk full');
    await expect(
      replaceFileAsync(path, async (file) => {
        await file.write('ne');
        fail();
      }),
    ).rejects.toThrow('disk full');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(place)).toEqual(['x']);
  });

  it('may have a name as long as names can be', () => {
    const place = folder();
    const name = `${'ü'.repeat(125)}.json`; // 255 bytes
    writeFileAtomic(join(place, name), 'x');
    expect(readdirSync(place)).toEqual([name]);
  });

  it.skipIf(process.platform !== 'linux')(
    'whose writer is killed stays as it was, and the next process clears what it left',
    async () => {
      const place = folder();
      const path = join(place, 'store.json');
      writeFileAtomic(path, 'old');
      const script = `
      const { replaceFileAsync } = await import(${JSON.stringify(compiled)});
      await replaceFileAsync(${JSON.stringify(path)}, async (file) => {
        await file.write('half');
        console.log('writing');
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      expect(asidesOf(path)).toHaveLength(1);
      clearAsides(place); // its writer runs
      expect(asidesOf(path)).toHaveLength(1);
      child.kill('SIGKILL');
      await ended;
      expect(readFileSync(path, 'utf8')).toBe('old');
      const next = `const { writeFileAtomic } = await import(${JSON.stringify(compiled)});
      writeFileAtomic(${JSON.stringify(join(place, 'other.json'))}, 'new');`;
      expect(spawnSync(process.execPath, ['--input-type=module', '-e', next]).status).toBe(0);
      expect(readdirSync(place).sort()).toEqual(['other.json', 'store.json']);
    },
  );
});

describe('what lies aside', () => {
  it('is cleared where its process has ended, and only there', () => {
    const place = folder();
    const path = join(place, 'model.json');
    const boot = /-[0-9a-f]{8}-([0-9a-f]{8})-\d+-\d+\.tmp$/;
    const elsewhere = byNobody(path).replace(boot, '-00000000-00000000-0-0.tmp');
    const old = byNobody(path).replace(boot, '-00000000-00000001-0-0.tmp');
    const own = asideOf(path);
    const foreign = ['.model.json.tmp', '.model.json.12.0.tmp', 'model.json.tmp', '.1-2-3-4.tmp'];
    const kept = [own, elsewhere, ...foreign.map((name) => join(place, name))];
    for (const one of [...kept, old, byNobody(path)]) writeFileSync(one, 'x');
    mkdirSync(byNobody(path));
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(old, twoDaysAgo, twoDaysAgo);
    clearAsides(place);
    expect(
      readdirSync(place)
        .map((name) => join(place, name))
        .sort(),
    ).toEqual([...kept].sort());
  });

  it('was written by a process of an earlier boot, or by one whose id was given anew', () => {
    const here = thisProcess();
    expect(hasEnded(here)).toBe(false);
    expect(hasEnded({ ...here, pid: nobody })).toBe(true);
    expect(hasEnded({ ...here, host: 'elsewhere', pid: nobody })).toBe(false);
    if (process.platform !== 'linux') return;
    expect(hasEnded({ ...here, boot: 'another' })).toBe(true);
    expect(hasEnded({ ...here, started: '1' })).toBe(true);
  });
});

describe('a folder', () => {
  const contents = (path: string) => readdirSync(path, { recursive: true }).map(String).sort();

  it('is replaced as a whole, and the old one is removed or kept', async () => {
    const place = folder();
    const path = join(place, 'deep', 'export');
    replaceFolder(path, (aside) => writeFileSync(join(aside, 'one'), '1'));
    const result = await replaceFolderAsync(path, async (aside) => {
      mkdirSync(join(aside, 'sub'));
      writeFileSync(join(aside, 'sub', 'two'), '2');
      return 2;
    });
    expect(result).toBe(2);
    expect(contents(path)).toEqual(['sub', 'sub/two']);
    expect(readdirSync(join(place, 'deep'))).toEqual(['export']);
    replaceFolder(path, (aside) => writeFileSync(join(aside, 'three'), '3'), { keepPrevious: true });
    replaceFolder(path, (aside) => writeFileSync(join(aside, 'four'), '4'), { keepPrevious: true });
    expect(contents(path)).toEqual(['four']);
    expect(contents(previousOf(path))).toEqual(['three']);
  });

  it('stays as it was where filling fails, and an empty one is taken', () => {
    const place = folder();
    const path = join(place, 'export');
    mkdirSync(path);
    replaceFolder(path, (aside) => writeFileSync(join(aside, 'one'), '1'));
    expect(() =>
      replaceFolder(path, (aside) => {
        writeFileSync(join(aside, 'two'), '2');
        throw new Error('disk full');
      }),
    ).toThrow('disk full');
    expect(contents(path)).toEqual(['one']);
    expect(readdirSync(place)).toEqual(['export']);
  });

  it('of more files than are synced one by one is replaced too', () => {
    const path = join(folder(), 'many');
    replaceFolder(path, (aside) => {
      for (let i = 0; i < 300; i++) writeFileSync(join(aside, String(i)), '');
    });
    expect(readdirSync(path)).toHaveLength(300);
  });

  it('is loaded without LibTorch', () => {
    const script = `await import(${JSON.stringify(compiled)}); console.log(Object.keys(process.report.getReport().sharedObjects).length, process.report.getReport().sharedObjects.filter((file) => /torch/.test(file)).length)`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout.trim().split(' ')[1]).toBe('0');
    expect(existsSync(compiled)).toBe(true);
  });
});
