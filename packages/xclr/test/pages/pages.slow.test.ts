// Every page that a command writes, with short and with long captions, in Chromium at three widths; keeps an image of each with
// XCLR_SCREENSHOTS=FOLDER. The accessibility is looked at with long captions: short ones are in the same elements.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, faultsOf, launch, openTab } from './look.js';
import { makePages, pageNames } from './make-pages.js';

describe.skipIf(executablePath === undefined)('pages in Chromium (skipped where there is none)', () => {
  describe.each(['short', 'long'] as const)('%s captions', (length) => {
    let all: Awaited<ReturnType<typeof makePages>>;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      all = await makePages(length);
      browser = await launch();
      page = await openTab(browser);
    });
    afterAll(async () => {
      await browser?.close();
      await all?.stop();
    });

    it.each(pageNames)('%s', async (name) => {
      const made = all.pages.find((one) => one.name === name)!;
      const look = { widths: [1920, 1280, 390], accessibility: length === 'long' };
      expect(await faultsOf(page, made, look)).toEqual([]);
    });
  });
});
