// The runs view in Chromium, over run folders on the disk: what it shows, follows, keeps and refuses to run. Whether everybody can
// use it is checked by runs.slow.test.ts.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { thisProcess } from '@xclr/torch/files';
import { expect, it } from 'vitest';
import { openPage, settledBox } from './browser.js';
import { studioInChromium } from './chromium.js';
import { fakeRun, metricsRow } from './make.js';
import { someRuns } from './some-runs.js';

/** A process that holds a run's lock and logs a row now and then, as a training does. */
function trainer(run: string) {
  fakeRun(run, { rows: 1, steps: 1000, createdAt: '2026-11-20T10:00:00.000Z' });
  const script = `
    const { appendFileSync, writeFileSync } = require('node:fs');
    const stat = require('node:fs').readFileSync('/proc/self/stat', 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const identity = { ...${JSON.stringify(thisProcess())}, pid: process.pid, started, token: 't' };
    writeFileSync('.lock', JSON.stringify(identity));
    let step = 1;
    setInterval(() => {
      step += 1;
      appendFileSync('metrics.jsonl', JSON.stringify({ ...${JSON.stringify(metricsRow(1))}, step }) + '\\n');
    }, 200);`;
  return spawn(process.execPath, ['-e', script], { cwd: run, stdio: 'ignore' });
}

studioInChromium(
  async (folder) => {
    const runs = someRuns(folder);
    return { places: [runs], token: 'c'.repeat(32) };
  },
  (given) => {
    const runs = join(given.folder, 'runs');

    it('shows runs and curves, runs nothing that names and notices hold, and asks no other server', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      await page.waitForSelector('[data-metric="loss"] canvas');
      expect(new URL(page.url()).search).toBe(''); // the token does not stay
      expect(await page.locator('tbody tr').count()).toBe(5);
      expect(await page.locator('.state.unreadable').innerText()).toContain('unreadable');
      await page.getByRole('tab', { name: 'Notices' }).click();
      await page.getByText('onerror=').first().waitFor();
      const traces = await page.evaluate(
        '[window.hit ?? null, document.querySelectorAll(\'[onerror], [onload], img[src="x"]\').length]',
      );
      expect(traces).toEqual([null, 0]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('filters, sorts, groups, zooms and compares settings, and a reload keeps all of it', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      await page.waitForSelector('[data-metric="loss"] canvas');
      await page.keyboard.press('/');
      await page.keyboard.type('xclr seed<2');
      expect(await page.locator('tbody th[scope=row]').allInnerTexts()).toEqual(['run-1', 'run-0']);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByLabel('Group by').selectOption('method');
      await page.getByLabel('Choose all runs that are shown').check();
      await page.getByLabel('Metrics (regular expression)').fill('^loss$|lr');
      await page.getByLabel('Logarithmic').check();
      const box = await settledBox(page.locator('[data-metric="loss"] .u-over'));
      await page.mouse.move(box.x + 40, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 160, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => page.url(), { timeout: 60_000 }).toContain('zoom=');
      const before = page.url();
      await page.reload();
      await page.waitForSelector('[data-metric="loss"] canvas');
      expect(page.url()).toBe(before);
      expect(await page.locator('tbody th[scope=row]').allInnerTexts()).toEqual(['run-0', 'run-1']);
      expect(await page.locator('.chart-card').count()).toBe(2);
      expect(await page.getByRole('button', { name: 'Whole range' }).isEnabled()).toBe(true);
      const [svg] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save loss as SVG' }).click(),
      ]);
      expect(readFileSync((await svg.path())!, 'utf8')).toMatch(/^<svg .*polyline.*run-1.*<\/svg>$/s);
      const [png] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save loss as PNG' }).click(),
      ]);
      expect(
        readFileSync((await png.path())!)
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
      await page.getByRole('tab', { name: 'Curves' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.getByText('optimizer.lr').waitFor();
      expect(await page.locator('tr.differs code').allInnerTexts()).toEqual([
        'method',
        'seed',
        'optimizer.lr',
      ]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it('keeps a note and tags beside the runs', async () => {
      const { page, faults } = await openPage(given.browser, given.studio.url);
      await page.getByRole('button', { name: 'Notes and tags of run-1' }).click();
      await page.getByLabel('Tags, separated by commas').fill('keep, <i>bold</i>');
      await page.getByRole('textbox', { name: 'Note', exact: true }).fill('the best so far');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('<i>bold</i>').waitFor();
      expect(existsSync(join(given.folder, 'reports/notes.json'))).toBe(true);
      expect(faults).toEqual([]);
      await page.close();
    });

    it.runIf(process.platform === 'linux')(
      'follows a run, says that it is stale after kill -9, and that it is gone when it was deleted',
      async () => {
        const run = join(runs, 'live');
        const child = trainer(run);
        try {
          const { page, faults } = await openPage(given.browser, given.studio.url);
          const row = page.locator('tr', { has: page.getByRole('rowheader', { name: 'live' }) });
          await row.locator('.state.running').waitFor();
          const stepOf = async () => Number((await row.locator('.numbers').innerText()).split(' / ')[0]);
          const before = await stepOf();
          await expect.poll(stepOf, { timeout: 30_000 }).toBeGreaterThan(before + 3);
          child.kill('SIGKILL');
          await row.locator('.state.stale').waitFor();
          appendFileSync(join(run, 'metrics.jsonl'), '{"step":'); // what the kill cut off
          rmSync(run, { recursive: true });
          await row.locator('.state.gone').waitFor();
          expect(faults).toEqual([]);
          await page.close();
        } finally {
          child.kill('SIGKILL');
        }
      },
    );
  },
);
