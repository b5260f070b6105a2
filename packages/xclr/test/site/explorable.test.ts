// The explorable of the documentation: its numbers are the library's, and it works by keyboard, on a phone, light and dark.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { scoped, tensor } from '@xclr/torch';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batch, floor, loss, targets } from '../../../../site/explorable/model.js';
import { SentenceTransformerEncoder } from '../../src/graph/sentence-transformer/encoder.js';
import type { EncodedCaptions } from '../../src/graph/text-encoder.js';
import { WordNetEncoder } from '../../src/graph/wordnet/encoder.js';
import { clipLoss } from '../../src/losses/clip.js';
import { contrastiveLoss, targetDistribution } from '../../src/losses/contrastive.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

interface Similarities {
  readonly captions: string[];
  readonly labels: string[];
  readonly similarities: Record<'wordnet' | 'minilm', number[][]>;
}
const vocabulary = JSON.parse(
  readFileSync(join(root, 'site/explorable/similarities.json'), 'utf8'),
) as Similarities;

describe('its numbers', () => {
  const chosen = [0, 1, 3, 5, 9, 11];
  const batch: Batch = {
    similarities: chosen.map((i) => chosen.map((j) => vocabulary.similarities.minilm[i]![j]!)),
    labels: chosen.map((i) => vocabulary.labels[i]!),
  };
  const places = { images: [0.3, 1.2, 2.9, 3.3, 4.7, 6.1], captions: [0.1, 2.2, 2.4, 5.0, 1.0, 3.9] };
  const temperatures = { loss: 0.2, target: 0.15 };
  const n = chosen.length;
  const views = [...places.images, ...places.images];
  const f64 = (rows: readonly (readonly number[])[]) =>
    tensor(rows.flat(), { dtype: 'float64' }).reshape([rows.length, rows[0]!.length]);
  const onCircle = (angles: readonly number[]) => f64(angles.map((a) => [Math.cos(a), Math.sin(a)]));
  const logitsOf = (method: string) =>
    f64(
      views.map((_, a) =>
        views.map((__, b) => {
          const [i, j] = [a % n, b % n];
          if (method === 'xclr') return batch.similarities[i]![j]! / temperatures.target;
          const same = method === 'supcon' ? batch.labels[i] === batch.labels[j] : i === j;
          return same ? 0 : Number.NEGATIVE_INFINITY;
        }),
      ),
    );

  // Both compute in float64: what differs is the order of sums.
  it.each(['xclr', 'supcon', 'simclr'] as const)(
    '%s: targets and loss are those of xclr/losses',
    (method) => {
      scoped(() => {
        const logits = logitsOf(method);
        const expected = targetDistribution(logits).toArray(); // (12, 12), row by row
        const found = targets(method, batch, temperatures.target);
        for (const [a, row] of found.entries())
          for (const [b, value] of row.entries()) expect(value).toBeCloseTo(Number(expected[12 * a + b]), 12);
        const value = contrastiveLoss(onCircle(views), logits, { temperature: temperatures.loss }).item();
        expect(loss(method, batch, places, temperatures)).toBeCloseTo(value, 10);
        expect(floor(method, batch, temperatures.target)).toBeLessThan(value);
      });
    },
  );

  it('clip: the loss is that of xclr/losses', () => {
    scoped(() => {
      const value = clipLoss(
        onCircle(places.images),
        onCircle(places.captions),
        1 / temperatures.loss,
      ).item();
      expect(loss('clip', batch, places, temperatures)).toBeCloseTo(value, 10);
    });
  });

  const cosine = ({ vectors, dimensions }: EncodedCaptions, i: number, j: number) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += vectors[i * dimensions + d]! * vectors[j * dimensions + d]!;
    return sum;
  };

  // Stored with four digits. The 8-bit weights of MiniLM are multiplied in integers, whose rounding depends on the processor.
  it.each([
    ['wordnet', 1e-4, async () => new WordNetEncoder()],
    ['minilm', 0.02, async () => SentenceTransformerEncoder.load({})],
  ] as const)('similarities of %s are those of the encoder', async (name, tolerance, load) => {
    const encoded = await (await load()).encode(vocabulary.captions);
    vocabulary.similarities[name].forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs(value - cosine(encoded, i, j))).toBeLessThan(tolerance);
      });
    });
  });
});

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe.skipIf(executablePath === undefined)('its page (skipped where there is no Chromium)', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'xclr-explorable-')), 'explorable.html');
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const check = readFileSync(new URL('../pages/check-page.js', import.meta.url), 'utf8');
  let browser: Browser;
  const errors: string[] = [];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'site/explorable/build.mjs'), file], { stdio: 'pipe' });
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function open(width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
    const context = await browser.newContext({
      bypassCSP: true,
      reducedMotion: 'reduce',
      colorScheme,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) errors.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }
  const number = async (page: Page, name: string) =>
    Number.parseFloat(await page.locator(`dt:text-is("${name}") + dd`).innerText());

  it('is readable and accessible on a phone and a desktop, light and dark', async () => {
    const page = await open(1280, 'light');
    await page.evaluate(`${axe}; 0`);
    const violations = async (rules: readonly string[] = []): Promise<string[]> => {
      const only = rules.length === 0 ? '' : `runOnly: { type: 'rule', values: ${JSON.stringify(rules)} },`;
      return page.evaluate(`axe.run(document, { resultTypes: ['violations'], ${only} }).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`);
    };
    const found: Record<string, string[]> = {};
    // All rules once; those of colors in both schemes, and those of places at both widths.
    found['1280 px, light'] = [...(await violations()), ...((await page.evaluate(check)) as string[])];
    await page.emulateMedia({ colorScheme: 'dark' });
    found['1280 px, dark'] = await violations(['color-contrast']);
    await page.setViewportSize({ width: 390, height: 900 });
    found['390 px'] = [
      ...(await violations(['target-size', 'scrollable-region-focusable', 'meta-viewport'])),
      ...((await page.evaluate(check)) as string[]),
    ];
    await page.context().close();
    expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
  });

  it('trains, changes with the method, τ_s and a caption, and is worked by keyboard', async () => {
    const page = await open(1280, 'light');
    const before = await number(page, 'loss now');
    await page.locator('[role=slider][aria-label^="Image 1"]').focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    const turned = await number(page, 'loss now');
    expect(turned).not.toBe(before);
    await page.getByRole('button', { name: 'Train' }).press('Enter');
    expect(await number(page, 'loss now')).toBeLessThan(turned - 0.5);
    expect(await number(page, 'effective positives')).toBeGreaterThan(2);
    await page.locator('#xp-target').focus();
    await page.keyboard.press('Home'); // the lowest τ_s: the target is the other view alone
    expect(await number(page, 'effective positives')).toBeCloseTo(1, 1);
    const row = page.locator('tbody tr').first();
    await page.getByLabel('SupCon').check();
    expect(await row.locator('td').nth(1).innerText()).toBe('67'); // two of the three views of a cat
    await row.locator('select').selectOption('a dump truck');
    expect(await row.locator('td').nth(1).innerText()).toBe('0');
    await page.getByLabel('CLIP').check();
    expect(await row.locator('td').first().innerText()).toBe('100');
    await page.context().close();
    expect(errors).toEqual([]);
  });

  it('follows the pointer', async () => {
    const page = await open(1280, 'light');
    const point = page.locator('[role=slider][aria-label^="Image 2"]');
    const before = await point.getAttribute('aria-valuenow');
    const box = (await point.locator('.xp-dot').boundingBox())!;
    const circle = (await page.locator('.xp-rim').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(circle.x + circle.width / 2, circle.y, { steps: 4 }); // to the top
    await page.mouse.up();
    expect(Number(await point.getAttribute('aria-valuenow'))).toBeCloseTo(90, -1);
    expect(before).not.toBe('90');
    await page.context().close();
  });
});
