// A small catalogue with real drawings and photograph-like images, once with short and once with long captions.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Dataset, Problem, Sample } from '../../src/data/index.js';
import { put, temporaryFolder } from '../data/make.js';

/** How long captions, names and ids are: as on drawings, as a shop exports them, or as somebody who means harm writes them. */
export type Length = 'short' | 'long' | 'hostile';

/** Runs where a page takes it for HTML: in text, in an attribute, in a script, in an SVG. Sets `hit` and leaves elements behind. */
export const payload = `"'><img src=x onerror="window.hit=1"></script><script>window.hit=1</script><svg onload="window.hit=1">{{1}}`;

const concepts: Readonly<Record<string, readonly string[]>> = {
  animal: ['dog', 'cat', 'wolf', 'lion', 'horse', 'rabbit', 'owl', 'whale', 'turtle', 'snail'],
  fruit: ['red-apple', 'banana', 'grapes', 'cherries', 'lemon', 'pineapple', 'peach'],
  vehicle: ['bus', 'taxi', 'tractor', 'bicycle', 'airplane', 'rocket', 'sailboat'],
  tool: ['hammer', 'wrench', 'axe', 'scissors', 'magnet'],
};

interface IconSet {
  readonly icons: Readonly<Record<string, { readonly body: string }>>;
  readonly width: number;
}

/** A shop's description of about 300 characters, with a part number that has no place to break. */
export const longCaption = (name: string, i: number): string =>
  `${name} – hand-finished collector’s edition in a presentation box, suitable for indoor and outdoor use; dimensions 120 × 80 × 45 mm, ` +
  `weight 0.34 kg, material: recycled polypropylene with a soft-touch lacquer; part no. ${'AB12CD34EF56'.repeat(3)}-${i}; ` +
  'ships within 2 working days, returns accepted for 30 days in the original packaging.';

const longLabel = (label: string) => `Home & Garden > Seasonal decoration > Figures and ornaments > ${label}`;

/** Drawings on nothing (transparent), tall photographs on white, wide ones in color: what letterboxes have to carry. */
async function imageOf(body: string, width: number, kind: number): Promise<Buffer> {
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 ${width} ${width}">${body}</svg>`,
  );
  const drawing = sharp(svg).ensureAlpha();
  if (kind % 3 === 0) return drawing.png().toBuffer();
  const margin = kind % 3 === 1 ? { top: 48, bottom: 48 } : { left: 60, right: 60 };
  const background = kind % 3 === 1 ? '#ffffff' : '#37506b';
  const padded = await drawing
    .extend({ ...margin, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer();
  return sharp(padded).flatten({ background }).jpeg().toBuffer();
}

/** About 58 images of 29 things; every seventh is in the validation part, every fifth in the test part. */
export async function smallSet(length: Length, folder = temporaryFolder()): Promise<Dataset> {
  const require = createRequire(import.meta.url);
  const styles = ['noto', 'twemoji'] as const;
  const samples: Sample[] = [];
  for (const style of styles) {
    const file = require.resolve(`@iconify-json/${style}/icons.json`);
    const set = JSON.parse(readFileSync(file, 'utf8')) as IconSet;
    for (const [label, names] of Object.entries(concepts)) {
      for (const concept of names) {
        const icon = set.icons[concept];
        if (icon === undefined) continue;
        const i = samples.length;
        const name = concept.replaceAll('-', ' ');
        const image = await imageOf(icon.body, set.width, i);
        const path = put(join(folder, `${style}-${concept}.${i % 3 === 0 ? 'png' : 'jpg'}`), image);
        const long = length === 'long';
        if (length === 'hostile') {
          samples.push({
            id: `${style}-${concept}-${payload}`,
            image: { path },
            captions: [`a ${name} ${payload}`],
            label: `${label} ${payload}`,
            split: i % 5 === 0 ? 'test' : i % 7 === 0 ? 'validation' : 'train',
            attributes: { style: `${style} ${payload}`, [payload]: concept },
          });
          continue;
        }
        samples.push({
          id: long
            ? `catalogue/2026/spring/${style}/${label}/${concept}-${'0123456789'.repeat(4)}`
            : `${style}-${concept}`,
          image: { path },
          captions: [long ? longCaption(name, i) : `a ${name}`],
          label: long ? longLabel(label) : label,
          split: i % 5 === 0 ? 'test' : i % 7 === 0 ? 'validation' : 'train',
          attributes: { style: long ? `drawn in the style of ${style}, ${'x'.repeat(60)}` : style, concept },
        });
      }
    }
  }
  const problems: Problem[] = [
    {
      where:
        length === 'hostile'
          ? `${payload}.jpg`
          : length === 'long'
            ? `${'very-long-folder-name/'.repeat(6)}broken.jpg`
            : 'broken.jpg',
      reason: 'unsupported image format',
    },
    { where: 'things.csv:17', reason: 'no caption', warning: true },
  ];
  return {
    name:
      length === 'hostile'
        ? `things ${payload}`
        : length === 'long'
          ? 'shop-export-2026-spring-collection-with-all-variants_final_v3'
          : 'things',
    source: 'manifest',
    root: folder,
    samples,
    problems,
    fingerprint: 'f'.repeat(64),
  };
}
