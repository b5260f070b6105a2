// A child of the kill tests: encodes numbered captions into a store, slowly. Arguments: folder, captions, ms a batch.
import { encodeDataset } from '../../dist/graph/caption-store.js';
import { hashEncoder } from './hash-encoder.mjs';

const [folder, count, milliseconds] = process.argv.slice(2);
const samples = Array.from({ length: Number(count) }, (_, i) => ({
  id: String(i),
  captions: [`caption ${i}`],
  label: null,
  attributes: {},
}));
await encodeDataset(samples, hashEncoder(Number(milliseconds)), folder);
