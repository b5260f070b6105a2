// Every page that a command writes, with long captions, in Chromium: readable on a phone and a desktop, in light and dark, and
// without serious faults of accessibility. Short captions and a wide window: pages.slow.test.ts. Skipped, and counted as
// skipped, where there is no Chromium.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { executablePath, faultsOf, launch, openTab } from './look.js';
import { makePages, pageNames } from './make-pages.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 }); // a browser on a busy machine

describe.skipIf(executablePath === undefined)('pages in Chromium (skipped where there is none)', () => {
  let all: Awaited<ReturnType<typeof makePages>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    all = await makePages('long');
    browser = await launch();
    page = await openTab(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
  });

  it.each(pageNames)('%s', async (name) => {
    const made = all.pages.find((one) => one.name === name)!;
    expect(await faultsOf(page, made, { widths: [1280, 390], accessibility: true })).toEqual([]);
  });
});
