// What graph.logits(ids) costs for a batch of 256 pictures with two views each. Run: node bench/graph-logits.mjs
import { scoped } from '../packages/torch/dist/index.js';
import * as graphs from '../packages/xclr/dist/graph/index.js';
import { Random } from '../packages/xclr/dist/util/random.js';
import { median } from './lib/statistics.mjs';

const SAMPLES = 20_000;
const CLASSES = 1_000;
const BATCH = 256;
const ROUNDS = 30;

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
    new graphs.CuredGraph(text(384), 0.1, { clip: true, topK: 50 }),
  'taxonomy, 1000 classes': taxonomy,
  'multilabel, 5 labels of 200': multilabel,
  'mix of text and taxonomy': () =>
    new graphs.MixGraph([
      { weight: 1, graph: text(384) },
      { weight: 1, graph: taxonomy() },
    ]),
};

for (const [name, make] of Object.entries(cases)) {
  const graph = make();
  const times = [];
  for (let round = 0; round < ROUNDS + 5; round++) {
    const once = Array.from({ length: BATCH }, () => random.below(SAMPLES));
    const ids = Int32Array.from([...once, ...once]);
    const start = performance.now();
    scoped(() => void graph.logits(ids));
    if (round >= 5) times.push(performance.now() - start);
  }
  console.log(
    `${name}: ${median(times).toFixed(2)} ms (${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)})`,
  );
  graph[Symbol.dispose]();
}
