// What a call of a small operator costs from JavaScript and from Python, in microseconds.
import { allocator, file, python, settings } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { median, spread } from './lib/statistics.mjs';

const CALLS = ['add', 'add_', 'relu', 'sum of a dimension', 'conv2d 1×1'];
const COUNT = 20_000;

/** @returns rows as bench/results/operator-overhead.json keeps them; ratio > 1: ours is cheaper */
export async function run({ rounds }) {
  const ours = new Side(
    'xclr',
    [process.execPath, file('workers/operator-overhead.mjs')],
    settings(allocator),
  );
  const peer = new Side('PyTorch', [python, file('peer/operator_overhead.py')], settings(null));
  const rows = [];
  try {
    for (const call of CALLS) {
      for (const side of [ours, peer]) await side.ask({ call, count: COUNT }); // warms up the just-in-time compiler
      const times = { ours: [], peer: [] };
      for (let round = 0; round < rounds; round++) {
        times.ours.push((await ours.ask({ call, count: COUNT })).microseconds);
        times.peer.push((await peer.ask({ call, count: COUNT })).microseconds);
      }
      const ratios = times.ours.map((ours, round) => times.peer[round] / ours);
      rows.push({
        name: `call of ${call}`,
        unit: 'µs',
        ours: median(times.ours),
        peer: median(times.peer),
        peerName: peer.name,
        ratio: median(ratios),
        runs: times.ours.map((ours, round) => ({ ours, peer: times.peer[round], ratio: ratios[round] })),
        spread: { ours: spread(times.ours), peer: spread(times.peer), ratio: spread(ratios) },
      });
    }
  } finally {
    await Promise.all([ours.close(), peer.close()]);
  }
  return rows;
}
