// Our side of the input benchmark: images in, two SimCLR views out, as the trainer makes them.
import { scoped, setNumThreads } from '@xclr/torch';
import {
  aspectsOf,
  imageTensors,
  Loader,
  makeViews,
  openDataset,
  openImages,
  recipes,
} from '../../packages/xclr/dist/data/index.js';
import { viewSource } from '../../packages/xclr/dist/train/view-source.js';
import { answerLines } from '../lib/lines.mjs';

const threads = Number(process.argv[2]);
setNumThreads(threads);
let input = null;
let epochs = 0;

/** Nothing is cached: every image is read (and decoded, where it is not packed) in every epoch. */
async function make({ path, size, batch }) {
  if (input !== null) await input.store[Symbol.asyncDispose]();
  const dataset = await openDataset(path, { fractions: { train: 1, validation: 0, test: 0 } });
  const store = openImages(dataset, {
    size: viewSource({ recipe: 'simclr', size, source: 'auto', overrides: {} }),
    workers: threads,
    cacheBytes: 0,
  });
  const indices = Int32Array.from(dataset.samples.keys());
  input = { store, loader: new Loader(store, { indices, batchSize: batch, dropLast: true }), size };
}

async function epoch() {
  const { loader, size } = input;
  const recipe = recipes.simclr(size);
  let samples = 0;
  for await (const { indices: ids, images } of loader.epoch({ epoch: epochs++ })) {
    scoped(() => {
      const pixels = imageTensors(images); // b of (h, w, 3) uint8
      makeViews(pixels, { aspect: aspectsOf(images), ids, seed: 0, epoch: epochs, size, recipe }); // (2b, 3, size, size)
    });
    samples += ids.length;
  }
  return samples;
}

await answerLines(async (command) => {
  if (command.make !== undefined) {
    await make(command.make);
    return { threads };
  }
  const began = performance.now();
  let samples = 0;
  for (let i = 0; i < command.epochs; i++) samples += await epoch();
  return { seconds: (performance.now() - began) / 1000, samples, threads };
});
