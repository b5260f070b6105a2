// A manifest of a million rows opens in under two seconds and 300 MB: a process of its own, with nothing else in it.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './make.js';

const rows = 1_000_000;
const splits = ['train', 'train', 'validation', 'test'];

function write(path: string): void {
  const file = openSync(path, 'w');
  let text = 'image,caption,label,split\n';
  for (let i = 0; i < rows; i++) {
    const caption =
      i % 7 === 0
        ? `"a thing, ${i}, and ""another"" one"`
        : `a photograph of thing ${i} beside the number ${i % 97}`;
    text += `images/${i % 1000}/${String(i).padStart(9, '0')}.jpg,${caption},class-${i % 1000},${splits[i % 4]}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

it('opens a million rows', { retry: 2 }, () => {
  const path = join(temporaryFolder(), 'million.csv');
  write(path);
  const module = new URL('../../dist/data/open.js', import.meta.url).href;
  const program = `
    const { openDataset } = await import('${module}');
    const began = performance.now();
    const { samples } = await openDataset('${path}');
    const seconds = (performance.now() - began) / 1000;
    console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1e3, samples: samples.length, caption: samples[14].captions[0] }));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const { seconds, megabytes, samples, caption } = JSON.parse(said);
  console.log(`1,000,000 rows: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`);
  expect(samples).toBe(rows);
  expect(caption).toBe('a thing, 14, and "another" one');
  expect(seconds).toBeLessThan(2);
  expect(megabytes).toBeLessThan(300);
});
