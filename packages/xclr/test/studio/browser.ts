// The studio in Chromium, for its tests.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

export const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const check = readFileSync(new URL('../pages/check-page.js', import.meta.url), 'utf8');

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath!,
    // Chromium's socket lies there, and its path may have about a hundred letters: the tests' own folder can be too long.
    env: { ...process.env, TMPDIR: '/tmp' } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--enable-unsafe-swiftshader',
      '--use-gl=angle',
      '--use-angle=swiftshader',
    ],
  });

/** A page under the studio's own policy, and everything that went wrong on it. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(60_000); // a busy machine
  page.setDefaultNavigationTimeout(240_000); // the first page of a browser
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(`an error in the page: ${message}`));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin)
      faults.push(`asks another server: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults };
}

/** Where an element stands once it is drawn and stays: a chart is drawn anew while its data arrive. */
export async function settledBox(locator: Locator): Promise<{ x: number; y: number }> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const element = await locator.elementHandle();
    const before = await element?.boundingBox();
    await locator.page().waitForTimeout(300);
    const after = await element?.boundingBox(); // null where it was replaced meanwhile
    if (before && after && before.x === after.x && before.y === after.y) return after;
  }
  throw new Error('the element was drawn anew for a minute');
}

/** Serious and critical faults of accessibility of what a page shows now: a dialog or a menu that is open. */
export async function shownFaults(page: Page, more = ''): Promise<string[]> {
  await page.evaluate(`window.axe === undefined && (() => { ${axe} })(); 0`);
  return page.evaluate(`
    axe.run(document, { resultTypes: ['violations'], ${more} }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.length + '): ' + nodes[0].html.slice(0, 200)))`);
}

/**
 * Serious and critical faults of accessibility of a view as it stands, in both color schemes, and text that is cut off or
 * leaves the window, at 1280 px and on a tablet. In a page of its own, as the checks are scripts from outside.
 */
export async function viewFaults(browser: Browser, from: Page, ready: string): Promise<string[]> {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce' });
  await context.addCookies(await from.context().cookies());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(from.url());
  await page.waitForSelector(ready);
  const faults: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    const rules = scheme === 'light' ? '' : "runOnly: { type: 'rule', values: ['color-contrast'] },";
    const found = await shownFaults(page, rules);
    faults.push(...found.map((fault) => `${scheme}: ${fault}`));
  }
  for (const width of [1280, 820]) {
    await page.setViewportSize({ width, height: 1100 });
    await page.waitForTimeout(200);
    const found: string[] = await page.evaluate(check);
    faults.push(...found.map((fault) => `${width} px: ${fault}`));
  }
  await context.close();
  return faults;
}
