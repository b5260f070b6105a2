// The map in Chromium: layouts by a slider, lasso to a list that training takes, with WebGL and without.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPage, viewFaults } from './browser.js';
import { studioInChromium } from './chromium.js';
import { sampledRun } from './sampled.js';

studioInChromium(
  async (folder) => {
    await sampledRun(join(folder, 'runs/first'), join(folder, 'images'), { images: 72 });
    return { places: [join(folder, 'runs')] };
  },
  (given) => {
    it('moves with the steps, and saves what the lasso caught as a list', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/map`);
      await page.getByText('After step 100').waitFor({ timeout: 240_000 }); // three layouts, on a busy machine
      const slider = page.getByRole('slider', { name: 'Step' });
      await slider.press('Home');
      await page.getByText('After step 0').waitFor();
      await page.getByRole('combobox', { name: 'Color by' }).selectOption('size');
      await page.getByRole('button', { name: 'Lasso' }).click();
      const box = (await page.locator('.scatter').boundingBox())!;
      const corners = [
        [2, 2],
        [box.width - 2, 2],
        [box.width - 2, box.height - 2],
        [2, box.height - 2],
      ] as const;
      await page.mouse.move(box.x + 2, box.y + 2);
      await page.mouse.down();
      for (const [x, y] of corners) await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.up();
      await page.getByRole('heading', { name: '72 images chosen' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: '72 images chosen' }).waitFor();
      const name = page.getByLabel('Name of the list');
      await name.fill('../outside');
      await page.getByRole('button', { name: 'Save 72' }).click();
      await page.getByText('expected letters, digits, dots and dashes').waitFor();
      await name.fill('odd-ones');
      await page.getByRole('button', { name: 'Save 72' }).click();
      await page.getByText(/--data-only id=@/).waitFor();
      const lines = readFileSync(join(given.out, 'odd-ones.jsonl'), 'utf8').trim().split('\n');
      expect(lines).toHaveLength(72);
      expect(JSON.parse(lines[0]!)).toEqual({ id: '0.png' });
      expect(existsSync(join(given.folder, 'outside.jsonl'))).toBe(false);
      await page.getByRole('button', { name: 'Save 72' }).click();
      await page.getByRole('button', { name: 'Replace it' }).click();
      await page.getByText(/Saved 72 images/).waitFor();

      await page.locator('.scatter').focus();
      for (const key of ['+', '+', 'ArrowLeft', '0']) await page.keyboard.press(key);
      expect(await viewFaults(given.browser, page, '.scatter')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('draws thumbnails in place of points once it is zoomed in', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/map`);
      await page.getByText('After step 100').waitFor({ timeout: 240_000 });
      /** Colored pixels of a canvas, and where the first lies, in CSS pixels. Both ways of drawing can be copied. */
      const drawn = (canvas: 'first' | 'last') =>
        page.evaluate<{ pixels: number; x: number; y: number }>(`(() => {
          const canvas = document.querySelector('.scatter canvas:${canvas}-of-type');
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          let [pixels, first] = [0, 0];
          for (let at = 3; at < data.length; at += 4) if (data[at] > 0 && pixels++ === 0) first = (at - 3) / 4;
          const { left, top, width } = canvas.getBoundingClientRect();
          const ratio = width / canvas.width;
          return { pixels, x: left + ratio * (first % canvas.width), y: top + ratio * Math.floor(first / canvas.width) };
        })()`);
      await expect.poll(async () => (await drawn('first')).pixels, { timeout: 60_000 }).toBeGreaterThan(72);
      expect((await drawn('last')).pixels).toBe(0);
      const { x, y } = await drawn('first');
      await page.mouse.move(x, y + 2);
      for (let notch = 0; notch < 3; notch++) await page.mouse.wheel(0, -100); // e^(1/3) each
      // At least one thumbnail of 44 by 37 pixels, or the part of it that is in sight.
      await expect.poll(async () => (await drawn('last')).pixels, { timeout: 240_000 }).toBeGreaterThan(700);
      await page.locator('.scatter').press('0');
      await expect.poll(async () => (await drawn('last')).pixels, { timeout: 60_000 }).toBe(0);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('says so where there is no WebGL, and draws all the same', async () => {
      const page = await given.browser.newPage();
      await page.addInitScript(`
      const get = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith('webgl') ? null : get.call(this, kind, ...more);
      };`);
      await page.goto(`${given.studio.url}#/map`);
      await page.getByText('This browser has no WebGL').waitFor();
      // The layouts are there at once: the points must be spread over the map all the same.
      const spread = () =>
        page.evaluate<number>(`(() => {
          const canvas = document.querySelector('.scatter canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let [left, right] = [canvas.width, 0];
          for (let at = 3; at < data.length; at += 4) {
            if (data[at] === 0) continue;
            const x = ((at - 3) / 4) % canvas.width;
            left = Math.min(left, x);
            right = Math.max(right, x);
          }
          return (right - left) / canvas.width;
        })()`);
      await expect.poll(spread, { timeout: 60_000 }).toBeGreaterThan(0.2);
      await page.close();
    });
  },
);
