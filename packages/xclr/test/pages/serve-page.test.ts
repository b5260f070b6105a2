// The page of a server in Chromium: variety is chosen by keyboard, and a further search keeps it, the filter and the token.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { colorEncoder } from '../deploy/make.js';
import { colors, imageOf, start } from '../deploy/serving.js';
import { executablePath, launch, openTab } from './look.js';

describe.skipIf(executablePath === undefined)('the page of a server (skipped without Chromium)', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    page = await openTab(browser);
  });
  afterAll(() => browser?.close());

  /** Ids of the results in their order, once the server has answered. */
  const answered = async (): Promise<string[]> => {
    await page.waitForFunction("/ ms\\.$/.test(document.querySelector('#status').textContent)");
    return page.$$eval('#results .again', (buttons) =>
      buttons.map((one) => one.getAttribute('aria-label')?.replace('Find similar to ', '') ?? ''),
    );
  };
  const status = () => page.textContent('#status');
  /** What the page sends when `act` makes it search. */
  const sent = async (act: () => Promise<void>): Promise<unknown> => {
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith('/search')),
      act(),
    ]);
    return request.postDataJSON();
  };

  it('varies the results, and searches on with the same settings', async () => {
    const { url } = await start({ token: 'secret' });
    await page.goto(url);
    expect(await page.textContent('#variety')).toBe('none');
    await page.fill('[name=token]', 'secret');
    await page.fill('[name=id]', 'red');
    await page.press('[name=id]', 'Enter');
    // Cosines to red: orange 0.94, sky 0.60, blue 0.50. Of these two, blue is farther from orange: 0.47 and 0.70.
    expect(await answered()).toEqual(['orange', 'sky', 'blue']);
    expect(await status()).toContain('the most similar first');
    const varied = await sent(() => page.press('[name=diversity]', 'End'));
    expect(varied).toMatchObject({ id: 'red', diversity: 1 });
    expect(await page.textContent('#variety')).toBe('1.0');
    await page.waitForFunction(
      "document.querySelector('#status').textContent.includes('similar and varied')",
    );
    expect(await answered()).toEqual(['orange', 'blue', 'sky']);
    const next = await sent(() => page.click('[aria-label="Find similar to blue"]'));
    expect(next).toMatchObject({ id: 'blue', diversity: 1 });
    await page.waitForFunction('document.querySelector(\'[aria-label="Find similar to red"]\') !== null');
  });

  it('has no control for variety where there is nothing to search, and still embeds', async () => {
    const { url } = await start({
      indexed: false,
      encoder: { ...colorEncoder(), notice: 'Not for diagnosis.' },
    });
    await page.goto(url);
    expect(await page.$('[name=diversity]')).toBeNull();
    expect(await page.textContent('[role=note]')).toBe('Not for diagnosis.');
    await page.setInputFiles('[name=image]', {
      name: 'red.png',
      mimeType: 'image/png',
      buffer: Buffer.from(await imageOf(colors.red)),
    });
    await page.waitForFunction(
      "document.querySelector('#status').textContent.startsWith('A vector of 4 numbers')",
    );
  });
});
