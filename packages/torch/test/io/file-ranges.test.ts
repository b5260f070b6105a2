// Ranges of files read on another thread: the bytes, checksums against zlib's, and every way in which a read fails.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'file-ranges-'));
const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 197 + (i >> 5)) % 256);
let file = -1;
beforeAll(() => {
  writeFileSync(join(folder, 'bytes'), bytes);
  file = openSync(join(folder, 'bytes'), 'r');
});
afterAll(() => {
  closeSync(file);
  rmSync(folder, { recursive: true });
});

const rangesOf = (parts: readonly (readonly [offset: number, length: number])[]) => ({
  files: Int32Array.from(parts, () => file),
  offsets: Float64Array.from(parts, ([offset]) => offset),
  lengths: Uint32Array.from(parts, ([, length]) => length),
  sums: Uint32Array.from(parts, ([offset, length]) => crc32(bytes.subarray(offset, offset + length))),
});

describe('readFileRanges', () => {
  it('reads ranges in the order given, and agrees with the crc32 of zlib at every length', async () => {
    const parts = Array.from({ length: 40 }, (_, i) => [4999 - 7 * i - 40, i] as const);
    const into = new Uint8Array(parts.reduce((sum, [, length]) => sum + length, 0) + 3).fill(9);
    expect(await io.readFileRanges(rangesOf(parts), into)).toEqual(parts.map(() => null));
    let at = 0;
    for (const [offset, length] of parts) {
      expect(into.subarray(at, at + length)).toEqual(bytes.subarray(offset, offset + length));
      at += length;
    }
    expect([...into.subarray(at)]).toEqual([9, 9, 9]); // nothing is written behind the last
  });

  it('says what became of each range, and reads the others', async () => {
    const ranges = rangesOf([
      [0, 100],
      [10, 100],
      [4950, 50],
      [6000, 10],
      [0, 100],
      [0, 100],
    ]);
    ranges.sums[1] = ranges.sums[1]! ^ 1;
    ranges.lengths[2] = 80;
    ranges.files[4] = -1;
    const into = new Uint8Array(490);
    expect(await io.readFileRanges(ranges, into)).toEqual([
      null,
      'damaged',
      { missing: 30 },
      { missing: 10 },
      { error: 'EBADF: bad file descriptor' },
      null,
    ]);
    expect(into.subarray(390)).toEqual(bytes.subarray(0, 100));
  });

  it('refuses columns of different lengths and memory that is too small', async () => {
    const ranges = rangesOf([[0, 100]]);
    await expect(io.readFileRanges(ranges, new Uint8Array(99))).rejects.toThrow(
      'more bytes than there is memory',
    );
    await expect(
      io.readFileRanges({ ...ranges, sums: new Uint32Array(2) }, new Uint8Array(100)),
    ).rejects.toThrow('expected as many as there are files');
  });
});
