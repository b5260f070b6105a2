// Makes a table of a catalog: joins styles.csv with the images that are there, and splits by product, so that photographs of one product stay together.
//   node examples/retail/prepare.mjs fashion/ retail/
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Papa from 'papaparse';

/** Fractions of the products; the rest trains. */
const held = { test: 0.2, validation: 0.1 };

const [from, into] = process.argv.slice(2);
if (from === undefined || into === undefined) {
  console.error('prepare: give the folder with styles.csv and images/, and the folder to write into');
  process.exit(2);
}
const table = join(from, 'styles.csv');
if (!existsSync(table)) {
  console.error(`prepare: ${table} is not there. Give the folder that holds styles.csv and images/.`);
  process.exit(1);
}
/** Paths in the table are relative to its folder, so that both may be moved together. */
const imagesFrom = relative(into, join(from, 'images')).replaceAll('\\', '/');
const files = new Set(readdirSync(join(from, 'images')));
// The header is read here: it ends in columns without a name, which Papa Parse would rename with a warning.
const [header, ...lines] = Papa.parse(readFileSync(table, 'utf8'), { skipEmptyLines: true }).data;
const data = lines.map((cells) => Object.fromEntries(header.map((name, at) => [name.trim(), cells[at]])));
const rows = data.filter(
  ({ id, productDisplayName }) => files.has(`${id}.jpg`) && (productDisplayName ?? '').trim() !== '',
);

/** 0 … 1 by a hash of the product's name. */
const draw = (name) =>
  createHash('sha256').update(name.trim().toLowerCase()).digest().readUInt32BE(0) / 2 ** 32;
const splitOf = (name) => {
  const at = draw(name);
  return at < held.test ? 'test' : at < held.test + held.validation ? 'validation' : 'train';
};

const counts = { train: 0, validation: 0, test: 0 };
const products = rows.map((row) => {
  const name = row.productDisplayName.trim();
  const split = splitOf(name);
  counts[split]++;
  return {
    id: row.id,
    image: `${imagesFrom}/${row.id}.jpg`,
    caption: name,
    product: name,
    type: row.subCategory,
    color: row.baseColour === 'NA' ? '' : row.baseColour,
    gender: row.gender,
    usage: row.usage === 'NA' ? '' : row.usage,
    split,
  };
});
mkdirSync(into, { recursive: true });
writeFileSync(join(into, 'products.csv'), `${Papa.unparse(products, { newline: '\n' })}\n`);
console.log(
  `${rows.length} of ${data.length} rows have an image and a name: ${counts.train} to train on, ${counts.validation} to choose settings on, ${counts.test} to test on`,
);
console.log(`Table: ${join(into, 'products.csv')}`);
