// One side of bench/exact-search.mjs: the index's exact search over vectors in a file.
import { readFileSync } from 'node:fs';
import { nearestOfAll } from '../../packages/xclr/dist/deploy/search/nearest-rows.js';
import { answerLines } from '../lib/lines.mjs';

let vectors;

/** A buffer of its own, as the search wants its rows at offset 0. */
const numbers = (path) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer);

function search() {
  const { rows, queries, d, k } = vectors;
  const found = [];
  for (let i = 0; i < queries.length / d; i++) {
    found.push(nearestOfAll(rows, queries.subarray(i * d, (i + 1) * d), k).map(({ position }) => position));
  }
  return found;
}

await answerLines(({ make, find }) => {
  if (make !== undefined) {
    vectors = { ...make, rows: numbers(make.rows), queries: numbers(make.queries) };
    return {};
  }
  if (find) return { found: search() };
  const began = performance.now();
  const cpu = process.cpuUsage();
  search();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
});
