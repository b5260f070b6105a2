// The ten nearest of 100,000 unit vectors of 512 numbers: HNSW beside comparing all, and how many of the true ten it finds.
// The vectors lie as trained embeddings do: 1,000 clusters of different sizes on the sphere.
import { Hnsw } from '../packages/xclr/dist/deploy/search/hnsw.js';
import { dot, nearestOfAll } from '../packages/xclr/dist/deploy/search/nearest-rows.js';
import { Random } from '../packages/xclr/dist/util/random.js';
import { threads } from './lib/environment.mjs';
import { comparison, rotated } from './lib/statistics.mjs';

const n = 100_000;
const d = 512;
const clusters = 1000;
const queries = 200;
const k = 10;
/** What HNSW must find of the true ten, on average. */
const least = 0.98;

function clustered(count, centers, random) {
  const rows = new Float32Array(count * d);
  for (let i = 0; i < count; i++) {
    const center = Math.floor(clusters * random.uniform() ** 2);
    let squares = 0;
    for (let j = 0; j < d; j++) {
      const value = centers[center * d + j] + 0.7 * random.normal();
      rows[i * d + j] = value;
      squares += value * value;
    }
    for (let j = 0; j < d; j++) rows[i * d + j] /= Math.sqrt(squares);
  }
  return rows;
}

/** @returns rows as bench/results/vector-search.json keeps them */
export async function run({ rounds, log }) {
  const random = new Random(7);
  const centers = Float32Array.from({ length: clusters * d }, () => random.normal());
  const rows = clustered(n, centers, random);
  const asked = clustered(queries, centers, random);
  const query = (i) => asked.slice(i * d, (i + 1) * d);
  const began = performance.now();
  const graph = await Hnsw.build(
    rows,
    d,
    Uint32Array.from({ length: n }, (_, i) => i),
  );
  const buildSeconds = (performance.now() - began) / 1000;

  let found = 0;
  for (let i = 0; i < queries; i++) {
    const near = new Set(nearestOfAll(rows, query(i), k).map(({ position }) => position));
    const best = bySimilarity(graph.candidates(query(i), 2 * k), rows, query(i)).slice(0, k);
    found += best.filter((position) => near.has(position)).length;
  }
  const recall = found / (queries * k);
  log(`  recall@10 ${recall.toFixed(4)}; the graph was built in ${buildSeconds.toFixed(0)} s`);
  if (recall < least) throw new Error(`vector-search: recall@10 is ${recall}, less than ${least}`);

  const sides = [
    { search: (q) => bySimilarity(graph.candidates(q, 2 * k), rows, q), rates: [] },
    { search: (q) => nearestOfAll(rows, q, k), rates: [] },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const { search, rates } of rotated(sides, round)) {
      const start = performance.now();
      for (let i = 0; i < queries; i++) search(query(i));
      rates.push((1000 * queries) / (performance.now() - start));
    }
    log(`  HNSW ${sides[0].rates.at(-1).toFixed(0)}, exact ${sides[1].rates.at(-1).toFixed(0)} queries/s`);
  }
  return [
    comparison({
      name: 'ten nearest of 100,000 × 512, HNSW',
      unit: 'queries/s',
      ours: sides[0].rates,
      peer: sides[1].rates,
      peerName: 'comparing all',
      settings: { threads, recall, buildSeconds },
    }),
  ];
}

/** Candidates compared exactly, as the index does. */
function bySimilarity(positions, rows, query) {
  return positions
    .map((position) => ({ position, similarity: dot(rows, position * d, query, 0, d) }))
    .sort((a, b) => b.similarity - a.similarity)
    .map(({ position }) => position);
}
