// Tests of pages that commands write: made once, looked at in one tab of Chromium. Skipped, and counted as skipped, where there
// is none.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, faultsOf, type Look, launch, openTab } from './look.js';
import { makePages, type PageName } from './make-pages.js';
import type { Length } from './small-set.js';

/** A test for each of the pages, with one kind of captions. */
export function testPages(length: Length, names: readonly PageName[], look: Look): void {
  describe.skipIf(executablePath === undefined)(`${length} captions (skipped without Chromium)`, () => {
    let all: Awaited<ReturnType<typeof makePages>>;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      all = await makePages(length, names);
      browser = await launch();
      page = await openTab(browser);
    });
    afterAll(async () => {
      await browser?.close();
      await all?.stop();
    });

    it.each(names)('%s', async (name) => {
      const made = all.pages.find((one) => one.name === name)!;
      expect(await faultsOf(page, made, look)).toEqual([]);
    });
  });
}
