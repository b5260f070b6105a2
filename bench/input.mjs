// Images in, views out: two SimCLR views at 224 px from JPEGs of 500×375, beside torchvision's usual pipeline (PIL,
// DataLoader), alternating in one run. Both sides have the same files, the same number of workers and of threads, and
// cache nothing; a turn is whole epochs, so that no side works on while another is timed. Ours runs with the allocator
// that its launcher preloads for every command, torchvision as it comes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { allocator, file, python, settings, threads } from './lib/environment.mjs';
import { photographs } from './lib/photographs.mjs';
import { Side } from './lib/side.mjs';
import { comparison, rotated, show } from './lib/statistics.mjs';

const count = 512;
const size = 224;
const batch = 64;
const name = `two-views-${size}px`;

/** Packs the images with the product's own command and its default size. */
function packed(folder) {
  const out = `${folder}-packed-2`;
  if (existsSync(`${out}/pack.json`)) return out;
  const command = [file('../packages/xclr/bin/xclr.js'), 'data', 'pack', folder, out];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`xclr data pack failed: ${stderr}`);
  return out;
}

/** @returns rows as bench/results/input.json keeps them */
export async function run({ rounds, log }) {
  const folder = await photographs(file('../.cache/bench/photographs'), { count });
  const worker = [process.execPath, file('workers/input.mjs'), threads];
  const peer = [python, file('peer/input.py'), threads];
  const make = { path: folder, size, batch };
  const sides = [
    { label: 'xclr from JPEG', command: worker, make, epochs: 1 },
    {
      label: 'xclr from the packed store',
      command: worker,
      make: { ...make, path: packed(folder) },
      epochs: 2,
    },
    { label: 'torchvision', command: peer, make: { ...make, blur: 'torchvision' }, epochs: 1 },
    { label: "torchvision with PIL's blur", command: peer, make: { ...make, blur: 'pil' }, epochs: 1 },
  ].map((side) => ({
    ...side,
    process: new Side(side.label, side.command, settings(side.command === worker ? allocator : null)),
    rates: [],
  }));
  try {
    for (const { process, make } of sides) {
      await process.ask({ make });
      await process.ask({ epochs: 1 }); // starts the workers, warms the page cache and the allocator
    }
    for (let round = 0; round < rounds; round++) {
      for (const { process, epochs, rates } of rotated(sides, round)) {
        const { seconds, samples } = await process.ask({ epochs });
        rates.push(samples / seconds);
      }
      log(`  ${sides.map(({ label, rates }) => `${label} ${show(rates.at(-1))}`).join(', ')} samples/s`);
    }
  } finally {
    await Promise.all(sides.map(({ process }) => process.close()));
  }
  const [jpeg, store, torchvision, pil] = sides;
  const row = (ours, theirs, what) =>
    comparison({
      name: `${name}-${what}`,
      unit: 'samples/s',
      ours: ours.rates,
      peer: theirs.rates,
      peerName: theirs.label,
      settings: { workers: threads, batch, image: 'JPEG 500×375', count },
    });
  return [
    row(jpeg, torchvision, 'jpeg'),
    row(jpeg, pil, 'jpeg'),
    row(store, torchvision, 'packed'),
    row(store, pil, 'packed'),
    row(store, jpeg, 'packed'),
  ];
}
