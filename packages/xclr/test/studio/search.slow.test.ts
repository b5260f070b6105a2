// Search and maps of embeddings in Chromium: words, an id, an image; two indexes side by side; captions full of HTML.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { payload } from '../pages/small-set.js';
import { openPage, viewFaults } from './browser.js';
import { studioInChromium } from './chromium.js';
import { putIndex } from './indexed.js';

studioInChromium(
  async (folder) => {
    const more = ` ${payload}`;
    await putIndex(folder, 'first', { words: true, more });
    await putIndex(folder, 'second', { weights: [0, 1, 1, 0, 0, 0], more });
    return { places: [folder] };
  },
  (given) => {
    it('finds by words, by an id and by an image, in two indexes side by side', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/search`);
      await page
        .getByRole('combobox', { name: 'Index', exact: true })
        .selectOption({ label: join(given.folder, 'first.index') });
      const found = (name: string) =>
        page.getByRole('region', { name: `Found in ${join(given.folder, name)}`, exact: true });
      const query = page.getByLabel('Words, or the id of an image');
      await query.fill('a dog');
      await query.press('Enter');
      await found('first.index').locator('.tile').nth(23).waitFor();
      await page
        .getByRole('combobox', { name: 'Beside it' })
        .selectOption({ label: join(given.folder, 'second.index') });
      await found('second.index').getByText('without a map from text').waitFor();
      await page.reload();
      await found('first.index').locator('.tile').nth(23).waitFor();
      await found('second.index').getByText('without a map from text').waitFor();

      await query.fill('7.png');
      await page.getByRole('button', { name: 'By id' }).click();
      await found('second.index').locator('.tile').nth(23).waitFor();
      expect(page.url()).toContain('id=7.png');
      await page.locator('input[type=file]').setInputFiles(join(given.folder, 'data/9.png'));
      await page.getByAltText('Searched for: 9.png').waitFor();
      const ids = () => found('first.index').locator('.tile').first().getAttribute('title');
      await expect.poll(ids, { timeout: 60_000 }).toMatch(/^9\.png/);
      await found('first.index').locator('.tile').first().click();
      await page.locator('.lightbox').getByText('9.png').first().waitFor();
      await page.locator('.lightbox').getByRole('button', { name: 'Neighbors' }).click();
      await expect.poll(() => page.url(), { timeout: 60_000 }).toContain('id=9.png');
      await page.keyboard.press('Escape');
      expect(
        await page.evaluate("[window.hit ?? null, document.querySelectorAll('[onerror]').length]"),
      ).toEqual([null, 0]);
      expect(await viewFaults(given.browser, page, '.tile')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('shows a map of a file of embeddings', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/map`);
      await page
        .getByRole('combobox', { name: 'Map of' })
        .selectOption({ label: join(given.folder, 'second.parquet') });
      await page.getByText('Vectors of').waitFor({ timeout: 240_000 }); // a process starts, on a busy machine
      await page.locator('.scatter canvas').first().waitFor();
      await page.locator('.scatter').focus();
      await page.keyboard.press('Enter'); // the image in the middle, where one is near
      await page.keyboard.press('Escape');
      await page.reload();
      await page.getByText('Vectors of').waitFor();
      expect(await viewFaults(given.browser, page, '.scatter')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });
  },
);
