// Audit, comparison and settings against measures in Chromium: from findings to an exclude file, tables, plots.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import { payload } from '../pages/small-set.js';
import { executablePath, launch, openPage, viewFaults } from './browser.js';
import { buildPage, fakeRun, put } from './make.js';
import { putImages } from './sampled.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-studio-'));
const out = join(folder, 'reports');
const committed = fileURLToPath(
  new URL('../../../../docs/results/quickstart/comparison.json', import.meta.url),
);

describe.skipIf(executablePath === undefined)('the studio in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let studio: Studio;

  beforeAll(async () => {
    buildPage();
    const images = await putImages(join(folder, 'data'), 6);
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
    const places = ['runs', 'audits', 'comparison', 'foreign'].map((name) => join(folder, name));
    studio = await openStudio(places, { out });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes through an audit by keys, remembers what was decided, and writes the exclude file', async () => {
    const { page, faults } = await openPage(browser, `${studio.url}#/audit`);
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
    const lines = readFileSync(join(out, 'exclude.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { id: '0.png', reason: 'odd-captions' },
      { id: '2.png', reason: 'odd-captions' },
    ]);
    expect(
      await page.evaluate("[window.hit ?? null, document.querySelectorAll('[onerror]').length]"),
    ).toEqual([null, 0]);
    expect(await viewFaults(browser, page, '.finding')).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('shows a comparison’s tables with intervals and what is significant; one that is foreign shows nothing', async () => {
    const { page, faults } = await openPage(browser, `${studio.url}#/compare`);
    await page.getByRole('columnheader', { name: 'X-CLR' }).waitFor();
    expect(await page.getByText(/significantly worse/).count()).toBeGreaterThan(0);
    expect(await viewFaults(browser, page, 'tbody tr')).toEqual([]);
    const chooser = page.getByRole('combobox', { name: 'Comparison' });
    await chooser.selectOption({ index: 1 });
    await page.getByRole('columnheader', { name: 'X-CLR' }).waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await page.close();
  });

  it('plots settings that differ against measures', async () => {
    const { page, faults } = await openPage(browser, `${studio.url}#/plot`);
    await page.locator('.parallel polyline').nth(2).waitFor({ state: 'attached' });
    expect(await page.locator('.axis-title').allTextContents()).toContain('optimizer.lr');
    await page.getByRole('combobox', { name: 'As' }).selectOption('scatter');
    await page.locator('.parallel circle').nth(2).waitFor();
    expect(await viewFaults(browser, page, '.parallel circle')).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });
});
