// Checksums of texts and files, against coreutils and known values.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  checksumOfFiles,
  crc32OfFileSync,
  sha256,
  sha256OfAll,
  sha256OfFileSync,
} from '../../src/util/checksum.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-checksum-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a checksum', () => {
  it('of contents is that of their concatenation', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, appendix B.1
    expect(sha256('abc')).toBe(abc);
    expect(sha256('a', Buffer.from('b'), 'c')).toBe(abc);
    expect(sha256OfAll(['a', 'bc'])).toBe(abc);
  });

  it('of files longer than a piece is that of coreutils', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    const long = Buffer.alloc(2 ** 21 + 3, 'xyz');
    writeFileSync(a, long);
    writeFileSync(b, '123456789');
    const by = (tool: string) => execFileSync(tool, [a], { encoding: 'utf8' }).split(' ')[0];
    expect(sha256OfFileSync(a)).toBe(by('sha256sum'));
    expect(await checksumOfFiles([a])).toBe(by('sha256sum'));
    expect(await checksumOfFiles([a], { algorithm: 'md5' })).toBe(by('md5sum'));
    expect(await checksumOfFiles([a, b], { followedBy: 'end' })).toBe(sha256(long, '123456789end'));
    expect(crc32OfFileSync(b)).toBe(0xcbf43926); // the check value of CRC-32
  });
});
