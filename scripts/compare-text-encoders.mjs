// How well text encoders place captions beside their relatives: the table of docs/text-encoders.md. Needs npm run build.
//
//   node scripts/compare-text-encoders.mjs --coco captions.json … [--classes classes.json] [--static FOLDER]
//
// --coco: caption files in COCO's format, several captions an image. Measured: for how many captions is the nearest other
//   caption one of the same image?
// --classes: { "classes": [{ "names": "tabby, tabby cat", "group": "cat" }, …] }. Measured: for how many classes is the
//   nearest other class of the same group, where the group has another?
// --static: a Model2Vec folder to measure too.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  SentenceTransformerEncoder,
  StaticEncoder,
  WordNetEncoder,
} from '../packages/xclr/dist/graph/index.js';
import { glossDescriptions } from '../packages/xclr/dist/graph/wordnet/glosses.js';

const { values: given } = parseArgs({
  options: {
    coco: { type: 'string', multiple: true, default: [] },
    classes: { type: 'string' },
    static: { type: 'string' },
  },
});
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Term frequency × inverse document frequency of lower-case words, unit rows: the yardstick without any model. */
const tfIdf = {
  name: 'TF-IDF',
  async encode(captions) {
    const words = captions.map((caption) => caption.toLowerCase().match(/\p{L}+/gu) ?? []);
    const documents = new Map();
    for (const list of words)
      for (const word of new Set(list)) documents.set(word, (documents.get(word) ?? 0) + 1);
    const place = new Map([...documents.keys()].map((word, i) => [word, i]));
    const dimensions = place.size;
    const vectors = new Float32Array(captions.length * dimensions);
    for (const [i, list] of words.entries()) {
      const row = vectors.subarray(i * dimensions, (i + 1) * dimensions);
      for (const word of list) row[place.get(word)] += Math.log(captions.length / documents.get(word));
      const length = Math.hypot(...row) || 1;
      for (let d = 0; d < dimensions; d++) row[d] /= length;
    }
    return { vectors, dimensions };
  },
};

/** Fraction of rows whose nearest other row is a relative, of those that have one. */
function fractionBesideRelatives({ vectors, dimensions }, kinds) {
  let [asked, found] = [0, 0];
  for (const [i, kind] of kinds.entries()) {
    if (!kinds.some((other, j) => j !== i && other === kind)) continue;
    asked++;
    let [best, nearest] = [Number.NEGATIVE_INFINITY, -1];
    for (let j = 0; j < kinds.length; j++) {
      if (j === i) continue;
      let product = 0;
      for (let d = 0; d < dimensions; d++)
        product += vectors[i * dimensions + d] * vectors[j * dimensions + d];
      if (product > best) [best, nearest] = [product, j];
    }
    if (kinds[nearest] === kind) found++;
  }
  return { fraction: found / asked, asked };
}

const miniLm = await SentenceTransformerEncoder.load();
const wordnet = new WordNetEncoder({ rarity: 0, width: 8192 });
const words = given.static === undefined ? [] : [await StaticEncoder.load(given.static)];

async function measure(title, encoders, captions, kinds) {
  for (const encoder of encoders) {
    const began = performance.now();
    const encoded = await encoder.encode(captions);
    const seconds = (performance.now() - began) / 1000;
    const { fraction, asked } = fractionBesideRelatives(encoded, kinds);
    console.log(
      `${title.padEnd(28)} ${encoder.name.padEnd(28)} ${(100 * fraction).toFixed(1).padStart(5)} % of ${asked}   encoded in ${seconds.toFixed(1)} s`,
    );
  }
}

if (given.coco.length > 0) {
  const annotations = given.coco.flatMap((path) => json(path).annotations);
  const captions = annotations.map(({ caption }) => caption.trim());
  const images = annotations.map(({ image_id: image }) => image);
  await measure('COCO captions', [miniLm, tfIdf, wordnet, ...words], captions, images);
}
if (given.classes !== undefined) {
  const { classes } = json(given.classes);
  const groups = classes.map(({ group }) => group);
  const names = classes.map(({ names }) => names);
  await measure('class names', [wordnet, miniLm, tfIdf, ...words], names, groups);
  await measure(
    'a photo of a {class}',
    [wordnet, miniLm],
    names.map((all) => `a photo of a ${all.split(',')[0]}`),
    groups,
  );
  const glosses = glossDescriptions(
    names.map((label) => ({ id: label, captions: [label], label, attributes: {} })),
  );
  await measure(
    "WordNet's glosses",
    [wordnet, miniLm, tfIdf],
    names.map((label) => glosses.get(label)[0]),
    groups,
  );
}
