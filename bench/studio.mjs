// What the studio costs: opening 50 runs of 10,000 logged steps, in Chromium too, the way of a line to the page, and a map of 100,000
// images in Chromium.
//
//   node bench/studio.mjs [runs] [page] [live] [map]      all by default; prints JSON and writes docs/results/studio/costs.json
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { writeParquet } from '../packages/xclr/dist/deploy/embed/parquet-format.js';
import { openStudio } from '../packages/xclr/dist/studio/index.js';

const results = fileURLToPath(new URL('../docs/results/studio/costs.json', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'xclr-bench-studio-'));
const row = (step) =>
  `${JSON.stringify({ step, lr: 0.001, loss: 2 + Math.exp(-step / 900), targetEntropy: 2, positiveMass: 0.3, gradNorm: 1, dataSeconds: 0.01, stepSeconds: 0.1, viewsPerSecond: 500 })}\n`;

function putRun(path, rows) {
  mkdirSync(path, { recursive: true });
  const config = { method: 'xclr', steps: rows, batchSize: 8, encoder: { name: 'resnet18' } };
  writeFileSync(join(path, 'config.json'), JSON.stringify({ format: 2, data: { name: 'd' }, config }));
  writeFileSync(join(path, 'metrics.jsonl'), Array.from({ length: rows }, (_, i) => row(i + 1)).join(''));
}

const launched = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader'],
  });

/** Fifty runs in a process of its own: seconds of the processor, and memory. */
async function runs() {
  for (let i = 0; i < 50; i++) putRun(join(folder, `runs/${i}`), 10_000);
  const program = `
    import { openStudio } from ${JSON.stringify(new URL('../packages/xclr/dist/studio/index.js', import.meta.url).href)};
    const cpu = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
    const [before, began] = [cpu(), performance.now()];
    const since = () => ({ processor: +(cpu() - before).toFixed(2), wall: +((performance.now() - began) / 1000).toFixed(2) });
    const studio = await openStudio([${JSON.stringify(join(folder, 'runs'))}], { port: 0, out: ${JSON.stringify(join(folder, 'out'))} });
    const get = async (path) => (await fetch(new URL(path, studio.url))).json();
    const { runs } = await get('/api/runs');
    const opened = since();
    await get('/api/curves?metrics=loss&runs=' + runs[0].id);
    const firstCurve = since();
    await get('/api/curves?metrics=loss&points=160&runs=' + runs.map(({ id }) => id).join());
    const allCurves = since();
    console.log(JSON.stringify({ runs: runs.length, rows: runs.reduce((sum, { step }) => sum + step, 0), opened, firstCurve, allCurves,
      mostMemoryMB: Math.round(process.resourceUsage().maxRSS * 1.024e-3) }));
    await studio.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text);
}

/** The same runs seen by who opens the page: until the table stands there, and the first curve. The studio has just been started. */
async function page() {
  for (let i = 0; i < 50; i++) putRun(join(folder, `page/${i}`), 10_000);
  const browser = await launched();
  const blank = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await blank.goto('about:blank'); // the browser is open before
  const began = performance.now();
  const since = () => +((performance.now() - began) / 1000).toFixed(2);
  const program = `
    import { openStudio } from ${JSON.stringify(new URL('../packages/xclr/dist/studio/index.js', import.meta.url).href)};
    const { url } = await openStudio([${JSON.stringify(join(folder, 'page'))}], { port: 0, out: ${JSON.stringify(join(folder, 'out'))} });
    console.log(url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(child.stdout, 'data');
  const started = since();
  await blank.goto(address.toString().trim());
  await blank.locator('tbody tr').nth(49).waitFor();
  const table = since();
  await blank.locator('[data-metric="loss"] canvas').waitFor();
  const firstCurve = since();
  await browser.close();
  child.kill();
  return { runs: 50, secondsUntil: { started, table, firstCurve } };
}

/** From a line in metrics.jsonl to the event in a listener, twenty times. */
async function live() {
  const run = join(folder, 'live/run');
  putRun(run, 10);
  // A lock of another host: the studio follows the run as one that is trained.
  writeFileSync(
    join(run, '.lock'),
    JSON.stringify({ host: 'elsewhere', pid: 1, started: '1', boot: 'b', token: 't' }),
  );
  const studio = await openStudio([join(folder, 'live')], { port: 0, out: join(folder, 'out') });
  const stop = new AbortController();
  const answer = await fetch(new URL('/api/events', studio.url), { signal: stop.signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const milliseconds = [];
  for (let step = 11; step <= 30; step++) {
    const began = performance.now();
    appendFileSync(join(run, 'metrics.jsonl'), row(step));
    for (let text = ''; !text.includes(`"step":${step},`); ) text += (await reader.read()).value ?? '';
    milliseconds.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 37 * (step % 7)));
  }
  stop.abort();
  await studio.close();
  milliseconds.sort((a, b) => a - b);
  return {
    lines: milliseconds.length,
    medianMs: Math.round(milliseconds[10]),
    mostMs: Math.round(milliseconds.at(-1)),
  };
}

/** 100,000 rows around 40 centers, and 64 images that they share. */
async function putEmbeddings(n) {
  const d = 32;
  const pictures = join(folder, 'images');
  mkdirSync(pictures);
  for (let i = 0; i < 64; i++) {
    const background = { r: (i * 53) % 256, g: (i * 101) % 256, b: (i * 197) % 256 };
    await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toFile(join(pictures, `${i}.png`));
  }
  const header = {
    kind: 'xclr embeddings 1',
    encoder: { name: 'made up', fingerprint: 'f', dimensions: d },
    data: { name: 'made up', fingerprint: 'f' },
    shard: { index: 1, of: 1 },
  };
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const centers = Array.from({ length: 40 }, () => Array.from({ length: d }, random));
  const path = join(folder, 'maps/many.parquet');
  mkdirSync(join(folder, 'maps'));
  writeParquet(path, header, ['label'], (writer) => {
    for (let from = 0; from < n; from += 1000) {
      const vectors = new Float32Array(1000 * d);
      const items = Array.from({ length: 1000 }, (_, i) => {
        const kind = Math.floor((random() + 0.5) * 40);
        const values = centers[kind].map((value) => value + 0.25 * random());
        const length = Math.hypot(...values);
        vectors.set(
          values.map((value) => value / length),
          i * d,
        );
        const image = { path: join(pictures, `${(from + i) % 64}.png`) };
        return {
          id: `i${from + i}`,
          captions: [`thing ${from + i} of kind ${kind}`],
          image,
          columns: { label: `kind ${kind}` },
        };
      });
      writer.write({ items, vectors });
    }
    writer.finish();
  });
}

/** An image among as many others as possible: x and y as parts of the map's width and height, from its middle. */
function densest(positions) {
  const [xs, ys] = [0, 1].map((from) => positions.filter((_, i) => i % 2 === from));
  const ends = (all) =>
    all.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [1 / 0, -1 / 0]);
  const [[left, right], [bottom, top]] = [ends(xs), ends(ys)];
  const counts = new Map();
  const cell = (i) =>
    400 * Math.floor((399 * (ys[i] - bottom)) / (top - bottom)) +
    Math.floor((399 * (xs[i] - left)) / (right - left));
  for (let i = 0; i < xs.length; i++) counts.set(cell(i), (counts.get(cell(i)) ?? 0) + 1);
  const fullest = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
  const i = xs.findIndex((_, i) => cell(i) === fullest);
  return {
    across: xs[i] - (left + right) / 2,
    up: ys[i] - (bottom + top) / 2,
    width: right - left,
    height: top - bottom,
  };
}

const thumbnailsOf = (page) =>
  page.evaluate(
    'performance.getEntriesByType("resource").filter(({ name }) => name.includes("thumbnail")).length',
  );

/** Into the fullest spot, notch by notch until thumbnails take the place of points, and have come. */
async function zoomInto(page, { across, up, width, height }) {
  const box = await page.locator('.scatter').boundingBox();
  const scale = 0.9 * Math.min((box.width - 2) / width, (box.height - 2) / height); // without its border
  await page.mouse.move(box.x + box.width / 2 + across * scale, box.y + box.height / 2 - up * scale);
  for (let notch = 0; notch < 40 && (await thumbnailsOf(page)) === 0; notch++) {
    await page.mouse.wheel(0, -100); // e^(1/3) each
    await page.waitForTimeout(300);
  }
  for (let before = -1, now = 0; now !== before; now = await thumbnailsOf(page)) {
    before = now;
    await page.waitForTimeout(2000);
  }
}

/** Frames of a map that an arrow key moves, and what the page's own thread does for each. */
async function map() {
  const n = Number(process.env.XCLR_BENCH_POINTS ?? 100_000);
  await putEmbeddings(n);
  const studio = await openStudio([join(folder, 'maps')], { port: 0, out: join(folder, 'out') });
  const began = performance.now();
  const { sources } = await (await fetch(new URL('/api/runs', studio.url))).json();
  const { positions } = await (
    await fetch(new URL(`/api/embeddings?source=${sources[0].id}`, studio.url))
  ).json();
  const laidOut = (performance.now() - began) / 1000;
  const browser = await launched();
  const measured = {};
  const target = densest(positions);
  for (const kind of ['as the studio chooses', 'webgl', 'canvas']) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(300_000);
    await page.goto(`${studio.url}#/map${kind.includes(' ') ? '' : `?drawn=${kind}`}`);
    await page.getByText('Vectors of').waitFor();
    await page.waitForTimeout(3000);
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () =>
      (await client.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
    for (const zoomed of [false, true]) {
      if (zoomed) {
        await zoomInto(page, target);
      }
      const before = await busy();
      const frames = await page.evaluate(`new Promise((resolve) => {
        const map = document.querySelector('.scatter');
        const began = performance.now();
        let frames = 0;
        const next = () => {
          frames++;
          const key = frames % 8 < 4 ? 'ArrowLeft' : 'ArrowRight';
          map.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          if (performance.now() - began < 4000) requestAnimationFrame(next);
          else resolve({ frames, seconds: (performance.now() - began) / 1000 });
        };
        requestAnimationFrame(next);
      })`);
      const name = `${kind}${zoomed ? ', zoomed in' : ', all in sight'}`;
      measured[name] = {
        framesPerSecond: +(frames.frames / frames.seconds).toFixed(1),
        thumbnails: await thumbnailsOf(page),
        pageThreadMsPerFrame: +((1000 * ((await busy()) - before)) / frames.frames).toFixed(1),
      };
    }
    await page.close();
  }
  await browser.close();
  await studio.close();
  return { points: n, secondsUntilLaidOut: +laidOut.toFixed(1), ...measured };
}

const parts = { runs, page, live, map };
const asked = process.argv.slice(2);
const known = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = loadavg()[0].toFixed(1);
  known[name] = { ...(await measure()), at: new Date().toISOString().slice(0, 10), load: Number(load) };
  console.log(name, JSON.stringify(known[name], null, 1));
}
rmSync(folder, { recursive: true, force: true });
known.machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; WebGL by SwiftShader, on the processor`;
mkdirSync(fileURLToPath(new URL('../docs/results/studio/', import.meta.url)), { recursive: true });
writeFileSync(results, `${JSON.stringify(known, null, 1)}\n`);
