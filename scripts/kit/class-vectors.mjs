// node scripts/kit/class-vectors.mjs WORDS OUT: vectors of classes' names by all-MiniLM-L6-v2, for a graph of kind `embeddings` on a
// machine without onnxruntime-node. WORDS has a line for each class: its id, a tab, its names with commas, of which the first is taken.
// Writes OUT.safetensors, (classes, 384) float32, and OUT-classes.txt, the ids in the same order.
import { readFileSync, writeFileSync } from 'node:fs';
import { SentenceTransformerEncoder } from '../../packages/xclr/dist/api/graph.js';

const [words, out] = process.argv.slice(2);
if (words === undefined || out === undefined) {
  console.error(
    'class-vectors: expected WORDS and OUT\n  → node scripts/kit/class-vectors.mjs words.txt minilm',
  );
  process.exit(2);
}
const classes = readFileSync(words, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'));
const encoder = await SentenceTransformerEncoder.load({});
const { vectors, dimensions } = await encoder.encode(classes.map(([, names]) => names.split(',')[0]));

const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
const header = JSON.stringify({
  vectors: { dtype: 'F32', shape: [classes.length, dimensions], data_offsets: [0, bytes.length] },
});
const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8));
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(padded.length));
writeFileSync(`${out}.safetensors`, Buffer.concat([length, padded, bytes]));
writeFileSync(`${out}-classes.txt`, `${classes.map(([id]) => id).join('\n')}\n`);
