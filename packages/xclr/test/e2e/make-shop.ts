// A shop of drawn goods: what the caption says can be seen. And the same shop with faults planted in its captions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/util/random.js';

/** A row of the table; `split` as data sources name it. */
export interface Row {
  readonly id: string;
  readonly image: string;
  readonly caption: string;
  readonly label: string;
  readonly split: string;
}

/** The label decides the hue, the place among the names the outline. */
const goods = {
  dog: { names: ['beagle', 'poodle', 'collie', 'terrier'], hue: 0 },
  fruit: { names: ['apple', 'banana', 'cherry', 'lemon'], hue: 90 },
  vehicle: { names: ['truck', 'bus', 'taxi', 'tractor'], hue: 180 },
  furniture: { names: ['chair', 'table', 'sofa', 'desk'], hue: 270 },
} as const;
const outlines = [
  '<circle cx="16" cy="16" r="7"/>',
  '<path d="M16 8 L24 23 L8 23 Z"/>',
  '<rect x="8" y="12" width="16" height="8"/>',
  '<path d="M14 8 H18 V14 H24 V18 H18 V24 H14 V18 H8 V14 H14 Z"/>',
];
const looks = ['red', 'green', 'small', 'large', 'old', 'fine'];

/** Writes `each` images of every label for training, and for testing, and gives their rows. */
export async function putShop(folder: string, each: { train: number; test: number }): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const random = new Random(7);
  const rows: Row[] = [];
  for (const [label, { names, hue: middle }] of Object.entries(goods)) {
    for (const split of ['train', 'test'] as const) {
      for (let i = 0; i < each[split]; i++) {
        const name = random.below(names.length);
        const [hue, turn] = [middle + random.below(80) - 40, random.below(360)];
        const [x, y] = [random.below(9) - 4, random.below(9) - 4];
        const background = `hsl(${random.below(360)} 30% ${20 + random.below(60)}%)`;
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="${background}"/>
          <g fill="hsl(${hue} 70% 50%)" transform="translate(${x} ${y}) rotate(${turn} 16 16)">${outlines[name]}</g></svg>`;
        const id = `${label}-${split}-${i}`;
        const image = `${id}.png`;
        await sharp(Buffer.from(svg)).png().toFile(join(folder, image));
        rows.push({
          id,
          image,
          caption: `${looks[random.below(looks.length)]} ${names[name]}`,
          label,
          split,
        });
      }
    }
  }
  return rows;
}

/** Faulty rows, and the ids that an audit ought to find. */
export interface Planted {
  readonly rows: readonly Row[];
  readonly swapped: ReadonlySet<string>;
  readonly shared: ReadonlySet<string>;
  readonly leaked: ReadonlySet<string>;
}

/**
 * Of the training rows three in ten get the caption of another label, one in ten says the same as others of all labels, every
 * caption stands in a frame; every tenth test image is also among the training images.
 */
export function plantFaults(rows: readonly Row[]): Planted {
  const random = new Random(8);
  const swapped = new Set<string>();
  const shared = new Set<string>();
  const training = rows.filter(({ split }) => split === 'train');
  const faulty = rows.map((row) => {
    if (row.split !== 'train') return row;
    const die = random.below(10);
    if (die < 3) {
      swapped.add(row.id);
      const others = training.filter(({ label }) => label !== row.label);
      return { ...row, caption: others[random.below(others.length)]!.caption };
    }
    if (die > 3) return row;
    shared.add(row.id);
    return { ...row, caption: 'untitled' };
  });
  const copies = rows.filter(({ split }, i) => split === 'test' && i % 10 === 0);
  const leaked = copies.map((row) => ({ ...row, id: `leaked-${row.id}`, split: 'train' }));
  return {
    rows: [...faulty, ...leaked].map((row) => ({
      ...row,
      caption: `buy now: ${row.caption} with free delivery`,
    })),
    swapped,
    shared,
    leaked: new Set(leaked.map(({ id }) => id)),
  };
}

export function writeTable(path: string, rows: readonly Row[]): string {
  const lines = rows.map(({ id, image, caption, label, split }) =>
    [id, image, caption, label, split].join(','),
  );
  writeFileSync(path, `id,image,caption,label,split\n${lines.join('\n')}\n`);
  return path;
}
