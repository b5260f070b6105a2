// Looks at pages of the built site in Chromium, as a phone and a desktop show them, light and dark: serious violations of
// accessibility (axe), errors, requests to elsewhere, and anything wider than the window. Also asks the search by keyboard.
//   node site/check-pages.mjs [--shots FOLDER] [--all] [--no-axe] [PAGE…]     by default the start pages and one of each kind
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serveFolder } from '../scripts/lib/static-server.mjs';
import { outline } from './lib/outline.mjs';
import { built } from './lib/places.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: { shots: { type: 'string' }, all: { type: 'boolean' }, axe: { type: 'boolean', default: true } },
});
const chosen = [
  '',
  'start/see-it',
  'start/try-it',
  'start/your-images',
  'start/is-it-any-good',
  'start/ship-it',
  'data',
  'loss',
  'api',
  'reference/settings',
  'reference/commands',
  'results/',
]; // prettier-ignore
const every = () => [
  '',
  ...outline().flatMap((section) => section.pages.map(([page]) => page.replace(/index$/, ''))),
];
const pages = positionals.length > 0 ? positionals : values.all ? every() : chosen;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules whose outcome may change with the color scheme, and with the width; the others are tried once a page. */
const schemeRules = ['color-contrast'];
const widthRules = ['target-size', 'scrollable-region-focusable', 'meta-viewport'];
/** Images of long pages show their beginning. */
const tallest = 5000;

const server = await serveFolder(built);
const { origin } = server;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});
let faults = 0;
const say = (text) => {
  console.log(text);
  faults++;
};
if (values.shots !== undefined) mkdirSync(values.shots, { recursive: true });

/** Serious and critical violations of a page as it stands. */
async function violations(page, rules) {
  const only = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'], ...${JSON.stringify(only)} })
    .then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ' (' + nodes.length + '): ' + nodes[0].html.slice(0, 160)))`);
}

async function look(page, name) {
  let scheme = 'light';
  const where = () => `${name || 'home'}, ${page.viewportSize().width} px, ${scheme}`;
  page.on('pageerror', ({ message }) => say(`${where()}: ${message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      say(`${where()}: asks for ${request.url()}`);
  });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${origin}/${name}`);
  await page.waitForLoadState('networkidle');
  if (values.axe) await page.evaluate(`${axe}; 0`);
  for (const width of [1280, 390]) {
    for (scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      const first = width === 1280 && scheme === 'light';
      const rules = first ? undefined : scheme === 'dark' ? (width === 1280 ? schemeRules : []) : widthRules;
      if (values.axe && rules?.length !== 0)
        for (const one of await violations(page, rules)) say(`${where()}: ${one}`);
      if (scheme === 'light') {
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        if (wide > width) say(`${where()}: the page is ${wide} px wide`);
      }
      if (values.shots === undefined) continue;
      const path = join(values.shots, `${name.replaceAll('/', '-') || 'home'}-${width}-${scheme}.png`);
      const height = Math.min(tallest, await page.evaluate('document.documentElement.scrollHeight'));
      await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
    }
  }
}

/** The search: opened, asked and followed by keyboard alone, without a request to elsewhere. */
async function searchByKeyboard(page) {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${origin}/`);
  await page.waitForLoadState('networkidle');
  await page.keyboard.press('Control+k');
  await page.locator('#localsearch-input').waitFor();
  await page.keyboard.type('perplexity');
  await page.locator('.VPLocalSearchBox .result').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/');
  if (!(await page.locator('main').innerText()).toLowerCase().includes('perplexity'))
    say(`the search for “perplexity” leads to ${page.url()}, which does not have it`);
}

const context = await browser.newContext({ reducedMotion: 'reduce' });
for (const name of pages) {
  const page = await context.newPage();
  await look(page, name);
  await page.close();
}
if (positionals.length === 0) {
  const page = await context.newPage();
  await searchByKeyboard(page).catch(({ message }) => say(`the search by keyboard: ${message}`));
}
await browser.close();
server.close();
console.log(faults === 0 ? `${pages.length} pages, nothing found` : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
