// Makes the README's picture from the quick start's report: the results' charts and the nearest pictures.
//   node scripts/readme-picture.mjs        needs runs/quickstart/report.html and Chromium
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(
    `readme-picture: no browser at ${executablePath}\n  → apt-get install chromium, or set CHROMIUM`,
  );
  process.exit(1);
}
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
await page.goto(pathToFileURL(path('runs/quickstart/report.html')).href);
const heading = await page.locator('#results h2').boundingBox();
const table = await page.locator('#results table').first().boundingBox();
await page.screenshot({
  path: path('docs/results/quickstart/report.png'),
  fullPage: true,
  clip: { x: 20, y: heading.y - 16, width: 1140, height: table.y - heading.y },
});
await browser.close();
