// Every page that a command writes, made in-process from a small data set.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import sharp from 'sharp';
import { audit } from '../../src/audit/index.js';
import { completePlan } from '../../src/compare/complete-plan.js';
import { readPlan } from '../../src/compare/plan.js';
import { planPage } from '../../src/compare/plan-page.js';
import { type PlanResults, resultsOf } from '../../src/compare/results.js';
import { type CellState, statesOf } from '../../src/compare/run-plan.js';
import { type Dataset, readImage, recipes } from '../../src/data/index.js';
import { itemOf } from '../../src/deploy/embed/item.js';
import { columnsOf } from '../../src/deploy/search/columns.js';
import { duplicatePage, FolderIndex, galleryPage, Space } from '../../src/deploy/search/index.js';
import { listen } from '../../src/deploy/serve/index.js';
import { catalogColumns } from '../../src/deploy/web/catalog-columns.js';
import { wordVectors } from '../../src/deploy/web/catalog-words.js';
import { toInt8 } from '../../src/deploy/web/int8-rows.js';
import { writeWebApp } from '../../src/deploy/web/web-app.js';
import { writeCatalog } from '../../src/deploy/web/write-catalog.js';
import { measureTasks } from '../../src/evaluate/evaluate.js';
import { classReport } from '../../src/evaluate/predictions.js';
import { defaultTasks } from '../../src/evaluate/tasks.js';
import { calibrateGraph } from '../../src/graph/index.js';
import { identityGraph } from '../../src/graph/same-graph.js';
import { TextGraph } from '../../src/graph/text-graph.js';
import { compareGraphs } from '../../src/graph-tools/compare.js';
import { auditPage } from '../../src/graph-tools/pages/audit.js';
import { calibratePage } from '../../src/graph-tools/pages/calibrate.js';
import { comparePage } from '../../src/graph-tools/pages/compare.js';
import { inspectGraph } from '../../src/graph-tools/pages/inspect.js';
import {
  exampleImages,
  inspectDataset,
  inspectionPage,
  viewImages,
  viewsPage,
} from '../../src/inspect/index.js';
import { evaluationPage } from '../../src/report/evaluation-page.js';
import { type ReportData, renderReport } from '../../src/report/index.js';
import { Random } from '../../src/util/random.js';
import { audited } from '../audit/make.js';
import { put, temporaryFolder } from '../data/make.js';
import { colorEncoder } from '../deploy/make.js';
import { makeFeatures } from '../evaluate/make.js';
import { demoData } from '../report/demo-data.js';
import { type Length, longCaption, payload, smallSet } from './small-set.js';

/** A page in a file, or behind a server that was started for it. */
export interface MadePage {
  readonly name: PageName;
  readonly length: Length;
  /** Where a browser finds it. */
  readonly url: string;
  /** What brings it into the state to look at, run in the page; it may return a promise. */
  readonly prepare?: string;
}

/** What `makePages` makes. */
export const pageNames = [
  'report',
  'comparison',
  'eval',
  'graph-inspect',
  'graph-calibrate',
  'graph-audit',
  'graph-compare',
  'data-inspect',
  'data-views',
  'search-gallery',
  'search-duplicates',
  'serve',
  'web',
  'catalog',
] as const;
export type PageName = (typeof pageNames)[number];

const created = new Date('2026-03-01T12:30:00Z');
const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Makes pages with one kind of captions; `stop` ends the servers behind some of them. */
export async function makePages(
  length: Length,
  names: readonly PageName[] = pageNames,
): Promise<{ pages: MadePage[]; stop: () => Promise<void> }> {
  const dataset = await smallSet(length);
  const folder = temporaryFolder();
  const closing: (() => Promise<void>)[] = [];
  const file = (name: PageName, html: string): MadePage => ({
    name,
    length,
    url: `file://${put(join(folder, `${name}.html`), html)}`,
  });
  const makers: readonly (readonly [prefix: string, make: () => Promise<MadePage[]>])[] = [
    ['report', async () => [file('report', renderReport(reportData(await demoData(), length)))]],
    ['comparison', async () => [file('comparison', await comparison(length))]],
    ['eval', async () => [file('eval', await evaluation(dataset))]],
    ['graph-', () => graphPages(dataset, file)],
    ['data-', () => dataPages(dataset, file)],
    ['search-', () => searchPages(dataset, file)],
    ['serve', async () => [await servedPage(dataset, length, closing)]],
    ['web', async () => [await webPage(dataset, length, closing)]],
    ['catalog', async () => [await catalogPage(dataset, length, closing)]],
  ];
  const pages: MadePage[] = [];
  for (const [prefix, make] of makers)
    if (names.some((name) => name.startsWith(prefix))) pages.push(...(await make()));
  return {
    pages,
    async stop() {
      for (const close of closing) await close();
    },
  };
}

type PutPage = (name: PageName, html: string) => MadePage;

function reportData(data: ReportData, length: Length): ReportData {
  if (length === 'short') return data;
  const named = <T extends { readonly title: string }>(image: T, i = 0): T => ({
    ...image,
    title: longer(image.title, i),
  });
  const longer = (text: string, i: number) =>
    length === 'hostile' ? `${text} ${payload}` : longCaption(text, i);
  return {
    ...data,
    title:
      length === 'hostile'
        ? `${data.title} ${payload}`
        : `${data.title} (shop-export-2026-spring-collection-with-all-variants_final_v3)`,
    dataset: {
      ...data.dataset,
      ...(data.dataset.examples && { examples: data.dataset.examples.map(named) }),
    },
    methods: data.methods.map((method) => ({
      ...method,
      title:
        length === 'hostile'
          ? `${method.title} ${payload}`
          : `${method.title}, with captions drawn anew each epoch`,
    })),
    ...(data.heatMaps && {
      heatMaps: { ...data.heatMaps, labels: data.heatMaps.labels.map(longer) },
    }),
    neighbors: (data.neighbors ?? []).map((row) => ({
      query: named(row.query),
      perMethod: Object.fromEntries(
        Object.entries(row.perMethod).map(([key, list]) => [
          key,
          list.map((one) => ({ ...one, image: named(one.image) })),
        ]),
      ),
    })),
  };
}

async function comparison(length: Length): Promise<string> {
  const folder = join(root, 'docs/results/photos'); // several amounts of data
  const plan = await completePlan(readPlan(join(folder, 'plan.yaml'), folder), () => undefined);
  const states = new Map<string, CellState>(statesOf(plan, folder));
  const results: PlanResults = resultsOf(plan, states);
  if (length === 'short') return planPage(plan, results, states, created);
  const methods = plan.methods.map((one, i) => ({
    ...one,
    title:
      length === 'hostile'
        ? `${one.title} ${payload}`
        : i % 2 === 0
          ? `${one.title}, with captions drawn anew each epoch`
          : one.title,
  }));
  const holes = plan.cells.slice(0, 3).map(({ key }) => ({
    key,
    reason: `the loss became NaN at step 1,200; ${length === 'hostile' ? payload : longCaption(key, 0)}`,
  }));
  return planPage(
    { ...plan, methods, name: length === 'hostile' ? payload : dashed },
    { ...results, holes },
    states,
    created,
  );
}
const dashed = 'shop-export-2026-spring-collection-with-all-variants_final_v3';

/** An evaluation of made-up features that follow the labels a little. */
async function evaluation(dataset: Dataset): Promise<string> {
  const random = new Random(5);
  const labels = [...new Set(dataset.samples.map(({ label }) => label))];
  const rows = dataset.samples.map(({ label }) =>
    Array.from({ length: 8 }, (_, j) => random.normal() + (labels.indexOf(label) === j ? 1.5 : 0)),
  );
  const features = makeFeatures(rows);
  using _rows = features.rows;
  const captionSimilarity = identityGraph(dataset.samples.length);
  using _graph = captionSimilarity;
  const tasks = defaultTasks(dataset).filter(({ metric }) => metric !== 'alignment');
  const { metrics, predictions } = measureTasks({
    features,
    dataset,
    tasks,
    captionSimilarity,
    resamples: 50,
  });
  const reports = Object.entries(predictions).map(([metric, one]) => [
    metric,
    classReport(one, dataset.samples),
  ]);
  return evaluationPage({
    run: dataset.name,
    path: `runs/${dataset.name}`,
    evaluation: {
      checkpoint: 'last',
      step: 1200,
      definitions: 2,
      precision: 'float32',
      device: 'cpu',
      captions: 'wordnet',
      tasks,
      features: metrics,
      projected: metrics,
      classes: Object.fromEntries(reports),
      controls: { untrained: metrics, pixels: metrics },
    },
    dataset,
    created,
  });
}

async function graphPages(dataset: Dataset, file: PutPage): Promise<MadePage[]> {
  const seen = await audited(dataset);
  using graph = new TextGraph(seen.captions, { targetTemperature: 0.1 });
  using other = identityGraph(dataset.samples.length);
  const training = Int32Array.from(dataset.samples.keys());
  const description = 'caption similarity by wordnet, τ_s 0.1';
  const { page } = await inspectGraph({ dataset, graph, description, training, batch: 32, seed: 0, created });
  const options = { count: 50, seed: 0, examples: 8, key: String };
  const compared = compareGraphs(graph, other, training, options);
  const report = await audit(seen);
  const planted = report.findings.map((finding) =>
    finding.count > 0
      ? finding
      : {
          ...finding,
          count: 3,
          examples: [0, 1, 2].map((i) => ({
            text: `"${dataset.samples[i]!.captions[0]}" is labeled ${dataset.samples[i]!.label}, but reads like ${dataset.samples[40]!.label}`,
            samples: [i, i + 5],
            score: 0.31 + i,
          })),
          exclude: [1],
        },
  );
  const clean = { ...report.findings[0]!, count: 0 };
  return [
    file('graph-inspect', page),
    file(
      'graph-calibrate',
      calibratePage({
        data: dataset.name,
        path: `${dataset.root}/things.csv`,
        description,
        calibrations: [64, 256, 512, 1024].map((batch) => ({
          batch,
          found: calibrateGraph(graph, training, { batch }),
        })),
        own: 512,
        aim: 0.8,
        created,
      }),
    ),
    file(
      'graph-audit',
      await auditPage({
        dataset,
        report: { ...report, findings: [...planted, clean] },
        description: 'wordnet',
        excludeFile: 'audit.jsonl',
        created,
      }),
    ),
    file(
      'graph-compare',
      await comparePage({
        dataset,
        comparison: compared,
        first: description,
        second: 'identity: an image is like itself alone',
        created,
      }),
    ),
  ];
}

async function dataPages(dataset: Dataset, file: PutPage): Promise<MadePage[]> {
  const path = join(dataset.root, 'things.csv');
  const { inspection, words } = await inspectDataset(dataset, path);
  const recipe = recipes.simclr(64);
  const images = await viewImages(dataset, { recipe, size: 64, source: 86, seed: 0, images: 6, views: 4 });
  return [
    file(
      'data-inspect',
      inspectionPage(inspection, { words, shown: await exampleImages(dataset, 0), created }),
    ),
    file(
      'data-views',
      viewsPage({ name: dataset.name, path, recipeName: 'simclr', recipe, size: 64, images, created }),
    ),
  ];
}

async function searchPages(dataset: Dataset, file: PutPage): Promise<MadePage[]> {
  const items = dataset.samples.map(itemOf);
  const matches = items
    .slice(1, 15)
    .map((item, i) => ({ item: i === 4 ? { ...item, image: null } : item, similarity: 0.98 - 0.03 * i }));
  const groups = [0, 3, 6].map((at) => ({ items: items.slice(at, at + 2 + at / 3), similarity: 0.991 }));
  const head = { index: 'products.index', created, filter: 'style=noto|twemoji' };
  return [
    file('search-gallery', await galleryPage(matches, { item: items[0]! }, head)),
    file('search-duplicates', await duplicatePage(groups, head, 0.98)),
  ];
}

/** The server's page after a search by id. */
async function servedPage(
  dataset: Dataset,
  length: Length,
  closing: (() => Promise<void>)[],
): Promise<MadePage> {
  const encoder = colorEncoder();
  const items = dataset.samples.map(itemOf).map((item, i) => (i % 9 === 4 ? { ...item, image: null } : item));
  const vectors = await encoder.embed(
    await Promise.all(dataset.samples.map(({ image }) => encoder.prepare(image))),
  );
  const place = join(temporaryFolder(), 'index');
  const index = await FolderIndex.build(place, {
    encoder,
    items,
    vectors,
    space: new Space(4, null),
    textMap: null,
  });
  const server = await listen({ encoder, index, log: pino({ level: 'silent' }) }, { port: 0 });
  closing.push(async () => {
    await server.close();
    await index[Symbol.asyncDispose]();
  });
  const ask = `
    document.querySelector('[name=id]').value = ${JSON.stringify(items[0]!.id)};
    document.querySelector('form').requestSubmit();
    new Promise((resolve) => {
      const look = () => document.querySelectorAll('#results img, #results tr').length > 0 ? setTimeout(resolve, 300) : setTimeout(look, 20);
      look();
    })`;
  return { name: 'serve', length, url: `${server.url}/`, prepare: ask };
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.webp': 'image/webp',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

/** Stands in for the encoder's worker: the page's look does not depend on a model. */
const standIn = `
onmessage = ({ data }) => {
  if (data.kind === 'load') postMessage({ kind: 'ready', threads: 2 });
  else postMessage({ kind: 'embedded', id: data.id, vector: Float32Array.of(1, 0), preprocessMs: 1.2, encodeMs: 12 });
};`;

/** A server of a folder's files, without its service worker. @returns its address */
async function staticFiles(out: string, closing: (() => Promise<void>)[]): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, 'http://x').pathname);
    const found = join(out, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(found) || path.includes('service-worker')) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(found)] ?? 'application/octet-stream' });
    response.end(readFileSync(found));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A catalog, with what is similar to one of its items. */
async function catalogPage(
  dataset: Dataset,
  length: Length,
  closing: (() => Promise<void>)[],
): Promise<MadePage> {
  const out = join(temporaryFolder(), 'catalog');
  const items = dataset.samples
    .map(itemOf)
    .map((item, i) => ({ ...item, ...(i % 9 === 4 && { image: null }) }))
    .map(({ columns, ...item }, i) => ({ ...item, columns: { ...columns, price: String(i) } }));
  const vectors = Float32Array.from(items.flatMap((_, i) => [Math.cos(i / 12), Math.sin(i / 12)]));
  const columns = catalogColumns(items, columnsOf(items));
  await writeCatalog(out, {
    title: dataset.name,
    notice: 'A shop for tests: nothing here is for sale.',
    model: put(join(out, '../model.onnx'), 'none'),
    preprocessor: { size: 32 },
    dimensions: 2,
    mean: null,
    items,
    vectors: toInt8(vectors, 2),
    columns,
    words: wordVectors(
      items.map(({ captions }) => captions.join(' ')),
      vectors,
      2,
    ),
  });
  const url = await staticFiles(out, closing);
  const ask = `
    (async () => {
      const until = async (test) => { while (!test()) await new Promise((next) => setTimeout(next, 20)); };
      await until(() => document.body.dataset.state === 'ready');
      location.hash = '#item=' + encodeURIComponent(${JSON.stringify(items[0]!.id)});
      await until(() => document.querySelector('#asked img')?.complete === true);
    })()`;
  return { name: 'catalog', length, url, prepare: ask };
}

/** The exported web page after a search with an image. */
async function webPage(
  dataset: Dataset,
  length: Length,
  closing: (() => Promise<void>)[],
): Promise<MadePage> {
  const out = join(temporaryFolder(), 'site');
  const samples = dataset.samples.slice(0, 24);
  const items = await Promise.all(
    samples.map(async ({ id, captions, image }) => ({
      id,
      title: captions[0]!,
      thumbnail: new Uint8Array(
        await sharp(readImage(image).bytes)
          .resize(144, 144, { fit: 'inside' })
          .flatten({ background: '#fff' })
          .webp()
          .toBuffer(),
      ),
    })),
  );
  const vectors = Float32Array.from(items.flatMap((_, i) => [Math.cos(i / 12), Math.sin(i / 12)]));
  writeWebApp(out, {
    title: dataset.name,
    model: put(join(out, '../model.onnx'), 'none'),
    preprocessor: { size: 32 },
    items,
    vectors,
  });
  writeWorker(out);
  const url = await staticFiles(out, closing);
  const ask = `
    (async () => {
      const until = async (test) => { while (!test()) await new Promise((next) => setTimeout(next, 20)); };
      await until(() => document.body.dataset.state === 'ready');
      const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 60 });
      const context = canvas.getContext('2d');
      context.fillStyle = '#a33';
      context.fillRect(0, 0, 40, 60);
      const file = new File([await new Promise((done) => canvas.toBlob(done))], 'image.png', { type: 'image/png' });
      const given = new DataTransfer();
      given.items.add(file);
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }));
      await until(() => document.querySelectorAll('#results img').length > 0);
    })()`;
  return {
    name: 'web',
    length,
    url,
    prepare: ask,
  };
}

function writeWorker(out: string): void {
  put(join(out, 'app/encoder-worker.js'), standIn);
}
