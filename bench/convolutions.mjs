// Our convolutions beside LibTorch's, in the shapes of ResNets: forward, gradient of the input, gradient of the weights. Three processes
// alternate: one takes ours wherever they can run, one never, one by the rule (`chooseDirect` in packages/torch/native/kernels.cpp), which
// these figures are to justify. Kept in a file for each LibTorch, processor and number of threads.
import { buildInfo } from '../packages/torch/dist/index.js';
import { allocator, file, inBfloat16, ofThisMachine, settings, threads } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { median, rotated, spread } from './lib/statistics.mjs';
import { convolutionParts } from './lib/tables.mjs';

/** Milliseconds that a measurement should take at least. */
const LONG_ENOUGH = 25;

/** images, channels, height = width, output channels, kernel, stride; padding is half the kernel. */
const SHAPES = [
  // ResNet-18, 64 px, 64 views
  [64, 3, 64, 64, 7, 2],
  [64, 64, 16, 64, 3, 1],
  [64, 64, 16, 128, 3, 2],
  [64, 64, 16, 128, 1, 2],
  [64, 128, 8, 128, 3, 1],
  [64, 128, 8, 256, 3, 2],
  [64, 128, 8, 256, 1, 2],
  [64, 256, 4, 256, 3, 1],
  [64, 256, 4, 512, 3, 2],
  [64, 256, 4, 512, 1, 2],
  [64, 512, 2, 512, 3, 1],
  // ResNet-10 of a quarter's width, 32 px, 192 views
  [192, 3, 32, 16, 3, 1],
  [192, 16, 32, 16, 3, 1],
  [192, 16, 8, 16, 3, 1],
  [192, 64, 4, 128, 3, 2],
  // ResNet-50, 224 px, 16 views
  [16, 64, 56, 64, 1, 1],
  [16, 64, 56, 64, 3, 1],
  [16, 64, 56, 256, 1, 1],
  [16, 256, 56, 64, 1, 1],
  [16, 128, 56, 128, 3, 2],
  [16, 256, 56, 512, 1, 2],
  [16, 512, 28, 128, 1, 1],
  [16, 128, 28, 128, 3, 1],
  [16, 128, 28, 512, 1, 1],
  [16, 256, 28, 256, 3, 2],
  [16, 1024, 14, 256, 1, 1],
  [16, 256, 14, 256, 3, 1],
  [16, 256, 14, 1024, 1, 1],
  [16, 512, 14, 512, 3, 2],
  [16, 2048, 7, 512, 1, 1],
  [16, 512, 7, 512, 3, 1],
  [16, 512, 7, 2048, 1, 1],
];

const titleOf = ([images, channels, size, outputs, kernel, stride]) =>
  `(${images}, ${channels}, ${size}, ${size}) → ${outputs}, ${kernel}×${kernel}${stride > 1 ? ` /${stride}` : ''}`;

const version = buildInfo().builtFor.split('+')[0];

/** Where rows are kept. */
export const resultName = () => ofThisMachine('convolutions', version);

export { convolutionsTable as table } from './lib/tables.mjs';

async function measure(sides, setup, rounds) {
  const { own, libtorch } = sides;
  for (const side of Object.values(sides)) await side.ask({ make: setup });
  const rows = [];
  for (const part of Object.keys(convolutionParts)) {
    if (setup.channels === 3 && part === 'inputGradient') continue; // images need none
    const once = [];
    for (const side of [own, libtorch]) once.push((await side.ask({ part, times: 2 })).milliseconds);
    const times = Math.max(1, Math.ceil(LONG_ENOUGH / Math.min(...once)));
    const found = { own: [], libtorch: [], chosen: [] };
    for (let round = 0; round < rounds; round++)
      for (const name of rotated(Object.keys(sides), round))
        found[name].push((await sides[name].ask({ part, times })).milliseconds);
    const ratio = (of) => spread(found[of].map((one, round) => found.libtorch[round] / one));
    rows.push({
      part,
      milliseconds: { own: median(found.own), libtorch: median(found.libtorch) },
      ratio: ratio('own'),
      chosen: ratio('chosen'),
    });
  }
  return rows;
}

/** @returns rows as bench/results/convolutions-….json keeps them; ratio > 1: ours is faster than LibTorch's, chosen > 1: what runs is */
export async function run({ rounds, log }) {
  const side = (choice) =>
    new Side(choice ?? 'by the rule', [process.execPath, file('workers/convolutions.mjs'), threads], {
      ...settings(allocator),
      XCLR_CONVOLUTIONS: choice,
    });
  const sides = { own: side('own'), libtorch: side('libtorch'), chosen: side(undefined) };
  const rows = [];
  try {
    for (const precision of inBfloat16 ? ['bfloat16', 'float32'] : ['float32'])
      for (const shape of SHAPES) {
        const [images, channels, size, outputs, kernel, stride] = shape;
        const setup = { images, channels, size, outputs, kernel, stride, precision };
        for (const row of await measure(sides, setup, rounds)) {
          rows.push({ convolution: titleOf(shape), precision, ...row });
          log(
            `  ${titleOf(shape)}, ${precision}, ${row.part}: ${row.ratio.median.toFixed(2)}, by the rule ${row.chosen.median.toFixed(2)}`,
          );
        }
      }
  } finally {
    await Promise.all(Object.values(sides).map((one) => one.close()));
  }
  return rows;
}
