// What a shop asks of its index: time of a query, size, variety of recommendations, near-copies. Prints a table and writes JSON.
//   node examples/retail/measure.mjs shop runs/retail/catalog.json
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ask, duplicateGroups, openIndex } from 'xclr/deploy';

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error('measure: give the folder of the index, and the file to write the figures into');
  process.exit(2);
}
/** Queries that are timed and looked at, at most; and results of each. */
const most = 500;
const k = 10;
const diversity = 0.4;
/** Cosine from which two images count as near-copies, as `xclr search --duplicates` has it. */
const copies = 0.98;

const index = await openIndex(folder, {});
const items = [];
for await (const part of index.entries()) items.push(...part.items);
const test = items.filter(({ columns }) => columns.split === 'test');
const step = Math.max(1, Math.floor((test.length || items.length) / most));
const queries = (test.length > 0 ? test : items).filter((_, i) => i % step === 0).slice(0, most);

const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Distance of two results: 1 − cosine in the index's space. */
async function spread(matches) {
  const stored = await index.get(matches.map(({ item }) => item.id));
  const vectors = stored.map(({ vector }) => vector);
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < vectors.length; a++)
    for (let b = 0; b < a; b++, pairs++)
      sum += 1 - vectors[a].reduce((dot, value, i) => dot + value * vectors[b][i], 0);
  return pairs === 0 ? 0 : sum / pairs;
}
const distinct = (matches, column) => new Set(matches.map(({ item }) => item.columns[column] ?? '')).size;
/** The fraction of the results that have the query's value: what variety costs. */
const same = (matches, query, column) =>
  matches.filter(({ item }) => item.columns[column] === query.columns[column]).length / matches.length;

/** Mean with the normal 95 % interval of the mean over queries. */
function estimate(values) {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
  const half = 1.96 * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}

const columns = ['type', 'label', 'color'].filter((name) => items.some((item) => name in item.columns));
const measured = {};
for (const [name, options] of [
  ['nearest', { k }],
  ['varied', { k, diversity }],
]) {
  const [times, found] = [[], []];
  for (const { id } of queries) {
    const began = performance.now();
    const matches = await ask(index, { id }, options);
    times.push(performance.now() - began);
    found.push(matches);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const spreads = [];
  for (const matches of found) spreads.push(await spread(matches));
  measured[name] = {
    milliseconds: {
      median: sorted[Math.floor(sorted.length / 2)],
      p95: sorted[Math.floor(0.95 * sorted.length)],
    },
    distance: estimate(spreads),
    ...Object.fromEntries(
      columns.flatMap((column) => [
        [`distinct_${column}`, estimate(found.map((matches) => distinct(matches, column)))],
        [`same_${column}`, estimate(found.map((matches, i) => same(matches, queries[i], column)))],
      ]),
    ),
  };
}
const groups = await duplicateGroups(index, copies);
const result = {
  items: index.size,
  dimensions: index.encoder.dimensions,
  bytes,
  search: index.method,
  queries: queries.length,
  k,
  diversity,
  ...measured,
  nearCopies: {
    cosine: copies,
    groups: groups.length,
    items: groups.reduce((sum, group) => sum + group.items.length, 0),
  },
  processor: cpus()[0]?.model ?? 'unknown',
};
writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`);
const shown = ({ mean, low, high }) => `${mean.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)})`;
console.log(
  `${result.items} items of ${result.dimensions} numbers: ${(bytes / 1e6).toFixed(1)} MB on disk, search ${result.search}`,
);
for (const name of ['nearest', 'varied']) {
  const { milliseconds, ...values } = result[name];
  console.log(
    `${name}: ${milliseconds.median.toFixed(1)} ms a query (95 % within ${milliseconds.p95.toFixed(1)} ms)`,
  );
  for (const [what, value] of Object.entries(values)) console.log(`  ${what}: ${shown(value)}`);
}
console.log(
  `near-copies (cosine from ${copies}): ${result.nearCopies.items} items in ${groups.length} groups`,
);
