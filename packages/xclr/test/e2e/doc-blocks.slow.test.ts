// The shell blocks of the documentation run on small data: the start pages one after the other in one folder, each guide in a
// folder of its own. The README's run in readme.test.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../train/make.js';
import { putStandIns, runPage, slowPages, startPages, trainFirst } from './doc-blocks.js';

it.each(slowPages)('%s', async (page) => {
  const folder = temporaryFolder();
  await putStandIns(folder);
  if (page.endsWith('search.md') || page.endsWith('deployment.md')) trainFirst(folder);
  expect(runPage(page, folder)).not.toBe('');
});

it('the start pages work, one after the other', async () => {
  const folder = temporaryFolder();
  await putStandIns(folder);
  for (const page of startPages) runPage(page, folder);
  for (const name of [
    'sheet.html',
    'runs/products/evaluation.html',
    'found.html',
    'products-encoder/onnx/model.onnx',
  ])
    expect(existsSync(join(folder, name))).toBe(true);
});
