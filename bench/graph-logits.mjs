// What graph.logits(ids) costs for a batch of 256 images with two views each, beside the training step that it is a part
// of: a ResNet-18 at 64 px, in turn within one run. A ratio of 50 means 2 % of the step.
import { scoped } from '../packages/torch/dist/index.js';
import * as graphs from '../packages/xclr/dist/graph/index.js';
import { Random } from '../packages/xclr/dist/util/random.js';
import { allocator, file, settings, threads } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { comparison, median } from './lib/statistics.mjs';

const SAMPLES = 20_000;
const CLASSES = 1_000;
const BATCH = 256;
const CALLS = 20;
/** The faster precision makes the graph's fraction larger, so both are tried. */
const precisions = ['float32', 'bfloat16'];

const random = new Random(1);
const labelOf = Array.from({ length: SAMPLES }, () => random.below(CLASSES));

function text(dimensions) {
  const vectors = new Float32Array(SAMPLES * dimensions);
  for (let start = 0; start < vectors.length; start += dimensions) {
    let squares = 0;
    for (let i = start; i < start + dimensions; i++) {
      vectors[i] = random.normal();
      squares += vectors[i] ** 2;
    }
    for (let i = start; i < start + dimensions; i++) vectors[i] /= Math.sqrt(squares);
  }
  return new graphs.TextGraph({
    vectors,
    dimensions,
    rowOf: Int32Array.from({ length: SAMPLES }, (_, i) => i),
  });
}

/** A binary tree over the classes, ten links deep. */
function taxonomy() {
  const edges = Array.from({ length: 2 * CLASSES - 1 }, (_, i) => [
    `${i}`,
    i === 0 ? null : `${(i - 1) >> 1}`,
  ]);
  return graphs.taxonomyGraph(
    graphs.taxonomyOf(edges),
    labelOf.map((label) => `${label + CLASSES - 1}`),
  );
}

function multilabel() {
  const sets = Array.from({ length: SAMPLES }, () => Array.from({ length: 5 }, () => `${random.below(200)}`));
  return graphs.setGraph(sets, { idf: true });
}

const cases = {
  'text, 384 dimensions': () => text(384),
  'text, 384 dimensions, clip and top 50': () =>
    new graphs.PostprocessedGraph(text(384), 0.1, { clip: true, topK: 50 }),
  'taxonomy, 1000 classes': taxonomy,
  'multilabel, 5 labels of 200': multilabel,
  'mix of text and taxonomy': () =>
    new graphs.MixGraph([
      { weight: 1, graph: text(384) },
      { weight: 1, graph: taxonomy() },
    ]),
};

/** Median milliseconds of some calls, each for another batch. */
function milliseconds(graph) {
  const times = Array.from({ length: CALLS + 5 }, () => {
    const once = Array.from({ length: BATCH }, () => random.below(SAMPLES));
    const ids = Int32Array.from([...once, ...once]);
    const start = performance.now();
    scoped(() => void graph.logits(ids));
    return performance.now() - start;
  });
  return median(times.slice(5)); // the first ones warm up
}

/** @returns rows as bench/results/graph-logits.json keeps them */
export async function run({ rounds, log }) {
  const side = new Side(
    'step',
    [process.execPath, file('workers/train-step.mjs'), String(threads)],
    settings(allocator),
  );
  const graphsByName = Object.entries(cases).map(([name, make]) => ({ name, graph: make(), rates: [] }));
  const steps = [];
  try {
    const made = { encoder: 'resnet18', size: 64, batch: 2 * BATCH, layout: 'channels_last' };
    const seconds = [];
    for (const precision of precisions) {
      await side.ask({ make: { ...made, precision } });
      seconds.push(median((await side.ask({ steps: 2 })).seconds));
    }
    const precision = precisions[seconds.indexOf(Math.min(...seconds))];
    await side.ask({ make: { ...made, precision } });
    await side.ask({ steps: 1 });
    for (let round = 0; round < rounds; round++) {
      steps.push(1 / median((await side.ask({ steps: 2 })).seconds));
      for (const one of graphsByName) one.rates.push(1000 / milliseconds(one.graph));
      const fractions = graphsByName.map(
        ({ name, rates }) => `${name} ${((100 * steps.at(-1)) / rates.at(-1)).toFixed(2)} %`,
      );
      log(`  of a step of ${(1000 / steps.at(-1)).toFixed(0)} ms: ${fractions.join('; ')}`);
    }
    return graphsByName.map(({ name, rates }) =>
      comparison({
        name: `graph-logits: ${name}`,
        unit: 'calls/s',
        ours: rates,
        peer: steps,
        peerName: `a training step, ResNet-18, 64 px, batch ${BATCH}, ${precision}`,
        settings: { threads, batch: BATCH, views: 2, samples: SAMPLES, precision },
      }),
    );
  } finally {
    for (const { graph } of graphsByName) graph[Symbol.dispose]();
    await side.close();
  }
}
