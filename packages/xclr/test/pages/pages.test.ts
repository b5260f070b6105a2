// Every page that a command writes, in Chromium: readable at three widths, in light and dark, with short and with long
// captions, and without serious faults of accessibility. Skipped, and counted as skipped, where there is no Chromium.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type MadePage, makePages, pageNames } from './make-pages.js';
import type { Length } from './small-set.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 }); // a browser on a busy machine

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const widths = [390, 1280, 1920] as const;
const schemes = ['light', 'dark'] as const;
/** A folder to keep an image of every page in, at every width and in both schemes, to look at. */
const screenshots = process.env.XCLR_SCREENSHOTS;
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const check = readFileSync(new URL('check-page.js', import.meta.url), 'utf8');

/** Rules whose outcome may change with the color scheme, and with the width; the others are tried once a page. */
const schemeRules = ['color-contrast'];
const widthRules = ['target-size', 'scrollable-region-focusable', 'meta-viewport'];

/** Serious and critical violations, each with the first element that has it. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const only = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  return page.evaluate(`
    axe.run(document, { resultTypes: ['violations'], ...${JSON.stringify(only)} }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.length + '): ' + nodes[0].html.slice(0, 160)))`);
}

describe.skipIf(executablePath === undefined)('pages in Chromium (skipped where there is none)', () => {
  const made = new Map<string, MadePage>();
  const stops: (() => Promise<void>)[] = [];
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    for (const length of ['short', 'long'] as const) {
      const { pages, stop } = await makePages(length);
      stops.push(stop);
      for (const page of pages) made.set(`${page.name} ${length}`, page);
    }
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' }); // the checks are scripts from outside
  });
  afterAll(async () => {
    await browser?.close();
    for (const stop of stops) await stop();
  });

  const cases = pageNames.flatMap((name) =>
    (['short', 'long'] as const).map((length): [string, Length] => [name, length]),
  );
  it.each(cases)('%s, %s captions', async (name, length) => {
    const { url, prepare } = made.get(`${name} ${length}`)!;
    const page = await context.newPage();
    const found: string[] = [];
    page.on('pageerror', ({ message }) => found.push(`an error in the page: ${message}`));
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(url);
    if (prepare !== undefined) await page.evaluate(prepare);
    await page.evaluate(`${axe}; 0`);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        // A color scheme moves nothing: places are looked at once a width.
        const problems: string[] = scheme === 'light' ? await page.evaluate(check) : [];
        // Short captions are in the same elements as long ones, whose accessibility is looked at.
        const rules =
          length === 'short'
            ? []
            : width === 1280
              ? scheme === 'light'
                ? undefined
                : schemeRules
              : scheme === 'light'
                ? widthRules
                : [];
        if (rules === undefined || rules.length > 0) problems.push(...(await violations(page, rules)));
        found.push(...problems.map((problem) => `${width} px, ${scheme}: ${problem}`));
        if (screenshots !== undefined) {
          const path = join(screenshots, `${name}-${length}-${width}-${scheme}.png`);
          await page.screenshot({ path, fullPage: true });
        }
      }
    }
    await page.setViewportSize({ width: widths[0], height: 900 });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true; 0");
    const opened: string[] = await page.evaluate(check);
    found.push(...opened.map((problem) => `${widths[0]} px, all opened: ${problem}`));
    if (found.length > 0) {
      const image = join(mkdtempSync(join(tmpdir(), 'xclr-page-')), `${name}-${length}.png`);
      await page.screenshot({ path: image, fullPage: true });
      found.push(`as it looks at ${widths[0]} px: ${image}`);
    }
    await page.close();
    expect(found).toEqual([]);
  });
});
