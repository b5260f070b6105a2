// Search beside comparing every pair in float64: exact search finds all of the nearest ten, HNSW nearly all, also where a third
// or nine tenths of the vectors are identical. FAISS does not install from npm, so the reference is the definition itself.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FolderIndex, Space } from '../../src/deploy/search/index.js';
import { nearestOfAll } from '../../src/deploy/search/nearest-rows.js';
import { Random } from '../../src/util/random.js';
import { clusteredRows, colorEncoder, temporaryFolder } from './make.js';

const n = Number(process.env.XCLR_RECALL_ROWS ?? 20_000);
const d = Number(process.env.XCLR_RECALL_NUMBERS ?? 64);
const queries = 100;
const k = 10;

/** Rows of which the last `fraction` are copies of one of `of` others: placeholders of a shop. */
function withCopies(fraction: number, of: number): Float32Array {
  const rows = clusteredRows(n, d, 3, { clusters: 200, spread: 0.6 });
  const random = new Random(7, 1);
  for (let i = Math.round((1 - fraction) * n); i < n; i++) {
    const from = random.below(of);
    rows.copyWithin(i * d, from * d, (from + 1) * d);
  }
  return rows;
}

/** The similarity of the k-th nearest row, in float64, from all n. */
function leastOfNearest(rows: Float32Array, query: Float32Array): number {
  const all = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += rows[i * d + j]! * query[j]!;
    all[i] = sum;
  }
  return all.sort()[n - k]!;
}

/** Fraction of what was found that is as similar as the true k; equal rows are equally right, float32 rounds by 1e-6. */
const rightOf = (found: readonly { similarity: number }[], least: number) =>
  found.filter(({ similarity }) => similarity >= least - 1e-5).length / k;

it.each([
  ['none', 0, 1],
  ['a third, copies of one', 1 / 3, 1],
  ['a third, copies of two', 1 / 3, 2],
  ['nine tenths, copies of one', 0.9, 1],
  ['nine tenths, copies of a hundred', 0.9, 100],
])('identical vectors: %s', async (name, fraction, of) => {
  const rows = withCopies(fraction, of);
  const space = new Space(d, null);
  const items = Array.from({ length: n }, (_, i) => ({
    id: `i${i}`,
    captions: [],
    image: null,
    columns: {},
  }));
  const encoder = { ...colorEncoder(), dimensions: d };
  await using index = await FolderIndex.build(
    join(temporaryFolder(), 'index'),
    { encoder, items, vectors: rows.slice(), textMap: null, space },
    { hnswAbove: 1000, precision: 'float32' }, // rows rounded to fewer bits would count as not found
  );
  expect(index.method).toBe('HNSW');
  let [exact, approximate, exactMs, hnswMs] = [0, 0, 0, 0];
  const asked = clusteredRows(queries, d, 5, { clusters: 200, spread: 0.6 });
  for (let q = 0; q < queries; q++) {
    // Half of the queries are rows of the index, half are new.
    const query = q % 2 === 0 ? rows.slice(q * d, (q + 1) * d) : asked.slice(q * d, (q + 1) * d);
    const least = leastOfNearest(rows, query);
    const began = performance.now();
    exact += rightOf(nearestOfAll(rows, query, k), least) / queries;
    const between = performance.now();
    approximate += rightOf(await index.search(query, k), least) / queries;
    exactMs += (between - began) / queries;
    hnswMs += (performance.now() - between) / queries;
  }
  console.log(
    `${n} × ${d}, identical: ${name}: recall@${k} of exact search ${exact.toFixed(4)} (${exactMs.toFixed(2)} ms), of HNSW ${approximate.toFixed(4)} (${hnswMs.toFixed(2)} ms)`,
  );
  expect(exact).toBeCloseTo(1, 6);
  expect(approximate).toBeGreaterThan(0.97);
});
