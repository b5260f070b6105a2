// Makes the images that READMEs show of pages: a stretch of a page, from one element's top down to another's.
//   node scripts/readme-image.mjs medical driving retail      from the committed pages of examples/*/results; so do photos and fashion
//   node scripts/readme-image.mjs quickstart                  from runs/quickstart, which `npm run quickstart` makes
//   node scripts/readme-image.mjs catalog [--catalog FOLDER]  from catalog/, which `xclr catalog` makes as in examples/retail/README.md
// Needs Chromium.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { catalog: { type: 'string', default: 'catalog' } },
});
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Of a comparison's page, with the image beside it. */
const comparison = (folder, image, from, until) => ({
  page: `${folder}/comparison.html`,
  image: `${folder}/${image}`,
  from,
  until,
});
const images = {
  quickstart: {
    page: 'runs/quickstart/report.html',
    image: 'docs/results/quickstart/report.png',
    from: '#results h2',
    until: '#results table',
  },
  photos: comparison('docs/results/photos', 'comparison.png', '#bars-1 h2', '#cost h2'),
  fashion: comparison('docs/results/fashion', 'comparison.png', '#bars-1 h2', '#cost h2'),
  // From the very top: what a reader meets before any accuracy of an encoder.
  medical: comparison('examples/medical/results', 'page.png', '.masthead', '#said h2'),
  driving: comparison('examples/driving/results', 'tree.png', '#tree h2', '#cost h2'),
  retail: comparison('examples/retail/results', 'page.png', '#bars-1 h2', '#curves h2'),
  // At half its size: the products' photographs are somebody's.
  catalog: {
    site: resolve(values.catalog),
    hash: '#words=blue%20shoes%20women',
    image: 'examples/retail/results/catalog.png',
    from: '#heading',
    height: 820,
    scale: 0.5,
  },
};

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const sourceOf = ({ page, site }) => (site === undefined ? path(page) : join(site, 'index.html'));
const missing = names.filter((name) => name in images && !existsSync(sourceOf(images[name])));
const problem = !existsSync(executablePath)
  ? `no browser at ${executablePath}\n  → apt-get install chromium, or set CHROMIUM`
  : names.length === 0 || names.some((name) => !(name in images))
    ? `expected names of ${Object.keys(images).join(', ')}, got ${names.join(', ') || 'none'}`
    : missing.length > 0
      ? `there is no ${missing.map((name) => sourceOf(images[name])).join(' and no ')}\n  → the first lines of scripts/readme-image.mjs say what makes it`
      : undefined;
if (problem !== undefined) {
  console.error(`readme-image: ${problem}`);
  process.exit(1);
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webp': 'image/webp',
}; // prettier-ignore

/** A server of a folder's files: pages that fetch do not work from `file:`. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const asked = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
    const file = join(folder, asked.endsWith('/') ? `${asked}index.html` : asked);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-background-networking'],
});
for (const name of names) {
  const { site, hash = '', image, from, until, height, scale = 1 } = images[name];
  const server = site === undefined ? undefined : await serve(site);
  const address =
    server === undefined
      ? pathToFileURL(sourceOf(images[name])).href
      : `http://127.0.0.1:${server.address().port}/${hash}`;
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, deviceScaleFactor: scale });
  await page.goto(address, { waitUntil: 'networkidle' });
  const topOf = async (selector) => (await page.locator(selector).first().boundingBox()).y;
  const top = await topOf(from);
  await page.screenshot({
    path: path(image),
    fullPage: true,
    clip: {
      x: 20,
      y: Math.max(0, top - 16),
      width: 1140,
      height: height ?? (await topOf(until)) - top,
    },
  });
  console.log(image);
  await page.close();
  server?.closeAllConnections();
  server?.close();
}
await browser.close();
