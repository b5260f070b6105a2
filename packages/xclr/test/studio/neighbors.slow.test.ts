// Graph and encoder side by side in Chromium: neighbors, τ_s, disagreements, lightbox, all in the address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import { payload } from '../pages/small-set.js';
import { executablePath, launch, openPage, viewFaults } from './browser.js';
import { buildPage } from './make.js';
import { sampledRun } from './sampled.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-studio-'));

describe.skipIf(executablePath === undefined)('the studio in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let studio: Studio;

  beforeAll(async () => {
    buildPage();
    const images = join(folder, 'images');
    await sampledRun(join(folder, 'runs/first'), images, { more: ` ${payload}` });
    await sampledRun(join(folder, 'runs/second'), images, { steps: [0], more: ` ${payload}` });
    studio = await openStudio([join(folder, 'runs')], { out: join(folder, 'reports') });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows what graph, encoder, projector and another run say is near', async () => {
    const { page, faults } = await openPage(browser, `${studio.url}#/neighbors`);
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
    await page.keyboard.press('Escape');
    await page.locator('.lightbox').waitFor({ state: 'detached' });
    expect(await viewFaults(browser, page, '.pairs .tile')).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });
});
