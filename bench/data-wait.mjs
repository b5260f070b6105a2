// Waiting for images while a ResNet-18 trains on views of 64 px, from a packed store and from the JPEGs it was packed
// from, alternating in one run. Nothing is cached, so every epoch reads (or decodes) every image again.
//
// Two figures: `wait`, which every run logs, the fraction of a step that the trainer waited; and `rest`, the fraction of the
// time from one step to the next that is not forward, backward and update, an upper bound of what input costs: it has
// includes reading between steps and logging.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { allocator, file, settings, threads } from './lib/environment.mjs';
import { photographs } from './lib/photographs.mjs';
import { Side } from './lib/side.mjs';
import { comparison, rotated, spread } from './lib/statistics.mjs';

const count = 512;
const size = 64;
const batch = 64;
const steps = 16;
/** The most that training may wait, from a packed store. */
const limit = 0.03;

/** Packs the images with the product's own command. */
function packed(folder, side) {
  const out = `${folder}-packed-2-${side}-train`;
  if (existsSync(`${out}/pack.json`)) return out;
  const all = [
    '--data-fractions-train',
    '1',
    '--data-fractions-validation',
    '0',
    '--data-fractions-test',
    '0',
  ];
  const command = [file('../packages/xclr/bin/xclr.js'), 'data', 'pack', folder, out, '--size', side, ...all];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`xclr data pack failed: ${stderr}`);
  return out;
}

const percent = ({ median, min, max }) =>
  `${(100 * median).toFixed(2)} % (${(100 * min).toFixed(2)}–${(100 * max).toFixed(2)})`;

/** @returns rows as bench/results/data-wait.json keeps them */
export async function run({ rounds, log }) {
  const folder = await photographs(file('../.cache/bench/photographs'), { count });
  const command = [process.execPath, file('workers/data-wait.mjs')];
  const sides = [
    { label: 'the packed store', path: packed(folder, 2 * size) },
    { label: 'JPEG', path: folder },
  ].map((side) => ({
    ...side,
    process: new Side(side.label, command, settings(allocator)),
    rates: [],
    wait: [],
    rest: [],
  }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const side of rotated(sides, round)) {
        const { viewsPerSecond, wait, rest } = await side.process.ask({
          path: side.path,
          size,
          batch,
          steps,
        });
        side.rates.push(viewsPerSecond);
        side.wait.push(wait);
        side.rest.push(rest);
      }
      log(
        `  ${sides.map(({ label, wait, rates }) => `from ${label}: waits ${(100 * wait.at(-1)).toFixed(2)} %, ${rates.at(-1).toFixed(0)} views/s`).join('; ')}`,
      );
    }
  } finally {
    await Promise.all(sides.map(({ process }) => process.close()));
  }
  for (const { label, wait, rest } of sides) {
    log(
      `  from ${label}: waits ${percent(spread(wait))} of a step; all but computing ${percent(spread(rest))}`,
    );
  }
  const [store, jpeg] = sides;
  const row = comparison({
    name: `data-wait-resnet18-${size}px-packed`,
    unit: 'views/s',
    ours: store.rates,
    peer: jpeg.rates,
    peerName: 'xclr from JPEG, no cache',
    settings: { threads, batch, steps, image: 'JPEG 500×375', count, precision: 'bfloat16' },
  });
  const fractions = ({ wait, rest }) => ({ wait: spread(wait), rest: spread(rest), runs: wait });
  return [{ ...row, waiting: { limit, packed: fractions(store), jpeg: fractions(jpeg) } }];
}
