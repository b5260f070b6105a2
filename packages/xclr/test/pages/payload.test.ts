// Captions, ids, names and columns that are HTML: in every page they are shown as text, and nothing of them runs.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, launch, openTab } from './look.js';
import { type MadePage, makePages, pageNames } from './make-pages.js';

/** What the payload would leave behind; run in the page. */
const traces = `({
  hit: window.hit ?? null,
  elements: document.querySelectorAll('[onerror], [onload], img[src="x"]').length,
  shown: document.documentElement.outerHTML.includes('onerror='),
})`;

describe.skipIf(executablePath === undefined)('pages in Chromium (skipped where there is none)', () => {
  const made = new Map<string, MadePage>();
  let stop: (() => Promise<void>) | undefined;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const all = await makePages('hostile');
    ({ stop } = all);
    for (const page of all.pages) made.set(page.name, page);
    browser = await launch();
    page = await openTab(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await stop?.();
  });

  it.each(pageNames)('%s', async (name) => {
    const { url, prepare } = made.get(name)!;
    const errors: string[] = [];
    const onError = ({ message }: Error) => errors.push(message);
    page.on('pageerror', onError);
    await page.goto(url);
    if (prepare !== undefined) await page.evaluate(prepare);
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true; 0");
    await page.waitForTimeout(200); // an image that fails to load tells so later
    expect(await page.evaluate(traces)).toEqual({ hit: null, elements: 0, shown: true });
    page.off('pageerror', onError);
    expect(errors).toEqual([]);
  });

  it('the page of the server works under its own policy', async () => {
    const strict = await browser.newContext({ reducedMotion: 'reduce' });
    const { url, prepare } = made.get('serve')!;
    const page = await strict.newPage();
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    await page.goto(url);
    await page.evaluate(prepare!);
    expect(await page.evaluate("document.querySelectorAll('#results img').length")).toBeGreaterThan(0);
    expect(refused).toEqual([]);
    await strict.close();
  });
});
