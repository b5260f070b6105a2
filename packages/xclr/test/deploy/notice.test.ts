// A notice goes with an encoder: from the settings of its run into its preprocessor, and to the page of a server.
import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../src/deploy/encoder/preprocessor.js';
import { preprocessorConfig } from '../../src/deploy/encoder/preprocessor-config.js';
import { tryPage } from '../../src/deploy/serve/page.js';
import { resolveTrainConfig } from '../../src/train/config.js';

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
});
