// Audit, comparison and settings against measures in Chromium: from findings to an exclude file, tables, plots.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { xclrIn } from '../cli/run.js';
import { payload } from '../pages/small-set.js';
import { openPage, viewFaults } from './browser.js';
import { studioInChromium } from './chromium.js';
import { compared } from './compared.js';
import { fakeRun, put } from './make.js';
import { putImages } from './sampled.js';

const committed = fileURLToPath(
  new URL('../../../../docs/results/quickstart/comparison.json', import.meta.url),
);

studioInChromium(
  async (folder) => {
    const images = await putImages(join(folder, 'data'), 24);
    const table = join(folder, 'data/images.csv');
    writeFileSync(
      table,
      `image,caption\n${images.map(({ id, captions }) => `${id},${captions[0]}\n`).join('')}`,
    );
    for (const seed of [0, 1, 2])
      fakeRun(join(folder, `runs/run-${seed}`), {
        seed,
        lr: 0.001 * (seed + 1),
        dataPath: table,
        evaluation: { knn_label: 0.4 + seed / 10 },
      });
    const findings = images.slice(0, 4).map(({ id, captions }, i) => ({
      id,
      reason: i === 3 ? 'leakage' : 'odd-captions',
      caption: i === 0 ? payload : captions[0],
      label: null,
    }));
    put(join(folder, 'audits/audit.jsonl'), `${findings.map((one) => JSON.stringify(one)).join('\n')}\n`);
    mkdirSync(join(folder, 'comparison'));
    cpSync(committed, join(folder, 'comparison/comparison.json'));
    put(join(folder, 'foreign/comparison.json'), '{"methods":7,"metrics":[1],"entries":[null]}');
    await compared(join(folder, 'cases'), { more: ` ${payload}` });
    const places = ['runs', 'audits', 'comparison', 'foreign', 'cases'].map((name) => join(folder, name));
    return { places: places };
  },
  (given) => {
    it('goes through an audit by keys, remembers what was decided, and writes the exclude file', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/audit`);
      await page.locator('.finding').nth(3).waitFor();
      await page.locator('.finding img').first().scrollIntoViewIfNeeded();
      await expect
        .poll(() => page.evaluate("document.querySelector('.finding img').naturalWidth"), { timeout: 60_000 })
        .toBeGreaterThan(0);
      for (const key of ['x', 'k', 'x']) await page.keyboard.press(key);
      await page.getByText('2 to leave out, 1 kept, 1 undecided').waitFor();
      await page.reload();
      await page.getByText('2 to leave out, 1 kept, 1 undecided').waitFor();
      await page.getByRole('button', { name: 'Save 2' }).click();
      await page.getByText(/--data-exclude/).waitFor();
      const command = await page.locator('code', { hasText: '--data-exclude' }).innerText();
      const lines = readFileSync(join(given.out, 'exclude.jsonl'), 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        { id: '0.png', reason: 'odd-captions' },
        { id: '2.png', reason: 'odd-captions' },
      ]);
      expect(
        await page.evaluate("[window.hit ?? null, document.querySelectorAll('[onerror]').length]"),
      ).toEqual([null, 0]);
      expect(await viewFaults(given.browser, page, '.finding')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();

      // The command as it stands on the page; only its size is added.
      const run = join(given.folder, 'without');
      const small = '--encoder resnet10 --encoder-width 0.125 --size 32 --batch-size 4 --steps 2 --threads 1';
      const [, ...flags] = `${command} ${small} --run ${run}`.split(' ');
      expect(xclrIn(given.folder)(...flags)).toMatchObject({ code: 0 });
      const record = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { data: unknown };
      expect(record.data).toMatchObject({ samples: 22 }); // 24 without the two
    });

    it('shows a comparison’s tables with intervals and what is significant; one that is foreign shows nothing', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/compare`);
      await page.getByRole('columnheader', { name: 'X-CLR' }).waitFor();
      expect(await page.getByText(/significantly worse/).count()).toBeGreaterThan(0);
      expect(await viewFaults(given.browser, page, 'tbody tr')).toEqual([]);
      await page
        .getByRole('combobox', { name: 'Comparison' })
        .selectOption({ label: join(given.folder, 'cases') });
      const images = page.getByRole('region', { name: 'Images behind a number' });
      await images.getByRole('tab', { name: 'X-CLR right, SupCon wrong (2)' }).waitFor();
      expect(await images.locator('.tile').count()).toBe(2);
      expect(await images.locator('.tile-number').allInnerTexts()).toEqual(['2 : 0', '2 : 1']);
      await images.getByRole('tab', { name: /Worst mistakes/ }).click();
      await images.locator('.tile').nth(2).waitFor();
      expect(await images.locator('.tile-note').first().innerText()).toBe('said cat');
      await page.reload();
      await images.locator('.tile').nth(2).waitFor();
      await images.locator('.tile').first().click();
      await page.locator('.lightbox').getByText('X-CLR: right in 0 of 2, else “cat”').waitFor();
      await page.keyboard.press('Escape');
      expect(
        await page.evaluate("[window.hit ?? null, document.querySelectorAll('[onerror]').length]"),
      ).toEqual([null, 0]);
      expect(await viewFaults(given.browser, page, '.cases .tile')).toEqual([]);
      const chooser = page.getByRole('combobox', { name: 'Comparison' });
      await chooser.selectOption({ label: join(given.folder, 'foreign') });
      await page.getByRole('columnheader', { name: 'X-CLR' }).waitFor({ state: 'detached' });
      expect(faults).toEqual([]);
      await page.close();
    });

    it('plots settings that differ against measures', async () => {
      const { page, faults } = await openPage(given.browser, `${given.studio.url}#/plot`);
      await page.locator('.parallel polyline').nth(2).waitFor({ state: 'attached' });
      expect(await page.locator('.axis-title').allTextContents()).toContain('optimizer.lr');
      await page.getByRole('combobox', { name: 'As' }).selectOption('scatter');
      await page.getByRole('combobox', { name: 'Up' }).selectOption({ label: 'kNN' });
      await page.locator('.parallel circle').nth(2).waitFor();
      expect(await viewFaults(given.browser, page, '.parallel circle')).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });
  },
);
