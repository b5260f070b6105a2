// A child of the slow test: encodes a million captions with cheap vectors, or opens the store; prints figures as JSON.
import { storeFolder } from '../../dist/graph/caption-store/encode-into-store.js';
import { MappedRows } from '../../dist/graph/caption-store/mapped-rows.js';
import { CaptionStore } from '../../dist/graph/caption-store/sharded-store.js';
import { encodeDataset } from '../../dist/graph/caption-store.js';

const [folder, phase] = process.argv.slice(2);
const [count, width] = [1_000_000, 384];
const encoder = {
  name: 'cheap',
  identity: 'cheap 1',
  usesContext: false,
  independent: true,
  async encode(captions) {
    const vectors = new Float32Array(captions.length * width);
    captions.forEach((caption, row) => {
      const number = Number(caption.split(' ')[1]);
      for (let i = 0; i < 8; i++)
        vectors[row * width + ((number * (i + 1) * 31) % width)] += 1 + (number % 97);
    });
    for (let row = 0; row < captions.length; row++) {
      const one = vectors.subarray(row * width, (row + 1) * width);
      let squares = 0;
      for (const value of one) squares += value * value;
      const scale = 1 / Math.sqrt(squares);
      for (let i = 0; i < width; i++) one[i] *= scale;
    }
    return { vectors, dimensions: width, notes: [] };
  },
};
const megabytes = () => process.resourceUsage().maxRSS / 1024;
const seconds = (from) => (performance.now() - from) / 1000;

let [took, openSeconds, batchMilliseconds, samplesMegabytes] = [0, 0, 0, 0];
if (phase === 'encode') {
  const attributes = {};
  const samples = Array.from({ length: count }, (_, i) => ({
    id: String(i),
    captions: [`caption ${i}`],
    label: null,
    attributes,
  }));
  samplesMegabytes = megabytes();
  const start = performance.now();
  await encodeDataset(samples, encoder, folder);
  took = seconds(start);
} else {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  let start = performance.now();
  const store = CaptionStore.open(storeFolder(folder, encoder, 'float16'), encoder);
  const map = new MappedRows(store, all).map();
  openSeconds = seconds(start);
  if (store.rows !== count) process.exit(1);
  const batches = 20;
  start = performance.now();
  for (let batch = 0; batch < batches; batch++) {
    const ids = Int32Array.from({ length: 256 }, (_, i) => (i * 7919 * 31 + batch * 104_729) % count);
    map.gather(ids).dispose();
  }
  batchMilliseconds = (1000 * seconds(start)) / batches;
  map[Symbol.dispose]();
}
console.log(
  JSON.stringify({
    seconds: took,
    openSeconds,
    batchMilliseconds,
    peakMegabytes: megabytes(),
    samplesMegabytes,
  }),
);
