// Makes the images of docs/studio.md over real run folders: a small comparison on emoji drawings, indexes of its encoders and an audit
// of its data, each made where it is not there yet (minutes), and an image of every view of the studio, light and dark, 1280 px wide and
// as on a tablet.
//
//   node scripts/studio-screenshots.mjs [FOLDER]       by default everything is kept in .cache/studio
//   XCLR_SCREENSHOT_VIEWS=map,search                   only these views
//   XCLR_SCREENSHOT_STEPS=1200                         longer trainings
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, '.cache/studio'));
const images = join(root, 'docs/images');
mkdirSync(folder, { recursive: true });

/** Runs a command of xclr where `made` is not there yet. */
function xclr(made, ...args) {
  if (existsSync(join(folder, made))) return;
  execFileSync(process.execPath, [join(root, 'packages/xclr/dist/cli/main.js'), ...args], {
    cwd: folder,
    stdio: 'inherit',
  });
}

const data = 'data/emoji/manifest.csv';
const steps = process.env.XCLR_SCREENSHOT_STEPS ?? '150';
const settings = [
  `steps=${steps}`,
  'views.size=32',
  'snapshots.count=10',
  'snapshots.images=300',
  'snapshots.maxCost=1',
];
xclr(data, 'data', 'emoji');
// The plan that comes with xclr, and how bad the mistakes are that kNN makes.
const graded = `
    - metric: graded
      name: unseen
      gallery: { split: train, style: [noto, noto-v1, fluent-emoji-flat, emojione] }
      queries: { split: test, style: twemoji }
`;
writeFileSync(
  join(folder, 'plan.yaml'),
  readFileSync(join(root, 'packages/xclr/recipes/plans/emoji.yaml'), 'utf8').trimEnd() + graded,
);
const plan = ['plan.yaml', '--seeds', '0', '--out', 'comparison', '--set', ...settings];
for (const method of ['xclr', 'supcon'])
  xclr(
    `comparison/cells/${method}-f1-s0.json`,
    'compare',
    ...plan,
    '--only',
    `method=${method}`,
    '--threads',
    '1',
  );
for (const method of ['xclr', 'supcon']) {
  const run = `comparison/runs/${method}-f1-s0`;
  xclr(`${method}.parquet`, 'embed', run, data, `${method}.parquet`, '--data-only', 'style=twemoji');
  xclr(
    `${method}.index`,
    'index',
    'build',
    `${method}.index`,
    `${method}.parquet`,
    '--text-encoder',
    'wordnet',
  );
}
xclr(
  'reports/audit.jsonl',
  'graph',
  'audit',
  data,
  '--text-encoder',
  'wordnet',
  '--out',
  'reports/audit.html',
);

execFileSync(process.execPath, [join(root, 'apps/studio/build.mjs')], { stdio: 'inherit' });
process.chdir(folder);
const { openStudio } = await import(join(root, 'packages/xclr/dist/studio/index.js'));
const studio = await openStudio(['.'], { port: 0 });
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
const { runs, sources } = await (await fetch(new URL('/api/runs', studio.url))).json();
const run = runs.find(({ method }) => method === 'xclr')?.id ?? '';
const other = runs.find(({ method }) => method === 'supcon')?.id ?? '';
const source = (kind, name) => sources.find((one) => one.kind === kind && one.name.includes(name))?.id ?? '';
/** What the address of a view holds, and what is there once it is drawn. */
const views = {
  runs: {
    at: { runs: [run, other].join(), metrics: 'loss|entropy|mass' },
    ready: '[data-metric="loss"] canvas',
  },
  neighbors: { at: { run, other, image: '7' }, ready: '.pairs .tile' },
  map: { at: { run, color: 'group' }, ready: '.scatter canvas', without: 'layouts are made', settle: 4000 },
  compare: { at: { cases: 'worst' }, ready: '.cases .tile', scroll: '#cases' },
  audit: { at: { run }, ready: '.finding' },
  search: {
    at: { index: source('index', 'xclr'), 'other-index': source('index', 'supcon'), words: 'a smiling cat' },
    ready: 'section:nth-child(2) .tile',
  },
  plot: { at: {}, ready: 'svg.parallel' },
};
/** In the page: whether every image in sight is there. */
const imagesLoaded = `[...document.images].every((image) => {
  const { top, bottom } = image.getBoundingClientRect();
  return bottom < 0 || top > innerHeight || (image.complete && image.naturalWidth > 0);
})`;
const only = process.env.XCLR_SCREENSHOT_VIEWS?.split(',');
for (const [view, { at, ready, without, settle = 2500, scroll }] of Object.entries(views)) {
  if (only !== undefined && !only.includes(view)) continue;
  for (const [size, width, height, scheme] of [
    ['wide', 1280, 860, 'light'],
    ['wide', 1280, 860, 'dark'],
    ['tablet', 820, 1100, 'light'],
  ]) {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    page.setDefaultTimeout(180_000); // a busy machine
    await page.goto(`${studio.url}#/${view}?${new URLSearchParams(at)}`);
    await page.waitForSelector(ready);
    if (without !== undefined) {
      await page.waitForTimeout(1000);
      await page.getByText(without).waitFor({ state: 'detached' });
    }
    if (scroll !== undefined)
      await page.locator(scroll).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await page.waitForTimeout(settle);
    // Not by waitForFunction: its polls need eval, which the page's policy refuses.
    for (
      const end = Date.now() + 180_000;
      !(await page.evaluate(imagesLoaded));
      await page.waitForTimeout(200)
    )
      if (Date.now() > end) throw new Error(`the images of ${view} are not there after three minutes`);
    await page.evaluate(
      'Promise.all([...document.images].filter((image) => image.complete).map((image) => image.decode().catch(() => 0)))',
    );
    await page.waitForTimeout(500); // drawn
    const path = join(images, `studio-${view}-${size}-${scheme}.png`);
    // A palette of 128 colors: what is drawn here has few, and the repository stays small.
    await sharp(await page.screenshot())
      .png({ palette: true, colours: 128, effort: 10 })
      .toFile(path);
    await page.close();
  }
}
await browser.close();
await studio.close();
