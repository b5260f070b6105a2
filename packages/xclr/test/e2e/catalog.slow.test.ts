// A catalog online, end to end: a trained and exported encoder, an index, the page that one command writes, in Chromium.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogCommand } from '../../src/cli/catalog.js';
import { openDataset } from '../../src/data/index.js';
import { embedSamples } from '../../src/deploy/embed/embed-samples.js';
import { openEncoder } from '../../src/deploy/encoder/index.js';
import { exportRun } from '../../src/deploy/export/index.js';
import { ask, FolderIndex, Space } from '../../src/deploy/search/index.js';
import { runTraining } from '../../src/train/session.js';
import { faultsOf, openTab } from '../pages/look.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const types: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

/** Static files, as any web server gives them. */
function serve(root: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, 'http://x').pathname);
    const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

describe.skipIf(executablePath === undefined)('a catalog in Chromium (skipped where there is none)', () => {
  const folder = temporaryFolder();
  const [exported, site] = [join(folder, 'exported'), join(folder, 'site')];
  const image = join(folder, 'data', 'eagle-4.png');
  let index: FolderIndex;
  let browser: Browser;
  let page: Page;
  let server: Server;
  let url: string;
  const errors: string[] = [];

  beforeAll(async () => {
    const manifest = await putDataset(join(folder, 'data'));
    const { run } = await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 30 }));
    await exportRun(run, exported, { maxKnnLoss: 100 });
    await using encoder = await openEncoder(exported);
    const { samples } = await openDataset(manifest);
    const { items, vectors } = await embedSamples(encoder, samples, { batchSize: 16 });
    const shop = join(folder, 'shop');
    const space = Space.centeredOn(vectors, encoder.dimensions);
    index = await FolderIndex.build(shop, { encoder, items, vectors, space, textMap: null });
    await catalogCommand(exported, shop, site, { title: 'A shop' });
    server = await serve(site);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.setDefaultTimeout(600_000); // catches what hangs: other processes may use the cores too
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text()); // a breach of the content policy is one
    });
    await page.goto(url);
    await page.waitForSelector('body[data-state=ready]');
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    expect(errors).toEqual([]);
  });

  /** Waits for a heading that holds these words; the page's policy allows no function that is made of a text. */
  const headed = (words: string) => page.locator('#heading', { hasText: words }).waitFor();
  const ids = () =>
    page.evaluate<string[]>("[...document.querySelectorAll('#results li')].map((tile) => tile.dataset.id)");

  it('finds by an image what the index finds, with the encoder in the page', async () => {
    await page.setInputFiles('#image', image);
    await headed('Similar to your image');
    await using encoder = await openEncoder(exported);
    const expected = await ask(index, { image: { path: image }, encoder }, { k: 10 });
    const found = (await ids()).slice(0, 10);
    expect(expected[0]!.item.id).toMatch(/eagle-4/);
    expect(found.slice(0, 3)).toContain(expected[0]!.item.id);
    // 8-bit weights and 8-bit rows swap items that are nearly equally similar. By chance 2.5 of 10 would be shared, of 40 items.
    const shared = expected.filter(({ item }) => found.includes(item.id)).length;
    expect(shared).toBeGreaterThanOrEqual(6);
  });

  it('finds similar items by an item, and keeps that in the address', async () => {
    await page.locator('#results a').first().click();
    await headed('Similar to a');
    const id = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('item')!;
    const expected = await ask(index, { id }, { k: 3 });
    expect((await ids()).slice(0, 3)).toEqual(expected.map(({ item }) => item.id));
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    expect((await ids())[0]).toBe(expected[0]!.item.id);
    await page.locator('#asked .all').click();
    expect(await page.textContent('#heading')).toBe('All products');
  });

  it('finds by words, says which it does not know, and narrows by a column', async () => {
    const named = index.columns.label === undefined ? 'style' : 'label';
    await page.fill('#words', 'eagle xyzzy');
    await page.press('#words', 'Enter');
    await headed('eagle');
    expect((await ids())[0]).toMatch(/eagle/);
    expect(await page.textContent('#status')).toContain("No product's name has “xyzzy”");
    const before = (await ids()).length;
    const select = page.locator('#filters label', { hasText: named }).locator('select');
    await select.selectOption({ index: 1 });
    const after = await ids();
    expect(after.length).toBeGreaterThan(0);
    expect(after.length).toBeLessThanOrEqual(before);
    await select.selectOption('');
    await page.locator('#variety').check();
    expect((await ids())[0]).toMatch(/eagle/); // the first stays, the others vary
    await page.locator('#variety').uncheck();
  });

  it('looks right at phone and desktop width, light and dark, without faults of accessibility', async () => {
    const tab = await openTab(browser);
    const found = await faultsOf(
      tab,
      { name: 'catalog', length: 'short', url: `${url}#words=eagle` },
      { widths: [1280, 390], accessibility: true },
    );
    expect(found).toEqual([]);
  });

  it('works without a network after a visit, the encoder once it was used', async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await page.reload(); // now through the service worker, which keeps what is loaded
    await page.waitForSelector('body[data-state=ready]');
    const ask = async () => {
      await page.setInputFiles('#image', image);
      await headed('Similar to your image');
    };
    await ask();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    await ask();
    expect(await page.locator('#results li').count()).toBeGreaterThan(5);
    errors.length = 0; // the network's absence is not a fault of the page
  });
});
