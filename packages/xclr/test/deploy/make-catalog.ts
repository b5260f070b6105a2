// A small shop for the tests of catalogs: squares of one color, an encoder of mean colors, and an index of both.
import { join } from 'node:path';
import sharp from 'sharp';
import type { Item } from '../../src/deploy/embed/index.js';
import { OnnxEncoder } from '../../src/deploy/encoder/index.js';
import { FolderIndex, Space } from '../../src/deploy/search/index.js';
import { put, temporaryFolder } from '../data/make.js';
import { putOnnxFolder, tinyOnnx } from './make.js';

const hues = { red: [200, 40, 40], green: [40, 170, 60], blue: [40, 60, 210] } as const;
const things = ['shirt', 'shoe', 'scarf', 'hat'] as const;

export interface SmallShop {
  /** As `xclr export` leaves it. */
  readonly exported: string;
  readonly index: FolderIndex;
  readonly items: readonly Item[];
}

/** Twelve products: four things in three colors, each of another shade. @param said put behind every name, id and value */
export async function smallShop({ said = '' } = {}): Promise<SmallShop> {
  const folder = temporaryFolder();
  const exported = join(folder, 'exported');
  putOnnxFolder(exported, tinyOnnx({ weights: [1, 0, 0, 0, 1, 0, 0, 0, 1] }));
  const items: Item[] = [];
  for (const [hue, color] of Object.entries(hues)) {
    for (const [i, thing] of things.entries()) {
      const [r, g, b] = color.map((value) => Math.max(0, value - 12 * i));
      const path = join(folder, `${hue}-${thing}.png`);
      const background = { r: r!, g: g!, b: b! };
      put(
        path,
        await sharp({ create: { width: 40, height: 30, channels: 3, background } })
          .png()
          .toBuffer(),
      );
      items.push({
        id: `${hue}-${thing}${said}`,
        captions: [`${hue} ${thing}${said}`],
        image: { path },
        columns: { type: `${thing}${said}`, price: String(10 * (i + 1)), split: 'train' },
      });
    }
  }
  await using encoder = await OnnxEncoder.load(exported);
  const vectors = await encoder.embed(await Promise.all(items.map(({ image }) => encoder.prepare(image!))));
  const index = await FolderIndex.build(join(folder, 'shop'), {
    encoder,
    items,
    vectors,
    space: Space.centeredOn(vectors, 3),
    textMap: null,
  });
  return { exported, index, items };
}
