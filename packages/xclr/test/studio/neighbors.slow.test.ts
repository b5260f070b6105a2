import { join } from 'node:path';
import { expect, it } from 'vitest';
import { payload } from '../pages/small-set.js';
import { openPage, shownFaults, viewFaults } from './browser.js';
import { studioInChromium } from './chromium.js';
import { sampledRun } from './sampled.js';

studioInChromium(
  async (folder) => {
    const images = join(folder, 'images');
    await sampledRun(join(folder, 'runs/first'), images, { more: ` ${payload}` });
    await sampledRun(join(folder, 'runs/second'), images, { steps: [0], more: ` ${payload}` });
    return { places: [join(folder, 'runs')] };
  },
  (given) => {
    it('shows what graph, encoder, projector and another run say is near', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/neighbors`);
      await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption({ label: 'first' });
      const near = (judge: string) => page.getByRole('region', { name: `Nearest by ${judge}`, exact: true });
      await near('Encoder').locator('.tile').first().waitFor();
      expect(await near('Graph').locator('.tile').count()).toBe(12);
      expect(await near('Graph').locator('.tile-number').first().innerText()).toBe('0.90');
      await page.getByRole('combobox', { name: 'Beside it' }).selectOption({ label: 'second' });
      await near('second').locator('.tile').first().waitFor();
      expect(
        await page.evaluate("[window.hit ?? null, document.querySelectorAll('[onerror]').length]"),
      ).toEqual([null, 0]);

      const readout = page.locator('[aria-label="Target distribution"] .readout');
      const before = await readout.innerText();
      await page.getByLabel('Target temperature τ_s').press('ArrowLeft');
      await page.getByLabel('Target temperature τ_s').press('End');
      expect(await readout.innerText()).not.toBe(before);
      expect(await readout.innerText()).toMatch(/as if 3[45]\.\d images/); // 35 others, nearly equal at τ_s 10

      await page.locator('.pairs .tile').first().waitFor();
      await near('Graph').locator('.tile').nth(2).click();
      const state = page.url();
      expect(state).toMatch(/image=\d+/);
      const caption = await page.locator('.caption b').innerText();
      await page.reload();
      await near('second').locator('.tile').first().waitFor();
      expect(page.url()).toBe(state);
      expect(await page.locator('.caption b').innerText()).toBe(caption);

      await page.getByRole('button', { name: /^Enlarge/ }).click();
      const position = () => page.locator('.lightbox .quiet').innerText();
      const at = await position();
      await page.keyboard.press('ArrowRight');
      await expect.poll(position).not.toBe(at);
      await page.keyboard.press('ArrowLeft');
      await expect.poll(position).toBe(at);
      expect(await shownFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('.lightbox').waitFor({ state: 'detached' });
      expect(await viewFaults(given.browser, page, '.pairs .tile')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });
  },
);
