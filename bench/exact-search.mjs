// The ten nearest of 100,000 unit vectors of 128 numbers, comparing all: the index's exact search beside FAISS's flat index of inner
// products, one query at a time, one thread each, alternating in one run. The vectors lie as trained embeddings do: in 1,000 clusters.
// Rates are by processor time, which other work on the machine disturbs less than the clock's.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../packages/xclr/dist/util/random.js';
import { file } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { comparison, median, rotated, show } from './lib/statistics.mjs';

const n = 100_000;
const d = 128;
const clusters = 1000;
const queries = 200;
const k = 10;

/** A Python that has FAISS: `python3 -m venv .cache/faiss && .cache/faiss/bin/pip install faiss-cpu`, or any other. */
const python = [process.env.XCLR_FAISS_PYTHON, file('../.cache/faiss/bin/python'), 'python3'].find(
  (name) =>
    name !== undefined && spawnSync(name, ['-c', 'import faiss, numpy'], { stdio: 'ignore' }).status === 0,
);

/** What is not there to compare with; undefined where all is. */
export const missing =
  python === undefined
    ? 'no Python with FAISS: python3 -m venv .cache/faiss && .cache/faiss/bin/pip install faiss-cpu'
    : undefined;

/** Unit rows as raw float32 numbers, in a file that both sides read. */
function clustered(path, count, centers, random) {
  if (existsSync(path)) return path;
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
  writeFileSync(path, rows);
  return path;
}

/** Fails where the two do not find the same rows; ties and rounding may exchange a few. */
function checkSame(one, other) {
  let same = 0;
  for (const [i, found] of one.entries()) {
    const theirs = new Set(other[i]);
    same += found.filter((position) => theirs.has(position)).length;
  }
  const agreement = same / (queries * k);
  if (agreement < 0.999) throw new Error(`exact-search: the two agree on ${agreement} of the rows only`);
  return agreement;
}

/** @returns rows as bench/results/exact-search.json keeps them */
export async function run({ rounds, log }) {
  if (missing !== undefined) throw new Error(`exact-search: ${missing}`);
  const folder = file('../.cache/bench/exact-search');
  mkdirSync(folder, { recursive: true });
  const random = new Random(7);
  const centers = Float32Array.from({ length: clusters * d }, () => random.normal());
  const make = {
    rows: clustered(join(folder, `rows-${n}-${d}.f32`), n, centers, random),
    queries: clustered(join(folder, `queries-${queries}-${d}.f32`), queries, centers, random),
    d,
    k,
  };
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const sides = [
    { label: 'xclr', command: [process.execPath, file('workers/exact-search.mjs')] },
    { label: 'FAISS', command: [python, file('peer/exact_search.py')] },
  ].map((side) => ({ ...side, process: new Side(side.label, side.command, one), rates: [], seconds: [] }));
  const [ours, faiss] = sides;
  try {
    for (const { process } of sides) await process.ask({ make });
    const [mine, theirs] = [await ours.process.ask({ find: true }), await faiss.process.ask({ find: true })];
    const agreement = checkSame(mine.found, theirs.found);
    let version;
    for (let round = 0; round < rounds; round++) {
      for (const side of rotated(sides, round)) {
        const answer = await side.process.ask({ search: true });
        side.rates.push(queries / answer.cpuSeconds);
        side.seconds.push(answer.seconds / queries);
        if (side === faiss) version = answer.version;
      }
      log(
        `  ${sides.map(({ label, rates }) => `${label} ${show(rates.at(-1))}`).join(', ')} queries/processor s`,
      );
    }
    return [
      comparison({
        name: `ten nearest of 100,000 × ${d}, comparing all, one thread`,
        unit: 'queries/processor s',
        ours: ours.rates,
        peer: faiss.rates,
        peerName: 'FAISS, IndexFlatIP',
        settings: {
          threads: 1,
          faiss: version,
          agreement,
          secondsAQuery: { ours: median(ours.seconds), peer: median(faiss.seconds) },
        },
      }),
    ];
  } finally {
    await Promise.all(sides.map(({ process }) => process.close()));
  }
}
