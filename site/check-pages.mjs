// Looks at pages of the built site in Chromium, as a phone and a desktop show them, light and dark: serious violations of
// accessibility (axe), errors, requests to elsewhere, and anything wider than the window.
//   node site/check-pages.mjs [--shots FOLDER] [PAGE…]        by default the start pages and one of each kind
import { createReadStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { built } from './lib/places.mjs';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};
const words = process.argv.slice(2);
const shots = words[0] === '--shots' ? words.splice(0, 2)[1] : undefined;
const pages =
  words.length > 0
    ? words
    : [
        '',
        'start/see-it',
        'start/try-it',
        'start/your-images',
        'start/is-it-any-good',
        'start/ship-it',
        'data',
        'api',
        'reference/settings',
        'reference/commands',
        'results/',
      ]; // prettier-ignore
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
  const file = join(
    built,
    path.endsWith('/') ? `${path}index.html` : extname(path) === '' ? `${path}.html` : path,
  );
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
let faults = 0;
const say = (text) => {
  console.log(text);
  faults++;
};
if (shots !== undefined) mkdirSync(shots, { recursive: true });
for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
  for (const name of pages) {
    const page = await context.newPage();
    const where = () => `${name || 'home'}, ${page.viewportSize().width} px, ${colorScheme}`;
    page.on('pageerror', ({ message }) => say(`${where()}: ${message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        say(`${where()}: asks for ${request.url()}`);
    });
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${origin}/${name}`);
      await page.waitForLoadState('networkidle');
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (wide > width) say(`${where()}: the page is ${wide} px wide`);
      await page.evaluate(`${axe}; 0`);
      const found = await page.evaluate(`axe.run(document).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ' (' + nodes.length + '): ' + nodes[0].html.slice(0, 160)))`);
      for (const one of found) say(`${where()}: ${one}`);
      if (shots !== undefined) {
        const file = `${name.replaceAll('/', '-') || 'home'}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(shots, file), fullPage: name.startsWith('start') });
      }
    }
    await page.close();
  }
  await context.close();
}
await browser.close();
server.close();
console.log(faults === 0 ? `${pages.length} pages, nothing found` : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
