// What the studio's browser tests begin and end with: a folder, the built page, a studio over it, Chromium.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { openStudio, type Studio } from '../../src/studio/index.js';
import { executablePath, launch } from './browser.js';
import { buildPage } from './make.js';

export interface InChromium {
  readonly folder: string;
  /** The studio's own folder. */
  readonly out: string;
  readonly browser: Browser;
  readonly studio: Studio;
}

export interface Prepared {
  /** What the studio is opened over. */
  readonly places: readonly string[];
  readonly token?: string;
}

/**
 * Declares browser tests over a studio; they are skipped where there is no Chromium.
 * @param prepare writes run folders and what else the studio shows
 * @param tests declares the tests; `given` is there when they run
 */
export function studioInChromium(
  prepare: (folder: string) => Promise<Prepared> | Prepared,
  tests: (given: InChromium) => void,
): void {
  describe.skipIf(executablePath === undefined)(
    'the studio in Chromium (skipped where there is none)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'xclr-studio-'));
      const out = join(folder, 'reports');
      let browser: Browser | undefined;
      let studio: Studio | undefined;
      beforeAll(async () => {
        buildPage();
        const { places, token } = await prepare(folder);
        studio = await openStudio(places, { out, token });
        browser = await launch();
      });
      afterAll(async () => {
        await browser?.close();
        await studio?.close();
        rmSync(folder, { recursive: true, force: true });
      });
      tests({
        folder,
        out,
        get browser() {
          return browser!;
        },
        get studio() {
          return studio!;
        },
      });
    },
  );
}
