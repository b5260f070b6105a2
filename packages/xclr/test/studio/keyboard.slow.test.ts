// Every view by the keyboard alone: its link, its main controls and what they do, in Chromium over run folders on the disk.
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openPage } from './browser.js';
import { studioInChromium } from './chromium.js';
import { compared } from './compared.js';
import { putIndex } from './indexed.js';
import { fakeRun, put } from './make.js';
import { sampledRun } from './sampled.js';

const mostTabs = 200;

/** By Tab from where the focus is; a control that Tab does not come to fails. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor({ timeout: 240_000 }); // processes start, on a busy machine
  const focused = control.and(page.locator(':focus'));
  for (let pressed = 0; pressed < mostTabs; pressed++) {
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${String(control)}`);
}

async function view(page: Page, title: string): Promise<void> {
  await tabTo(page, page.getByRole('navigation').getByRole('link', { name: title, exact: true }));
  await page.keyboard.press('Enter');
  await page.locator('nav a[aria-current]', { hasText: title }).waitFor();
}

studioInChromium(
  async (folder) => {
    await sampledRun(join(folder, 'runs/first'), join(folder, 'images'));
    fakeRun(join(folder, 'runs/other'), { seed: 1, lr: 0.01 });
    const findings = [0, 1, 2].map((i) => ({
      id: `${i}.png`,
      reason: 'odd-captions',
      caption: 'a cat',
      label: null,
    }));
    put(join(folder, 'audits/audit.jsonl'), findings.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await compared(join(folder, 'cases'), { runs: false });
    await putIndex(join(folder, 'search'), 'first', { words: true });
    return { places: ['runs', 'audits', 'cases', 'search'].map((name) => join(folder, name)) };
  },
  (given) => {
    it('reaches and uses the main controls of all seven views', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      const keys = page.keyboard;

      await tabTo(page, page.getByLabel('Choose all runs that are shown'));
      await page.getByText('2 runs, 2 chosen').waitFor(); // the newest ones are at first
      await keys.press('Space');
      await page.getByText('2 runs', { exact: true }).waitFor();
      await keys.press('Space');
      await page.getByText('2 runs, 2 chosen').waitFor();
      const loss = page.locator('[data-metric="loss"]');
      await loss.locator('canvas').waitFor();
      await tabTo(page, loss.getByRole('application'));
      await keys.press('ArrowRight');
      await loss.getByText(/^step \d+: .*first/).waitFor();
      await keys.press('+');
      await expect.poll(() => page.url(), { timeout: 60_000 }).toContain('zoom=');
      await keys.press('0');
      await expect.poll(() => page.url(), { timeout: 60_000 }).not.toContain('zoom=');
      await tabTo(page, page.getByRole('tab', { selected: true }));
      await keys.press('ArrowRight');
      await page.getByRole('tab', { name: 'Settings', selected: true }).waitFor();

      await view(page, 'Graph and encoder');
      await tabTo(
        page,
        page.getByRole('region', { name: 'Nearest by Graph', exact: true }).locator('.tile').nth(1),
      );
      await keys.press('Enter');
      await expect.poll(() => page.url(), { timeout: 60_000 }).toContain('image=');
      await tabTo(page, page.getByLabel('Target temperature τ_s'));
      const readout = page.locator('[aria-label="Target distribution"] .readout');
      const before = await readout.innerText();
      await keys.press('End');
      await expect.poll(() => readout.innerText()).not.toBe(before);

      await view(page, 'Map');
      await page.getByText('After step 100').waitFor({ timeout: 240_000 }); // layouts are made
      await tabTo(page, page.getByRole('slider', { name: 'Step' }));
      await keys.press('Home');
      await page.getByText('After step 0').waitFor();
      await tabTo(page, page.locator('.scatter'));
      await keys.press('Space');
      await page.getByRole('heading', { name: '36 images chosen' }).waitFor();
      await tabTo(page, page.getByRole('button', { name: 'Save 36' }));

      await view(page, 'Compare');
      const cases = page.getByRole('region', { name: 'Images behind a number' });
      await tabTo(page, cases.getByRole('tab', { selected: true }));
      await keys.press('ArrowRight');
      await cases.getByRole('tab', { name: /SupCon right/, selected: true }).waitFor();

      await view(page, 'Audit');
      await page.locator('.finding').nth(2).waitFor();
      await keys.press('x');
      await page.getByText('1 to leave out, 0 kept, 2 undecided').waitFor();
      await tabTo(page, page.getByRole('button', { name: 'Save 1' }));

      await view(page, 'Search');
      await tabTo(page, page.getByLabel('Words, or the id of an image'));
      await keys.type('a dog');
      await keys.press('Enter');
      await tabTo(page, page.locator('.tile').nth(1));
      await keys.press('Enter');
      await page.locator('.lightbox').waitFor();
      const position = () => page.locator('.lightbox .quiet').innerText();
      await expect.poll(position).toMatch(/^2 of/);
      await keys.press('ArrowRight');
      await expect.poll(position).toMatch(/^3 of/);
      await keys.press('Escape');
      await page.locator('.lightbox').waitFor({ state: 'detached' });

      await view(page, 'Settings and measures');
      await tabTo(page, page.getByRole('combobox', { name: 'As' }));
      await keys.type('scatter');
      await page.locator('.parallel circle').first().waitFor();

      await keys.press('Shift+Tab');
      await view(page, 'Runs');
      expect(faults).toEqual([]);
      await page.close();
    });
  },
);
