// Which OpenBLAS LibTorch gets: the one on OpenMP's threads in place of the one with threads of its own, and no other.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { randn, scoped } from '../../src/index.js';
import { loaded } from '../../src/native.js';
import { blasOnOpenmp, hasThreadsOfItsOwn } from '../../src/setup/blas.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder of libraries as Debian has it: libblas.so.3 leads to one of the builds that are there. */
function libraries(builds: readonly string[], used: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-blas-'));
  folders.push(folder);
  for (const build of builds) {
    mkdirSync(join(folder, build));
    for (const name of ['libblas.so.3', 'libopenblas.so.0']) writeFileSync(join(folder, build, name), '');
  }
  symlinkSync(join(folder, used, 'libblas.so.3'), join(folder, 'libblas.so.3'));
  return folder;
}

it('takes the build on OpenMP in place of the one with threads of its own', () => {
  const folder = libraries(['openblas-pthread', 'openblas-openmp'], 'openblas-pthread');
  const place = join(folder, 'openblas-openmp');
  expect(blasOnOpenmp(folder, {})).toEqual([join(place, 'libopenblas.so.0'), join(place, 'libblas.so.3')]);
  expect(blasOnOpenmp(folder, { XCLR_BLAS: 'system' })).toEqual([]);
});

it('leaves every other BLAS, and a system without that build, as they are', () => {
  const alone = libraries(['openblas-pthread'], 'openblas-pthread');
  expect(hasThreadsOfItsOwn(alone)).toBe(true);
  for (const folder of [
    alone,
    libraries(['openblas-openmp'], 'openblas-openmp'),
    libraries(['blis', 'openblas-openmp'], 'blis'),
    join(tmpdir(), 'xclr-blas-nowhere'),
  ])
    expect(blasOnOpenmp(folder, {})).toEqual([]);
});

it('is what LibTorch computes with, and no second one beside it', () => {
  expect(
    scoped(() =>
      randn([2, 2])
        .matmul(randn([2, 2]))
        .sum()
        .item(),
    ),
  ).toBeTypeOf('number');
  const wanted = blasOnOpenmp(loaded!.libtorch.libraries);
  if (wanted.length === 0 || process.platform !== 'linux') return;
  const maps = readFileSync('/proc/self/maps', 'utf8');
  expect(maps).toMatch(/openblas-openmp\/libopenblas/);
  expect(maps).not.toMatch(/openblas-pthread\/lib(open)?blas/);
});
