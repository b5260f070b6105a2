// The tabs of the runs view for everybody: no serious fault of accessibility, nothing cut off, light and dark, wide and narrow. And ten
// browsers at once.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPage, settledBox, shownFaults, viewFaults } from './browser.js';
import { studioInChromium } from './chromium.js';
import { metricsRow } from './make.js';
import { someRuns } from './some-runs.js';

studioInChromium(
  (folder) => ({ places: [someRuns(folder)], token: 'c'.repeat(32) }),
  (given) => {
    it.each([
      ['Curves', '[data-metric="loss"] canvas'],
      ['Settings', 'tr.differs'],
      ['Notices', '.notices .skipped li'],
    ])('%s', async (tab, ready) => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      await page.getByLabel('Choose all runs that are shown').check();
      await page.getByRole('tab', { name: tab }).click();
      await page.waitForSelector(ready);
      expect(await page.evaluate('window.hit ?? null')).toBe(null);
      expect(await viewFaults(given.browser, page, ready)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('shows the columns that were chosen, also after a reload', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      const head = (name: string) => page.getByRole('columnheader', { name, exact: true });
      await head('Method').waitFor();
      expect(await head('Seed').count()).toBe(0);
      await page.locator('summary', { hasText: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'Seed', exact: true }).check();
      await page.getByRole('checkbox', { name: 'Method', exact: true }).uncheck();
      await head('Seed').waitFor();
      expect(await shownFaults(page)).toEqual([]); // with the menu open
      await page.getByRole('button', { name: 'Notes and tags of run-2' }).click();
      await page.getByLabel('Tags, separated by commas').waitFor();
      expect(await shownFaults(page)).toEqual([]);
      await page.reload();
      await head('Seed').waitFor();
      expect(await head('Method').count()).toBe(0);
      const row = page.locator('tr', { has: page.getByRole('rowheader', { name: 'run-2' }) });
      const heads = await page.getByRole('columnheader').allInnerTexts();
      expect(await row.locator('td, th').nth(heads.indexOf('Seed')).innerText()).toBe('2');
      expect(faults).toEqual([]);
      await page.close();
    });

    it('draws curves over time and epochs, smooths them, and reads all charts off below one cross-hair', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      const chart = (metric: string) => page.locator(`[data-metric="${metric}"]`);
      await page.getByLabel('Metrics (regular expression)').fill('^loss$|^lr$');
      for (const [across, title] of [
        ['time', 'hours of training'],
        ['epoch', 'epoch'],
        ['step', 'step'],
      ] as const) {
        await page.getByLabel('Across').selectOption(across);
        await page
          .getByRole('application', { name: new RegExp(`^loss of \\d runs by ${title}\\.`) })
          .waitFor();
      }
      const read = async () => {
        const box = await settledBox(chart('loss').locator('.u-over'));
        await page.mouse.move(box.x + 30, box.y + 30);
        await page.mouse.move(box.x + 31, box.y + 30);
        await expect.poll(() => chart('loss').locator('.readout').innerText()).toMatch(/^step \d+: .*run-0/);
        return chart('loss').locator('.readout').innerText();
      };
      const exact = await read();
      expect(await chart('lr').locator('.readout').innerText()).toMatch(/^step \d+: .*run-0 0\.001/);
      await page.getByLabel('Smoothing').press('End');
      await expect.poll(() => page.url(), { timeout: 60_000 }).toContain('smooth=0.99');
      await expect.poll(read).not.toBe(exact);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('shows ten browsers at once the same runs, and a new line to each', async () => {
      const opened = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const context = await given.browser.newContext();
          const page = await context.newPage();
          page.setDefaultTimeout(600_000); // ten at once on a busy machine
          await page.goto(given.studio.url);
          await page.waitForSelector('[data-metric="loss"] canvas');
          return { context, page };
        }),
      );
      appendFileSync(join(given.folder, 'runs/run-1/metrics.jsonl'), `${JSON.stringify(metricsRow(101))}\n`);
      await Promise.all(
        opened.map(async ({ context, page }) => {
          const row = page.locator('tr', { has: page.getByRole('rowheader', { name: 'run-1' }) });
          await expect.poll(() => row.locator('.numbers').innerText(), { timeout: 600_000 }).toMatch(/^101 /);
          await context.close();
        }),
      );
    });
  },
);
