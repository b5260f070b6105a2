// Makes the images that READMEs show of pages: a stretch of a page, from one element's top down to another's.
//   node scripts/readme-image.mjs medical driving retail      from the committed pages of examples/*/results; so do photos and fashion
//   node scripts/readme-image.mjs quickstart                  from runs/quickstart, which `npm run quickstart` makes
//   node scripts/readme-image.mjs catalog [--catalog FOLDER]  from catalog/, which `xclr catalog` makes as in examples/retail/README.md
// Needs Chromium.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serveFolder } from './lib/static-server.mjs';

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
    from: '.masthead',
    height: 1060,
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

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-background-networking'],
});
for (const name of names) {
  const { site, hash = '', image, from, until, height, scale = 1 } = images[name];
  const server = site === undefined ? undefined : await serveFolder(site);
  const address =
    server === undefined ? pathToFileURL(sourceOf(images[name])).href : `${server.origin}/${hash}`;
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, deviceScaleFactor: scale });
  await page.goto(address, { waitUntil: 'networkidle' });
  // From the top of the page, wherever it has been scrolled to.
  const topOf = (selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => element.getBoundingClientRect().top + scrollY);
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
  server?.close();
}
await browser.close();
