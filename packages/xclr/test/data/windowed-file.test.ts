// A file read through a window gives the bytes that lie there: within a window, across its edge, larger than it, at the end, at once.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WindowedFile } from '../../src/data/tar/windowed-file.js';

const content = Buffer.from(
  Uint8Array.from({ length: 100_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 16) & 255),
);

it('gives what lies there, and no more than there is', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'xclr-window-')), 'file');
  writeFileSync(path, content);
  const file = await open(path);
  const near = new WindowedFile(file);
  const places: [offset: number, length: number][] = [
    ...[0, 512, 1024, 16_000].map((at): [number, number] => [at, 512]), // the last one crosses the window's end
    [16_384, 40_000], // larger than a window
    [20_000, 512],
    [3, 5], // back again
    [99_900, 512], // the file ends before
    [100_000, 512],
    [200_000, 1],
  ];
  for (const [offset, length] of places)
    expect((await near.read(offset, length)).equals(content.subarray(offset, offset + length))).toBe(true);
  const together = await Promise.all(places.map(([offset, length]) => near.read(offset, length)));
  for (const [i, [offset, length]] of places.entries())
    expect(together[i]!.equals(content.subarray(offset, offset + length))).toBe(true);
  await file.close();
});
