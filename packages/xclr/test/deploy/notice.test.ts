// A notice goes with an encoder: from the settings of its run into its preprocessor, and to the page and the answers of a server.
// That an exported folder's card has it: export.test.ts; the page of an evaluation: evaluate-run.test.ts.
import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../src/deploy/encoder/preprocessor.js';
import { preprocessorConfig } from '../../src/deploy/encoder/preprocessor-config.js';
import { openapiDocument } from '../../src/deploy/serve/openapi.js';
import { tryPage } from '../../src/deploy/serve/page.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { colorEncoder } from './make.js';
import { colors, imageOf, start } from './serving.js';

const notice = 'Not for diagnosis.';
const configOf = (settings: object) => resolveTrainConfig({ base: { data: { path: 'x' }, ...settings } });

describe('a notice', () => {
  it('is in the preprocessor of an export, and is read from it', () => {
    const written = preprocessorConfig(configOf({ notice }));
    expect(written.notice).toBe(notice);
    expect(new Preprocessor(written, 'here').notice).toBe(notice);
    expect(preprocessorConfig(configOf({}))).not.toHaveProperty('notice');
  });

  it('stands on the page of a server before the form', () => {
    const parts = { encoder: 'scans', index: null, needsToken: false };
    const page = String(tryPage({ ...parts, notice }));
    expect(page.indexOf(notice)).toBeGreaterThan(0);
    expect(page.indexOf(notice)).toBeLessThan(page.indexOf('<form'));
    expect(String(tryPage(parts))).not.toContain('role="note"');
  });

  it('is in every answer of a server that comes from the encoder, and in none where there is no notice', async () => {
    const red = await imageOf(colors.red);
    const answersOf = async ({ client }: Awaited<ReturnType<typeof start>>) => [
      (await client.health()).encoder,
      (await client.embed(red)).encoder,
      await client.searchImage(red, { k: 1 }),
      await client.searchId('red', { k: 1 }),
      await client.recommend('red', { k: 1 }),
    ];
    const noted = await answersOf(await start({ encoder: { ...colorEncoder(), notice } }));
    expect(noted.map((one) => one.notice)).toEqual(noted.map(() => notice));
    for (const answer of await answersOf(await start())) expect(answer).not.toHaveProperty('notice');
    const { paths } = openapiDocument(false) as { paths: Record<string, unknown> };
    for (const path of ['/embed', '/search', '/recommend', '/health'])
      expect(JSON.stringify(paths[path]), path).toContain('"notice":{');
  });
});
