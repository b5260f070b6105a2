// Makes the images of docs/studio.md: trains two small runs on emoji drawings where they are not there yet (minutes), opens the
// studio over them and keeps an image of every view, light and dark, 1280 px wide and as on a tablet.
//
//   node scripts/studio-screenshots.mjs [FOLDER]       by default runs and data are kept in .cache/studio
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, '.cache/studio'));
const images = join(root, 'docs/images');
const xclr = (...args) =>
  execFileSync(process.execPath, [join(root, 'packages/xclr/dist/cli/main.js'), ...args], {
    cwd: folder,
    stdio: 'inherit',
  });

mkdirSync(folder, { recursive: true });
if (!existsSync(join(folder, 'data/emoji/manifest.csv'))) xclr('data', 'emoji');
const steps = process.env.XCLR_SCREENSHOT_STEPS ?? '300';
for (const method of (process.env.XCLR_SCREENSHOT_METHODS ?? 'xclr,simclr').split(',')) {
  const run = `runs/${method}-emoji`;
  if (existsSync(join(folder, run))) continue;
  const settings = [
    '--config',
    'emoji',
    '--method',
    method,
    '--steps',
    steps,
    '--threads',
    '1',
    '--run',
    run,
  ];
  const graph = method === 'xclr' ? [] : ['--graph', 'identity'];
  xclr('train', ...settings, ...graph, '--snapshots-count', '10', '--snapshots-images', '300');
}

execFileSync(process.execPath, [join(root, 'apps/studio/build.mjs')], { stdio: 'inherit' });
process.chdir(folder);
const { openStudio } = await import(join(root, 'packages/xclr/dist/studio/index.js'));
const studio = await openStudio(['runs']);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--enable-unsafe-swiftshader',
    '--use-gl=angle',
    '--use-angle=swiftshader',
  ],
});
/** What is there once a view is drawn, and what brings it into the state to show. */
const views = {
  runs: { ready: '[data-metric="loss"] canvas' },
  neighbors: { ready: '.pairs .tile' },
  map: { ready: '.scatter canvas' },
  audit: { ready: '.findings-list, .card' },
  compare: { ready: 'table, .card' },
  plot: { ready: 'svg.parallel, .card' },
};
const { runs } = await (await fetch(new URL('/api/runs', studio.url))).json();
const first = runs.find(({ name }) => name.startsWith('xclr'))?.id ?? '';
const only = process.env.XCLR_SCREENSHOT_VIEWS?.split(',');
for (const [view, { ready }] of Object.entries(views)) {
  if (only !== undefined && !only.includes(view)) continue;
  for (const scheme of ['light', 'dark']) {
    for (const [size, width, height] of [
      ['wide', 1280, 860],
      ['tablet', 820, 1100],
    ]) {
      if (size === 'tablet' && scheme === 'dark') continue;
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
      });
      page.setDefaultTimeout(180_000); // a busy machine
      await page.goto(`${studio.url}#/${view}?run=${first}&image=7`);
      await page.waitForSelector(ready);
      await page.waitForTimeout(view === 'map' ? 12_000 : 2500);
      await page.screenshot({ path: join(images, `studio-${view}-${size}-${scheme}.png`) });
      await page.close();
    }
  }
}
await browser.close();
await studio.close();
