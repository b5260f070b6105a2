// Looks at pages in Chromium, all in one tab: readable, in light and dark, without serious faults of accessibility.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { MadePage } from './make-pages.js';

export const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const check = readFileSync(new URL('check-page.js', import.meta.url), 'utf8');

/** A folder to keep an image of every page in, at every width and in both schemes, to look at. */
const screenshots = process.env.XCLR_SCREENSHOTS;
const height = 900;

/** Rules whose outcome may change with the color scheme, and with the width; the others are tried once a page. */
const schemeRules = ['color-contrast'];
const widthRules = ['target-size', 'scrollable-region-focusable', 'meta-viewport'];

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--disable-background-networking'],
  });

/** A tab whose pages take scripts from outside, which the checks are: escaping must be enough without a policy. */
export async function openTab(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' });
  context.setDefaultTimeout(240_000); // for a busy machine: Playwright's own is 30 s
  return context.newPage();
}

/** Serious and critical violations, each with the first element that has it. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const only = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  return page.evaluate(`
    axe.run(document, { resultTypes: ['violations'], ...${JSON.stringify(only)} }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.length + '): ' + nodes[0].html.slice(0, 160)))`);
}

export interface Look {
  /** Widths of the window in CSS pixels; text is looked at in each of them. */
  readonly widths: readonly number[];
  /** Whether to look for faults of accessibility too. */
  readonly accessibility: boolean;
}

/** What is wrong with a page. It is loaded and made ready at 1280 px. */
export async function faultsOf(
  page: Page,
  made: MadePage,
  { widths, accessibility }: Look,
): Promise<string[]> {
  const found: string[] = [];
  const onError = ({ message }: Error) => found.push(`an error in the page: ${message}`);
  const setWidth = (width: number) => page.setViewportSize({ width, height });
  page.on('pageerror', onError);
  await page.emulateMedia({ colorScheme: 'light' });
  await setWidth(1280);
  await page.goto(made.url);
  if (made.prepare !== undefined) await page.evaluate(made.prepare);
  if (accessibility) {
    await page.evaluate(`${axe}; 0`);
    found.push(...(await violations(page)).map((one) => `1280 px, light: ${one}`));
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await violations(page, schemeRules)).map((one) => `1280 px, dark: ${one}`));
    await page.emulateMedia({ colorScheme: 'light' });
  }
  for (const width of widths) {
    await setWidth(width);
    // A color scheme moves nothing: places are looked at once a width.
    const problems: string[] = await page.evaluate(check);
    if (accessibility && width !== 1280) problems.push(...(await violations(page, widthRules)));
    found.push(...problems.map((problem) => `${width} px: ${problem}`));
    if (screenshots === undefined) continue;
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      const path = join(screenshots, `${made.name}-${made.length}-${width}-${scheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await setWidth(390);
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true; 0");
  const opened: string[] = await page.evaluate(check);
  found.push(...opened.map((problem) => `390 px, all opened: ${problem}`));
  page.off('pageerror', onError);
  if (found.length > 0) {
    const image = join(mkdtempSync(join(tmpdir(), 'xclr-page-')), `${made.name}-${made.length}.png`);
    await page.screenshot({ path: image, fullPage: true });
    found.push(`as it looks at 390 px: ${image}`);
  }
  return found;
}
