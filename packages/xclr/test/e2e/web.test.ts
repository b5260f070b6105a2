// The exported encoder in a real browser: the page gives Node's vector, finds what is similar, and works without a network.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { openEncoder } from '../../src/deploy/encoder/index.js';
import { exportRun } from '../../src/deploy/export/index.js';
import { exportWeb } from '../../src/deploy/web/export-web.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Static files, cross-origin isolated so that the page may use threads. */
function serve(root: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url!, 'http://x').pathname);
    const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

describe.skipIf(executablePath === undefined)('in Chromium (skipped where there is none)', () => {
  const folder = temporaryFolder();
  const exported = join(folder, 'exported');
  const site = join(folder, 'site');
  const image = join(folder, 'data', 'eagle-4.png');
  let browser: Browser;
  let page: Page;
  let server: Server;

  beforeAll(async () => {
    const manifest = await putDataset(join(folder, 'data'));
    const { run } = await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 30 }));
    await exportRun(run, exported, { maxKnnLoss: 100 });
    await exportWeb(exported, await openDataset(manifest), site, { title: 'Things' });
    server = await serve(site);
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.setDefaultTimeout(180_000); // other processes may use the cores too
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForSelector('body[data-state=ready]');
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** Gives the page an image; what it made of it. */
  async function ask(): Promise<{ vector: number[]; encodeMs: number }> {
    await page.evaluate(`
      globalThis.answer = new Promise((resolve) =>
        document.addEventListener('xclr:embedded', (event) => resolve(event.detail), { once: true }));
      0`);
    await page.setInputFiles('input[type=file]', image);
    return page.evaluate('answer.then(({ vector, encodeMs }) => ({ vector: [...vector], encodeMs }))');
  }

  it('gives the vector that Node gives, and shows the milliseconds', async () => {
    const { vector, encodeMs } = await ask();
    await using encoder = await openEncoder(join(exported, 'onnx/model_quantized.onnx'));
    const expected = await encoder.embed([await encoder.prepare(readFileSync(image))]);
    expect(vector).toHaveLength(expected.length);
    const cosine = vector.reduce((sum, value, j) => sum + value * expected[j]!, 0);
    expect(cosine).toBeGreaterThanOrEqual(0.999);
    expect(encodeMs).toBeGreaterThan(0);
    expect(await page.textContent('#status')).toMatch(/\d ms/);
  });

  it('finds the image itself first', async () => {
    await ask();
    await page.waitForSelector('body[data-state=ready]');
    expect(await page.getAttribute('#results figure', 'data-id')).toMatch(/eagle-4/);
    expect(await page.locator('#results figure').count()).toBe(8);
  });

  it('works without a network after the first load', async () => {
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await page.waitForFunction('navigator.serviceWorker.controller !== null');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await page.reload();
    await page.waitForSelector('body[data-state=ready]');
    expect((await ask()).vector).toHaveLength(64);
  });
});
