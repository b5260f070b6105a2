// Writes the measured tables of the README and docs/ from committed results; with --check, fails where they differ.
//
//   docs/results/quickstart/comparison.json   a copy of runs/quickstart/comparison.json
//   docs/results/*/comparison.json            what `xclr compare` wrote
//   bench/results/*.json                      what `npm run bench` wrote
//   docs/results/deployment/*.json            copies of xclr.json of exported folders
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { comparisonTable, table } from './lib/comparison-table.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const readJson = (name) => JSON.parse(readFileSync(path(name), 'utf8'));

const methodTitles = {
  xclr: '**X-CLR**',
  simclr: 'SimCLR',
  pixels: 'raw pixels',
  untrained: 'untrained encoder',
};
const metricTitles = {
  knn_unseen: 'kind of thing (kNN)',
  r1_across_styles: 'same thing, other style (R@1)',
  map_across_styles: 'the same (mAP)',
  alignment_unseen: 'alignment with captions (ρ)',
  triplets_unseen: 'triplet accuracy',
};

function quickstartTable({ methods, intervals }) {
  const metrics = Object.keys(metricTitles).filter((name) => name in methods.xclr);
  const best = (name) => Math.max(...Object.values(methods).map((values) => values[name]));
  const cell = (method, name) => {
    const value = methods[method][name];
    const [low, high] = intervals[method][name];
    const text = value.toFixed(3);
    return `${value === best(name) ? `**${text}**` : text} <sub>${low.toFixed(3)} – ${high.toFixed(3)}</sub>`;
  };
  const order = Object.keys(methodTitles).filter((name) => name in methods);
  return table(
    ['', ...metrics.map((name) => metricTitles[name])],
    order.map((method) => [methodTitles[method], ...metrics.map((name) => cell(method, name))]),
  );
}

/** Only what its interval supports is said in words. */
function quickstartNotes({ differences, seconds, settings, methods }) {
  const sentences = Object.entries(metricTitles).flatMap(([metric, title]) => {
    if (!(metric in methods.xclr)) return [];
    const against = (sign) =>
      differences
        .filter((one) => one.metric === metric && (sign > 0 ? one.low > 0 : one.high < 0))
        .map((one) => methodTitles[one.other].replaceAll('*', ''));
    const open = differences
      .filter((one) => one.metric === metric && one.low <= 0 && one.high >= 0)
      .map((one) => methodTitles[one.other].replaceAll('*', ''));
    const parts = [];
    if (against(1).length > 0) parts.push(`significantly better than ${against(1).join(', ')}`);
    if (open.length > 0) parts.push(`not significantly different from ${open.join(', ')}`);
    if (against(-1).length > 0) parts.push(`significantly worse than ${against(-1).join(', ')}`);
    return [`- ${title}: X-CLR is ${parts.join('; ')}.`];
  });
  const { encoder, views, steps, batchSize, seed } = settings.config;
  const minutes = Math.round((seconds.xclr + seconds.simclr) / 6) / 10;
  return [
    `Small figures are 95 % intervals over the held-out things; one run each, seed ${seed}. By paired differences on the same queries:`,
    '',
    ...sentences,
    '',
    `${encoder.name} at ${encoder.width} × its width, ${views.size} px, ${steps} steps of ${batchSize} images; both trainings together took ${minutes} minutes on 2 cores.`,
    "X-CLR's captions are each thing's name, keywords and Unicode category (so it is told the kind of each thing it trains on); SimCLR reads none.",
    'Settings were chosen on validation concepts ([how](docs/results/quickstart/tuning.md)), nothing on the test part.',
  ].join('\n');
}

/** A median with its range. */
const ranged = (digits, value, { min, max }) =>
  `${value.toFixed(digits)} <sub>${min.toFixed(digits)} – ${max.toFixed(digits)}</sub>`;

function benchTable() {
  const files = readdirSync(path('bench/results')).filter((name) => name.endsWith('.json'));
  const results = files
    .flatMap((name) => readJson(`bench/results/${name}`))
    .filter(({ name, unit }) => unit === 'views/s' && name.startsWith('resnet'));
  return table(
    ['training step', 'peer', 'xclr, views/s', 'peer, views/s', 'ratio'],
    results.map(({ name, ours, peer, peerName, ratio, spread }) => [
      name,
      peerName,
      ranged(1, ours, spread.ours),
      ranged(1, peer, spread.peer),
      ranged(2, ratio, spread.ratio),
    ]),
  );
}

function inputTable() {
  return table(
    ['input', 'beside', 'xclr', 'the other', 'ratio'],
    readJson('bench/results/input.json').map(({ name, ours, peer, peerName, ratio, spread }) => [
      name.endsWith('packed') ? 'packed store' : 'JPEG files',
      peerName,
      ranged(0, ours, spread.ours),
      ranged(0, peer, spread.peer),
      ranged(2, ratio, spread.ratio),
    ]),
  );
}

function waitNote() {
  const [{ waiting, ours, peer }] = readJson('bench/results/data-wait.json');
  const percent = (fraction) => `${(100 * fraction).toFixed(1)} %`;
  return `While a ResNet-18 trains at 64 px, it waits for images during ${percent(waiting.packed.wait.median)} of a step from a packed store and ${percent(waiting.jpeg.wait.median)} from JPEGs that are decoded anew every epoch; the whole step makes ${ours.toFixed(0)} views a second against ${peer.toFixed(0)}.`;
}

function deploymentBench() {
  const rows = ['encoders', 'vector-search', 'server'].flatMap((name) =>
    existsSync(path(`bench/results/${name}.json`)) ? readJson(`bench/results/${name}.json`) : [],
  );
  return table(
    ['a second', 'beside', 'it', 'the other', 'ratio'],
    rows.map(({ name, ours, peer, peerName, unit, ratio, spread }) => [
      `${name} (${unit.replace('/s', '')})`,
      peerName,
      ranged(ours < 100 ? 1 : 0, ours, spread.ours),
      ranged(peer < 100 ? 1 : 0, peer, spread.peer),
      ranged(2, ratio, spread.ratio),
    ]),
  );
}

function serverNote() {
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const said = ({ p50, p99 }) => `p50 ${median(p50).toFixed(0)} ms, p99 ${median(p99).toFixed(0)} ms`;
  const [ofOne, atATime] = readJson('bench/results/server.json');
  return `With 32 clients that never pause: ${said(ofOne.settings.batched)} with batches, ${said(ofOne.settings.peer)} with batches of one, ${said(atATime.settings.peer)} with one request at a time. Clients and server share two cores.`;
}

function smallEncodersTable() {
  const cell = (measure) => {
    if (measure === undefined) return '–';
    const { low, high } = measure.interval;
    return `${measure.value.toFixed(3)} <sub>${low.toFixed(3)} – ${high.toFixed(3)}</sub>`;
  };
  const reports = readdirSync(path('docs/results/deployment'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson(`docs/results/deployment/${name}`))
    .sort((a, b) => b.files[0].bytes - a.files[0].bytes);
  return table(
    ['encoder', 'MB', 'ms an image', 'kNN', 'alignment', 'cosine to float32'],
    reports.flatMap(({ run, files }) =>
      files
        .filter(({ format }) => format !== 'float16')
        .map(({ format, bytes, milliseconds, measures, cosine }) => [
          `${run}, ${format}`,
          (bytes / 1e6).toFixed(2),
          milliseconds.toFixed(1),
          cell(measures.knn_label),
          cell(measures.alignment_captions),
          cosine.toFixed(4),
        ]),
    ),
  );
}

function fill(text, name, content) {
  const section = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new Error(`there is no section ${name}`);
  return text.replace(section, (_, open, close) => `${open}${content}\n${close}`);
}

const comparisonColumns = {
  photos: [
    ['probe_test', 'linear probe, %', 'percent'],
    ['knn_test', 'kNN, %', 'percent'],
    ['shot10_test', '10 labels a class, %', 'percent'],
    ['alignment_test', 'alignment (ρ)', 'number'],
    ['alignment_test_projected', 'alignment after the projector', 'number'],
  ],
  fashion: [
    ['probe_test', 'kind of product (probe), %', 'percent'],
    ['probe_color', 'color (probe), %', 'percent'],
    ['map_test', 'retrieval (mAP), %', 'percent'],
    ['alignment_test', 'alignment (ρ)', 'number'],
    ['alignment_test_projected', 'alignment after the projector', 'number'],
    ['t2p_r10_test', 'name → image, R@10, %', 'percent'],
  ],
};

/** Metrics, as pages call them, of which the README says in words what the numbers hold. */
const saidInReadme = {
  photos: ['linear probe', 'kNN', 'alignment (ρ)', 'alignment (ρ), after the projector'],
  fashion: [
    'linear probe (test)',
    'linear probe (color)',
    'mAP',
    'alignment (ρ), after the projector',
    'text → image R@10',
  ],
};

/** The table of a committed comparison at a fraction of its training part. */
function comparisonOf(name, fraction) {
  return comparisonTable(readJson(`docs/results/${name}/comparison.json`), fraction, comparisonColumns[name]);
}

/** What may be said of the table's first columns, as `xclr compare` found it. */
function conclusionsOf(name, titles) {
  const { conclusions } = readJson(`docs/results/${name}/comparison.json`);
  const at = ' with 100 % of the training part: ';
  return titles
    .flatMap((title) => conclusions.filter((sentence) => sentence.startsWith(`${title}${at}`)))
    .map((sentence) => `- ${sentence.replace(at, ': ')}`)
    .join('\n');
}

/** What each file's sections say; only those whose results are there. */
function sections() {
  const list = [['README.md', 'bench-table', benchTable()]];
  const add = (result, file, section, content) => {
    if (existsSync(path(result))) list.push([file, section, content()]);
  };
  const quickstart = 'docs/results/quickstart/comparison.json';
  add(quickstart, 'README.md', 'quickstart-table', () => quickstartTable(readJson(quickstart)));
  add(quickstart, 'README.md', 'quickstart-notes', () => quickstartNotes(readJson(quickstart)));
  add('bench/results/input.json', 'README.md', 'input-table', inputTable);
  add('bench/results/data-wait.json', 'README.md', 'wait-note', waitNote);
  add('bench/results/server.json', 'docs/deployment.md', 'deployment-bench', deploymentBench);
  add('bench/results/server.json', 'docs/deployment.md', 'server-note', serverNote);
  add('docs/results/deployment', 'docs/deployment.md', 'small-encoders-table', smallEncodersTable);
  for (const name of ['photos', 'fashion']) {
    const result = `docs/results/${name}/comparison.json`;
    add(result, 'README.md', `${name}-table`, () => comparisonOf(name, 1));
    add(result, 'README.md', `${name}-notes`, () => conclusionsOf(name, saidInReadme[name]));
    for (const fraction of [0.25, 1])
      add(result, `docs/results/${name}/README.md`, `fraction-${fraction}`, () =>
        comparisonOf(name, fraction),
      );
  }
  return list;
}

const made = new Map();
for (const [file, section, content] of sections())
  made.set(file, fill(made.get(file) ?? readFileSync(path(file), 'utf8'), section, content));
for (const [file, text] of made) {
  if (!process.argv.includes('--check')) writeFileSync(path(file), text);
  else if (text !== readFileSync(path(file), 'utf8')) {
    console.error(
      `${file}: its tables differ from the committed results: run \`node scripts/update-readme.mjs\``,
    );
    process.exit(1);
  }
}
