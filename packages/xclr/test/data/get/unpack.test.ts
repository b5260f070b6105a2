// Archives: whole, damaged and hostile.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpackTar } from '../../../src/data/get/unpack-tar.js';
import { unpackZip } from '../../../src/data/get/unpack-zip.js';
import { UserError } from '../../../src/util/errors.js';
import { put, temporaryFolder } from '../make.js';
import { tgz, zip } from './archives.js';

const text = Buffer.from('a cat on a mat. '.repeat(2000));
const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));

const members = [
  { name: 'set/', body: Buffer.alloc(0), method: 0 },
  { name: 'set/deflated.txt', body: text },
  { name: 'set/stored.bin', body: noise, method: 0 },
  { name: 'set/empty', body: Buffer.alloc(0), method: 0 },
  { name: 'set/Größe/日本.txt', body: text },
];

function archived(bytes: Buffer, name: string): { archive: string; folder: string } {
  const root = temporaryFolder();
  return { archive: put(join(root, name), bytes), folder: join(root, 'out') };
}

describe('unpackZip', () => {
  it.each([
    ['as usual', false],
    ['with 64-bit sizes', true],
  ])('unpacks stored and deflated entries %s', async (_, wide) => {
    const { archive, folder } = archived(
      zip(
        members.map((member) => ({ ...member, wide })),
        { wide },
      ),
      'set.zip',
    );
    expect(await unpackZip(archive, folder)).toBe(4);
    expect(readFileSync(join(folder, 'set/deflated.txt')).equals(text)).toBe(true);
    expect(readFileSync(join(folder, 'set/stored.bin')).equals(noise)).toBe(true);
    expect(readFileSync(join(folder, 'set/Größe/日本.txt')).equals(text)).toBe(true);
    expect(readFileSync(join(folder, 'set/empty'))).toHaveLength(0);
  });

  it("unpacks what Python's zipfile makes", async () => {
    const root = temporaryFolder();
    const archive = join(root, 'set.zip');
    const script = `
import zipfile
with zipfile.ZipFile('${archive}', 'w', zipfile.ZIP_DEFLATED) as z:
    for i in range(300): z.writestr(f'a/{i}.txt', ('x%d ' % i) * i)
    with z.open('big.bin', 'w', force_zip64=True) as f: f.write(bytes(range(256)) * 1000)
`;
    execFileSync('python3', ['-c', script]);
    expect(await unpackZip(archive, join(root, 'out'))).toBe(301);
    expect(readFileSync(join(root, 'out/a/299.txt'), 'utf8')).toBe('x299 '.repeat(299));
    expect(readFileSync(join(root, 'out/big.bin'))).toHaveLength(256_000);
  });

  it('leaves links out', async () => {
    const { archive, folder } = archived(
      zip([{ name: 'link', body: Buffer.from('/etc/passwd'), method: 0, mode: 0o120777 }, members[1]!]),
      'set.zip',
    );
    expect(await unpackZip(archive, folder)).toBe(1);
    expect(existsSync(join(folder, 'link'))).toBe(false);
  });

  const good = zip(members);
  it.each<[string, Buffer, RegExp]>([
    [
      'a path out of the folder',
      zip([members[1]!, { name: '../../evil', body: text }]),
      /would be written outside its folder/,
    ],
    ['an absolute path', zip([{ name: '/tmp/evil', body: text }]), /would be written outside its folder/],
    [
      'a path with back-slashes',
      zip([{ name: '..\\evil', body: text }]),
      /would be written outside its folder/,
    ],
    ['a cut end', good.subarray(0, good.length - 10), /no table of contents/],
    ['a cut middle', Buffer.concat([good.subarray(0, 40), good.subarray(400)]), /cannot be unpacked/],
    ['nothing', Buffer.alloc(0), /no table of contents/],
    ['a web page', Buffer.from('<html>not found</html>'.repeat(10)), /no table of contents/],
    ['a wrong checksum', zip([{ ...members[1]!, says: { crc: 1 } }]), /has the wrong bytes/],
    ['more bytes than it says', zip([{ ...members[1]!, says: { bytes: 100 } }]), /longer than it says/],
    ['encryption', zip([{ ...members[1]!, flag: 1 }]), /is encrypted/],
    ['another method', zip([{ name: 'x', body: noise, method: 12 }]), /method 12/],
  ])('refuses %s', async (_, bytes, message) => {
    const { archive, folder } = archived(bytes, 'set.zip');
    const error = await unpackZip(archive, folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
    expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
  });
});

describe('unpackTar', () => {
  it('unpacks files and folders, and leaves links out', async () => {
    const bytes = await tgz([
      { name: 'set/', type: 'directory' },
      { name: 'set/a.txt', body: text },
      { name: './set/deep/er/b.bin', body: noise },
      { name: 'set/link', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'set/hard', type: 'link', linkname: 'set/a.txt' },
    ]);
    const { archive, folder } = archived(bytes, 'set.tgz');
    expect(await unpackTar(archive, folder)).toBe(2);
    expect(readFileSync(join(folder, 'set/a.txt')).equals(text)).toBe(true);
    expect(readFileSync(join(folder, 'set/deep/er/b.bin')).equals(noise)).toBe(true);
    expect(readdirSync(join(folder, 'set')).sort()).toEqual(['a.txt', 'deep']);
  });

  it('refuses a path out of the folder', async () => {
    const { archive, folder } = archived(await tgz([{ name: '../evil', body: text }]), 'set.tgz');
    await expect(unpackTar(archive, folder)).rejects.toThrow(/would be written outside its folder/);
    expect(existsSync(join(folder, '..', 'evil'))).toBe(false);
  });

  it('refuses a tar that was cut, and what is none', async () => {
    const whole = await tgz([{ name: 'a.bin', body: noise }]);
    for (const bytes of [whole.subarray(0, whole.length - 20), Buffer.from('<html></html>')]) {
      const { archive, folder } = archived(bytes, 'set.tar.gz');
      const error = await unpackTar(archive, folder).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect(String(error)).toMatch(/set\.tar\.gz cannot be unpacked/);
    }
  });
});
