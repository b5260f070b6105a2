// Writes the generated sections of the README and docs/: tables from committed results, and the examples that are quoted. With
// --check, fails where they differ.
//
//   examples/                                 programs and commands, which the tests run
//   docs/results/quickstart/comparison.json   what `xclr compare --preset quickstart` wrote; a part of it goes into the package
//   docs/results/*/comparison.json            what `xclr compare` wrote
//   examples/*/results/comparison.json        the same, of the worked cases
//   docs/results/statistics/simulation.json   what the slow test of the statistics wrote
//   bench/results/*.json                      what `npm run bench` wrote
//   docs/results/deployment/*.json            copies of xclr.json of exported folders
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { convolutionsTable, largeLossTable, processesTable } from '../bench/lib/tables.mjs';
import { caseTables } from './lib/case-tables.mjs';
import { comparisonTable, table, units } from './lib/comparison-table.mjs';

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
  map_across_styles: 'same thing, other style (mAP)',
  alignment_unseen: 'alignment (ρ)',
  triplets_unseen: 'triplet accuracy',
};

/** Of one run a method, as `xclr quickstart` writes it, or of several seeds, as `xclr compare --preset quickstart` does. */
const overSeeds = (comparison) => comparison.entries !== undefined;

function quickstartTable(comparison) {
  if (overSeeds(comparison))
    return comparisonTable(
      comparison,
      1,
      Object.entries(metricTitles).map(([metric, title]) => [metric, title, 'number']),
    );
  const { methods, intervals } = comparison;
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

/** What each seed gave, for the methods that are trained. */
function seedSpread({ entries, methods, seeds }) {
  const trained = methods.filter(({ control }) => !control);
  const rows = Object.entries(metricTitles).flatMap(([metric, title]) =>
    trained.flatMap(({ key, title: method }) => {
      const entry = entries.find((one) => one.metric === metric && one.method === key);
      if (entry === undefined) return [];
      const values = entry.perSeed.filter((value) => value !== null);
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
      const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      const sd = values.length < 2 ? '–' : Math.sqrt(squares / (values.length - 1)).toFixed(3);
      return [[title, method, ...values.map((value) => value.toFixed(3)), sd]];
    }),
  );
  const names = Object.values(seeds)[0].map((seed) => `seed ${seed}`);
  return table(['measure', 'method', ...names, 'standard deviation'], rows);
}

function quickstartNotes(comparison) {
  if (overSeeds(comparison)) {
    const { conclusions, remarks, effort } = comparison;
    return [
      'Means over seeds; small figures are 95 % intervals over seeds and test images.',
      ...(effort.withoutTimes === null ? [] : [effort.withoutTimes]),
      ...remarks,
      '',
      ...conclusions.map((sentence) => `- ${sentence}`),
      '',
      seedSpread(comparison),
    ].join('\n');
  }
  const { settings } = comparison;
  const { encoder, views, steps, batchSize, seed } = settings.config;
  return [
    `Small figures are 95 % intervals over the held-out concepts. One run per method, seed ${seed}: the numbers are about these two encoders, not about`,
    'the methods, and no difference is tested. They were made by older definitions of the metrics and will be made again, over three seeds.',
    `${encoder.name} at ${encoder.width} × its width, ${views.size} px, ${steps} steps of ${batchSize} images.`,
  ].join('\n');
}

/** What `xclr quickstart` shows beside its one run: a part of comparison.json, in the package. */
function quickstartSeeds({ seeds, methods, entries, plan, effort, remarks, conclusions, cells }) {
  const processors = [...new Set(cells.map(({ environment }) => environment.processor))];
  const measures = (method) =>
    Object.fromEntries(
      entries
        .filter((entry) => entry.method === method && entry.estimate !== null)
        .map(({ metric, estimate, perSeed }) => [
          metric,
          { ...estimate, perSeed: perSeed.filter((value) => value !== null) },
        ]),
    );
  const found = {
    seeds: Object.values(seeds)[0],
    steps: effort.efforts[0].steps,
    textEncoder: plan.reference.encoder,
    processors,
    remarks,
    conclusions,
    methods: Object.fromEntries(methods.map(({ key }) => [key, measures(key)])),
  };
  return `${JSON.stringify(found, null, 1)}\n`;
}

/** A median with its range. */
const ranged = (digits, value, { min, max }) =>
  `${value.toFixed(digits)} <sub>${min.toFixed(digits)} – ${max.toFixed(digits)}</sub>`;

function benchTable() {
  // Beside the LibTorch that is linked by default; other installations have files of their own (train-step-2.13.0….json).
  const files = readdirSync(path('bench/results')).filter((name) => /^(?!train-step-).*\.json$/.test(name));
  const results = files
    .flatMap((name) => readJson(`bench/results/${name}`))
    .filter(({ name, unit }) => unit === 'views/s' && name.startsWith('resnet'));
  return table(
    ['training step', 'compared with', 'xclr, views/s', 'the other, views/s', 'ratio'],
    results.map(({ name, ours, peer, peerName, ratio, spread }) => [
      name,
      peerName,
      ranged(1, ours, spread.ours),
      ranged(1, peer, spread.peer),
      ranged(2, ratio, spread.ratio),
    ]),
  );
}

/** Of the instructions that results name (bench/lib/environment.mjs). */
const processorTitles = { amx_bf16: 'AMX', avx512_bf16: 'AVX-512 BF16', avx512bw: 'AVX-512', avx2: 'AVX2' };

/** One table for each LibTorch, processor and number of threads. */
function convolutionTables(files) {
  return files
    .sort()
    .map((file) => {
      const [, version, instructions, threads] = /^convolutions-([\d.]+)-(.+)-(\d+)-threads?\.json$/.exec(
        file,
      );
      const processor = processorTitles[instructions.replace('-', '_')] ?? instructions;
      const title = `LibTorch ${version}, ${processor}, ${threads} thread${threads === '1' ? '' : 's'}`;
      return `<details><summary>${title}</summary>\n\n${convolutionsTable(readJson(`bench/results/${file}`))}\n\n</details>`;
    })
    .join('\n\n');
}

/** Of the processors and installations that have a file of their own (bench/train-step.mjs). */
function otherStepsTable(files) {
  return table(
    [
      'training step',
      'processor',
      'threads',
      'compared with',
      'xclr, views/s',
      'the other, views/s',
      'ratio',
    ],
    files
      .sort()
      .flatMap((name) => readJson(`bench/results/${name}`))
      .map(({ name, ours, peer, peerName, ratio, spread, settings: { instructions, threads } }) => [
        ...[name, processorTitles[instructions] ?? instructions, threads, peerName],
        ranged(1, ours, spread.ours),
        ranged(1, peer, spread.peer),
        ranged(2, ratio, spread.ratio),
      ]),
  );
}

function inputTable() {
  return table(
    ['input', 'compared with', 'xclr', 'the other', 'ratio'],
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
  return `While a ResNet-18 trains at 64 px, it waits for images for ${percent(waiting.packed.wait.median)} of a step from a packed store and ${percent(waiting.jpeg.wait.median)} from JPEGs that are decoded again in every epoch; a whole step processes ${ours.toFixed(0)} views per second from the packed store and ${peer.toFixed(0)} from JPEGs.`;
}

function deploymentBench() {
  const rows = ['encoders', 'vector-search', 'exact-search', 'server'].flatMap((name) =>
    existsSync(path(`bench/results/${name}.json`)) ? readJson(`bench/results/${name}.json`) : [],
  );
  return table(
    ['what', 'compared with', 'xclr', 'the other', 'ratio'],
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
  return `Latency with 32 clients that send without pause: ${said(ofOne.settings.batched)} with batches, ${said(ofOne.settings.peer)} with batches of one, ${said(atATime.settings.peer)} with one request at a time. Clients and server share two cores.`;
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
    ['encoder', 'MB', 'ms per image', 'kNN', 'alignment', 'cosine to float32'],
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

const additionColumns = [
  ['probe_validation', 'linear probe, validation, %', 'percent'],
  ['probe_test', 'linear probe, %', 'percent'],
  ['knn_test', 'kNN, %', 'percent'],
  ['graded_test', 'graded accuracy', 'number'],
  ['alignment_test', 'alignment by WordNet (ρ)', 'number'],
  ['alignment-by-sentence-transformer_test', 'alignment by MiniLM (ρ)', 'number'],
];
/** Without what settings were chosen by. */
const judgedColumns = additionColumns.filter(([metric]) => !metric.endsWith('validation'));

/** Of product photographs: what the vectors know of a product, and what a search finds. */
const productColumns = {
  knows: [
    ['probe_type', 'type (probe), %', 'percent'],
    ['probe_color', 'color (probe), %', 'percent'],
    ['probe_gender', 'gender (probe), %', 'percent'],
    ['knn_type', 'type (kNN), %', 'percent'],
    ['map_type', 'type (mAP), %', 'percent'],
  ],
  finds: [
    ['ndcg10_catalog', 'NDCG@10', 'number'],
    ['t2p_r10_names', 'name → image, R@10, %', 'percent'],
    ['alignment_captions', 'alignment by WordNet (ρ)', 'number'],
    ['alignment-by-columns_captions', 'alignment by columns (ρ)', 'number'],
    ['alignment-by-columns_captions_projected', 'the same after the projector', 'number'],
  ],
};

const comparisonColumns = {
  photos: judgedColumns,
  'photos/longer': judgedColumns,
  fashion: [...productColumns.knows, ...productColumns.finds],
  ablation: additionColumns,
  'ablation/sources': additionColumns,
  gpu: [
    ['probe_test', 'linear probe, %', 'percent'],
    ['knn_test', 'kNN, %', 'percent'],
    ['graded_test', 'graded accuracy', 'number'],
    ['mistakes_test', 'similarity of mistakes', 'number'],
    ['alignment_test', 'alignment by WordNet (ρ)', 'number'],
    ['alignment-by-minilm_test', 'alignment by MiniLM (ρ)', 'number'],
  ],
  'quickstart/encoders': [
    ['knn_kind', 'kNN subgroup, %', 'percent'],
    ['knn_group', 'kNN group, %', 'percent'],
    ['r1_across_styles', 'R@1 across styles, %', 'percent'],
    ['r5_across_styles', 'R@5, %', 'percent'],
    ['map_across_styles', 'mAP', 'number'],
    ['alignment-by-columns_unseen', 'alignment by columns (ρ)', 'number'],
    ['alignment-by-columns_unseen_projected', 'the same after the projector', 'number'],
  ],
  'ablation/tuning': [
    ['probe_validation', 'linear probe, %', 'percent'],
    ['knn_validation', 'kNN, %', 'percent'],
    ['graded_validation', 'graded accuracy', 'number'],
    ['alignment_validation', 'alignment by WordNet (ρ)', 'number'],
    ['alignment-by-sentence-transformer_validation', 'alignment by MiniLM (ρ)', 'number'],
  ],
};

/** How far each method is from the focus, with 95 % intervals; bold where it is significant after Holm's correction. */
function differencesFromFocus(name, columns = comparisonColumns[name]) {
  const { focus, methods, differences } = readJson(`docs/results/${name}/comparison.json`);
  const cell = (key, [metric, , unit]) => {
    const found = differences.find((one) => one.metric === metric && one.other === key);
    if (found === undefined) return '–';
    const signed = (value) =>
      `${value < 0 ? '−' : '+'}${unit === 'percent' ? (100 * Math.abs(value)).toFixed(1) : Math.abs(value).toFixed(3)}`;
    const mean = signed(-found.mean); // the file has what the focus is ahead by
    const text = found.pHolm < 0.05 ? `**${mean}**` : mean;
    return found.low === null ? text : `${text} <sub>${signed(-found.high)} … ${signed(-found.low)}</sub>`;
  };
  return table(
    ['', ...columns.map(([, title]) => title)],
    methods
      .filter(({ key, control }) => key !== focus && !control)
      .map(({ key, title }) => [title, ...columns.map((column) => cell(key, column))]),
  );
}

/** The table of a committed comparison at a fraction of its training part. */
function comparisonOf(name, fraction) {
  return comparisonTable(readJson(`docs/results/${name}/comparison.json`), fraction, comparisonColumns[name]);
}

const curveMetrics = {
  probe: ['probe_test', 'percent'],
  knn: ['knn_test', 'percent'],
  alignment: ['alignment-by-sentence-transformer_test', 'number'],
  projected: ['alignment-by-sentence-transformer_test_projected', 'number'],
};

/** Methods trained for different numbers of steps, named `method-steps` in the plan: a row a method, a column a number. */
function bySteps({ methods, entries }, [metric, unit]) {
  const named = methods.flatMap(({ key, title }) => {
    const parts = /^(.*)-(\d+)$/.exec(key);
    return parts === null ? [] : [{ key, title, method: parts[1], steps: Number(parts[2]) }];
  });
  const steps = [...new Set(named.map((one) => one.steps))].sort((a, b) => a - b);
  const value = (method, count) => {
    const key = named.find((one) => one.method === method && one.steps === count)?.key;
    const estimate = entries.find((one) => one.method === key && one.metric === metric)?.estimate;
    return estimate == null ? '–' : units[unit](estimate.mean);
  };
  return table(
    ['', ...steps.map((count) => count.toLocaleString('en'))],
    [...new Set(named.map(({ method }) => method))].map((method) => [
      named.find((one) => one.method === method).title.replace(/, [\d,]+$/, ''),
      ...steps.map((count) => value(method, count)),
    ]),
  );
}

/** A few rows and columns of the comparison of the additions, for the README. */
function readmeSummary() {
  const comparison = readJson('docs/results/ablation/comparison.json');
  const shown = [
    'prototypes',
    'xclr',
    'simclr',
    'supcon',
    'supcon-prototypes',
    'clip-frozen',
    'supervised',
    'untrained',
  ];
  const methods = shown.map((one) => comparison.methods.find(({ key }) => key === one));
  return comparisonTable({ ...comparison, focus: 'prototypes', methods }, 1, judgedColumns, {
    effort: false,
  });
}

const percentOf = (fraction) => (100 * fraction).toFixed(1);
const rangeText = (values) => {
  const [low, high] = [Math.min(...values), Math.max(...values)].map(percentOf);
  return low === high ? low : `${low} – ${high}`;
};

/** Sizes of the test by seeds and spread, for each number of items. */
function sizeTable(rows) {
  const equal = rows.filter(({ kind, effect, sd }) => kind === 'answers' && effect === 0 && sd[0] === sd[1]);
  const items = [...new Set(equal.map((row) => row.items))];
  const lines = [...new Set(equal.map(({ seeds, sd }) => `${seeds} ${sd[0]}`))];
  return table(
    ['seeds', 'sd over seeds', ...items.map((n) => `n = ${n}, %`)],
    lines.map((line) => {
      const [seeds, sd] = line.split(' ').map(Number);
      const at = (n) => equal.find((row) => row.seeds === seeds && row.sd[0] === sd && row.items === n);
      return [seeds, sd, ...items.map((n) => percentOf(at(n).at05))];
    }),
  );
}

function unequalTable(rows) {
  const unequal = rows.filter(({ effect, sd }) => effect === 0 && sd[0] !== sd[1]);
  return table(
    ['seeds', 'sd over seeds', 'items', 'called different, %', 'at p ≤ 0.0031, %'],
    unequal.map(({ seeds, sd, items, at05, atFamily }) => [
      seeds,
      sd.join(' and '),
      items,
      percentOf(at05),
      (100 * atFamily).toFixed(2),
    ]),
  );
}

function alignmentSizes(rows) {
  return table(
    ['seeds', 'concepts', 'sd of the noise over seeds', 'called different, %'],
    rows
      .filter(({ kind }) => kind === 'alignment')
      .map(({ seeds, items, sd, at05 }) => [seeds, items, sd[0], percentOf(at05)]),
  );
}

function powerTable(rows) {
  const found = rows.filter(({ effect }) => effect > 0);
  const effects = [...new Set(found.map(({ effect }) => effect))];
  const lines = [...new Set(found.map(({ seeds, sd, items }) => `${seeds} ${sd[0]} ${items}`))];
  return table(
    ['seeds', 'sd over seeds', 'items', ...effects.map((effect) => `${effect} better`)],
    lines.map((line) => {
      const [seeds, sd, items] = line.split(' ').map(Number);
      const at = (effect) =>
        found.find(
          (row) => row.seeds === seeds && row.sd[0] === sd && row.items === items && row.effect === effect,
        );
      const cell = ({ at05, atFamily }) => `${(100 * at05).toFixed(0)} / ${(100 * atFamily).toFixed(0)}`;
      return [seeds, sd, items, ...effects.map((effect) => cell(at(effect)))];
    }),
  );
}

/** What the sizes are in a sentence. */
function sizeNote(rows) {
  const sizes = rows.filter(({ kind, effect }) => kind === 'answers' && effect === 0);
  return `Of ${sizes.length} settings the sizes are ${rangeText(sizes.map(({ at05 }) => at05))} % (${sizes[0].times} comparisons each: a standard error of 0.3).`;
}

/** An example as a block of code, without the comment that says what the file is. */
function quoted(name, language) {
  const lines = readFileSync(path(`examples/${name}`), 'utf8')
    .trimEnd()
    .split('\n');
  const first = lines.findIndex((line) => !/^(\/\/|#)/.test(line));
  return `\`\`\`${language}\n${lines.slice(first).join('\n')}\n\`\`\``;
}

/** What each file's sections say; only those whose results are there. */
function sections() {
  const list = [
    ['README.md', 'examples/train.ts', quoted('train.ts', 'ts')],
    ['README.md', 'examples/first-run.sh', quoted('first-run.sh', 'sh')],
    ['docs/benchmarks.md', 'bench-table', benchTable()],
  ];
  const add = (result, file, section, content) => {
    if (existsSync(path(result))) list.push([file, section, content()]);
  };
  const quickstart = 'docs/results/quickstart/comparison.json';
  const quickstartPage = 'docs/results/quickstart/README.md';
  add(quickstart, quickstartPage, 'quickstart-table', () => quickstartTable(readJson(quickstart)));
  add(quickstart, quickstartPage, 'quickstart-notes', () => quickstartNotes(readJson(quickstart)));
  const results = readdirSync(path('bench/results'));
  const otherSteps = results.filter((name) => /^train-step-.*\.json$/.test(name));
  if (otherSteps.length > 0) list.push(['docs/benchmarks.md', 'other-steps', otherStepsTable(otherSteps)]);
  const convolutions = results.filter((name) => name.startsWith('convolutions-'));
  if (convolutions.length > 0)
    list.push(['docs/benchmarks.md', 'convolutions', convolutionTables(convolutions)]);
  add('bench/results/input.json', 'docs/benchmarks.md', 'input-table', inputTable);
  add('bench/results/data-wait.json', 'docs/benchmarks.md', 'wait-note', waitNote);
  add('bench/results/server.json', 'docs/benchmarks.md', 'deployment-bench', deploymentBench);
  add('bench/results/server.json', 'docs/benchmarks.md', 'server-note', serverNote);
  const ofBench = { 'large-loss': largeLossTable, processes: processesTable };
  for (const [name, written] of Object.entries(ofBench)) {
    const result = `bench/results/${name}.json`;
    add(result, 'docs/scale.md', name, () => written(readJson(result)));
  }
  add('docs/results/deployment', 'docs/deployment.md', 'small-encoders-table', smallEncodersTable);
  add('docs/results/ablation/comparison.json', 'README.md', 'results-table', readmeSummary);
  const simulation = 'docs/results/statistics/simulation.json';
  for (const [section, content] of [
    ['statistics-size', (rows) => `${sizeTable(rows)}\n\n${sizeNote(rows)}`],
    ['statistics-unequal', unequalTable],
    ['statistics-alignment', alignmentSizes],
    ['statistics-power', powerTable],
  ])
    add(simulation, 'docs/statistics.md', section, () => content(readJson(simulation)));
  const photos = 'docs/results/photos/comparison.json';
  for (const fraction of [0.1, 0.25, 1])
    add(photos, 'docs/results/photos/README.md', `fraction-${fraction}`, () =>
      comparisonOf('photos', fraction),
    );
  const longer = 'docs/results/photos/longer/comparison.json';
  add(longer, 'docs/results/photos/README.md', 'longer', () => comparisonOf('photos/longer', 1));
  const curves = 'docs/results/photos/curves/comparison.json';
  for (const [section, metric] of Object.entries(curveMetrics))
    add(curves, 'docs/results/photos/README.md', `steps-${section}`, () => bySteps(readJson(curves), metric));
  const fashion = 'docs/results/fashion/comparison.json';
  const fashionPage = 'docs/results/fashion/README.md';
  for (const [section, columns] of Object.entries(productColumns)) {
    add(fashion, fashionPage, `fashion-${section}`, () => comparisonTable(readJson(fashion), 1, columns));
    add(fashion, fashionPage, `fashion-${section}-differences`, () =>
      differencesFromFocus('fashion', columns),
    );
  }
  add('docs/results/gpu/comparison.json', 'docs/results/gpu/README.md', 'gpu-table', () =>
    comparisonOf('gpu', 1),
  );
  for (const [name, tables] of Object.entries(caseTables)) {
    const result = `examples/${name}/results/comparison.json`;
    for (const [section, columns] of Object.entries(tables))
      add(result, `examples/${name}/README.md`, `${name}-${section}`, () =>
        comparisonTable(readJson(result), 1, columns, { effort: false }),
      );
  }
  const encoders = 'docs/results/quickstart/encoders/comparison.json';
  const tuningPage = 'docs/results/quickstart/tuning.md';
  add(encoders, tuningPage, 'encoders-table', () => comparisonOf('quickstart/encoders', 1));
  add(encoders, tuningPage, 'encoders-differences', () => differencesFromFocus('quickstart/encoders'));
  for (const name of ['ablation', 'ablation/sources', 'ablation/tuning']) {
    const result = `docs/results/${name}/comparison.json`;
    const page = 'docs/results/ablation/README.md';
    add(result, page, `${name}-table`, () => comparisonOf(name, 1));
    if (name !== 'ablation/tuning')
      add(result, page, `${name}-differences`, () => differencesFromFocus(name));
  }
  add('docs/results/ablation/comparison.json', 'docs/methods.md', 'additions-effect', () =>
    differencesFromFocus('ablation', judgedColumns),
  );
  return list;
}

const made = new Map();
if (overSeeds(readJson('docs/results/quickstart/comparison.json')))
  made.set(
    'packages/xclr/recipes/quickstart-seeds.json',
    quickstartSeeds(readJson('docs/results/quickstart/comparison.json')),
  );
for (const [file, section, content] of sections())
  made.set(file, fill(made.get(file) ?? readFileSync(path(file), 'utf8'), section, content));
for (const [file, text] of made) {
  if (!process.argv.includes('--check')) writeFileSync(path(file), text);
  else if (!existsSync(path(file)) || text !== readFileSync(path(file), 'utf8')) {
    console.error(`${file}: its generated sections are out of date: run \`node scripts/update-readme.mjs\``);
    process.exit(1);
  }
}
