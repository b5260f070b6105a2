// Makes the README's images from pages: a stretch of a page, from one heading down to another.
//   node scripts/readme-image.mjs quickstart photos fashion       needs Chromium, and for `quickstart` its run
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** From the first element's top to the last one's. */
const images = {
  quickstart: {
    page: 'runs/quickstart/report.html',
    image: 'docs/results/quickstart/report.png',
    from: '#results h2',
    until: '#results table',
  },
  photos: {
    page: 'docs/results/photos/comparison.html',
    image: 'docs/results/photos/comparison.png',
    from: '#bars-1 h2',
    until: '#cost h2',
  },
  fashion: {
    page: 'docs/results/fashion/comparison.html',
    image: 'docs/results/fashion/comparison.png',
    from: '#bars-1 h2',
    until: '#cost h2',
  },
};

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const names = process.argv.slice(2);
const problem = !existsSync(executablePath)
  ? `no browser at ${executablePath}\n  → apt-get install chromium, or set CHROMIUM`
  : names.length === 0 || names.some((name) => !(name in images))
    ? `expected names of ${Object.keys(images).join(', ')}, got ${names.join(', ') || 'none'}`
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
  const { page: file, image, from, until } = images[name];
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  await page.goto(pathToFileURL(path(file)).href);
  const [top, bottom] = await Promise.all(
    [from, until].map((selector) => page.locator(selector).first().boundingBox()),
  );
  await page.screenshot({
    path: path(image),
    fullPage: true,
    clip: { x: 20, y: top.y - 16, width: 1140, height: bottom.y - top.y },
  });
  await page.close();
}
await browser.close();
