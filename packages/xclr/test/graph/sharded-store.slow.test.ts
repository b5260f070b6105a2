// The shared store at size: killed twenty times, and one million captions of 384 numbers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/util/random.js';
import { encodeInChild, storeBytes } from './kill-encoding.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-million-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a build killed at twenty random moments', () => {
  it('resumes to the same bytes as an unbroken one', { timeout: 600_000 }, async () => {
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    const count = 60_000;
    expect(await encodeInChild(whole, count, 0)).toBe(0);
    const random = new Random(20, 4);
    for (let kill = 0; kill < 20; kill++) await encodeInChild(broken, count, 20, random.between(300, 900));
    expect(await encodeInChild(broken, count, 0)).toBe(0);
    expect(storeBytes(broken)).toEqual(storeBytes(whole));
  });
});

interface Figures {
  seconds: number;
  openSeconds: number;
  batchMilliseconds: number;
  peakMegabytes: number;
  samplesMegabytes: number;
}

describe('one million captions of 384 numbers', () => {
  it('take under 1 GB on disk, open at once and are encoded in flat memory', { timeout: 900_000 }, () => {
    const child = fileURLToPath(new URL('million-captions.mjs', import.meta.url));
    const run = (phase: string): Figures => {
      const { stdout, status } = spawnSync(process.execPath, [child, folder, phase], { encoding: 'utf8' });
      expect(status).toBe(0);
      return JSON.parse(stdout) as Figures;
    };
    const encoded = run('encode');
    const opened = run('open');
    const [store = ''] = readdirSync(folder);
    const bytes = readdirSync(join(folder, store)).reduce(
      (sum, file) => sum + statSync(join(folder, store, file)).size,
      0,
    );
    console.log({ bytes, encoded, opened });
    expect(bytes).toBeLessThan(1e9);
    expect(opened.openSeconds).toBeLessThan(0.5); // about 0.15 on an idle machine
    // Keys and garbage; the vectors alone are 1,536 MB in float32.
    expect(encoded.peakMegabytes - encoded.samplesMegabytes).toBeLessThan(500);
  });
});
