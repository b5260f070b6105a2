// A child of the tests of all-MiniLM-L6-v2: loads it from a models folder, where it may have to be converted first, and
// prints the checksum of a few captions' vectors. Arguments: models folder, captions as JSON.
import { createHash } from 'node:crypto';
import { SentenceTransformerEncoder } from '../../dist/graph/sentence-transformer/encoder.js';

const [modelsFolder, captions] = process.argv.slice(2);
const encoder = await SentenceTransformerEncoder.load({ modelsFolder });
const { vectors } = await encoder.encode(JSON.parse(captions));
process.stdout.write(createHash('sha256').update(vectors).digest('hex'));
