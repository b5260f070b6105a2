// A folder of damaged and hostile files, made the same way every time, with a few good ones among them.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/util/random.js';
import { put, solid } from './make.js';

/** Noise, so that no part of an encoded image can be missed without its being seen. */
async function noise(format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'): Promise<Buffer> {
  const base = solid(40, 30, [120, 60, 200]);
  const spots = await solid(11, 13, [5, 250, 70]).png().toBuffer();
  return base
    .composite([{ input: spots, left: 7, top: 9 }])
    .toFormat(format)
    .toBuffer();
}

/** Ids of the bad and the good images that were written as `<root>/<class>/<file>`. */
export async function makeHostileFolder(root: string): Promise<{ bad: string[]; good: string[] }> {
  const bad: string[] = [];
  const good: string[] = [];
  const add = (list: string[], id: string, bytes: string | Uint8Array) => {
    put(join(root, id), bytes);
    list.push(id);
  };
  const random = new Random(3, 0);
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const whole = await noise(format);
    for (let i = 0; i < 24; i++) {
      const at = 1 + Math.floor(((whole.length - 1) * i) / 48); // within the first half: data is surely missing
      add(bad, `cut/${format}-${i}.${format}`, whole.subarray(0, at));
    }
    const garbage = Uint8Array.from({ length: 300 }, () => Math.floor(random.uniform() * 256));
    garbage.set([0, 0, 0, 0]);
    add(bad, `garbage/${format}.${format}`, garbage);
    const head = Buffer.concat([whole.subarray(0, 12), garbage]);
    add(bad, `garbage/head-${format}.${format}`, head);
    add(bad, `empty/${format}.${format}`, '');
    add(bad, `text/${format}.${format}`, '<!doctype html><title>404 Not Found</title>');
    add(good, `good/wrong-extension-${format}.${format === 'png' ? 'jpg' : 'png'}`, whole);
    add(good, `good/${format}.${format}`, whole);
  }
  for (const name of [
    '猫',
    'кошка',
    'قطة',
    'बिल्ली',
    '고양이',
    'γάτα',
    'חתול',
    '🐈‍⬛',
    'e\u0301',
    "a'b$(c)`d`",
    'x'.repeat(240),
  ]) {
    add(good, `good/${name}.png`, await noise('png'));
    add(bad, `names/${name}.png`, 'no image');
  }
  const ppm = (header: string) => Buffer.concat([Buffer.from(header, 'latin1'), Buffer.alloc(27, 90)]);
  add(good, 'good/plain.ppm', ppm('P6\n# made here\n3 3\n255\n'));
  add(good, 'good/gray.pgm', ppm('P5 9 3 255\n'));
  const headers = [
    'P6',
    'P6\r\n3 3\r\n255\r\n',
    'P6\n3 3\n',
    'P6\n3 4\n255\n',
    'P6\n0 3\n255\n',
    'P6\n3 3\n70000\n',
    'P6\n3 3\n65535\n',
    'P6\n999999 999999\n255\n',
    'P6\n-3 3\n255\n',
    'P5 x 3 255\n',
    'P6\n# no end',
    'P3\n3 3\n255\n',
  ];
  for (const [i, header] of headers.entries()) add(bad, `pnm/${i}.ppm`, ppm(header));
  const svg = (inside: string, size = '10') =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${inside}</svg>`;
  add(bad, 'bombs/huge.svg', svg('<rect width="9" height="9"/>', '200000'));
  add(bad, 'bombs/cut.svg', svg('<rect').slice(0, 70));
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
    '',
  );
  add(bad, 'bombs/laughs.svg', `<!DOCTYPE svg [<!ENTITY e0 "ha">${entities}]>${svg('<text>&e12;</text>')}`);
  const png = Buffer.from(await noise('png'));
  for (const [i, side] of [0, 70_000, 0x7fff_ffff, 0xffff_ffff].entries()) {
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(side, 16);
    bomb.writeUInt32BE(side, 20);
    add(bad, `bombs/${i}.png`, bomb);
  }
  mkdirSync(join(root, 'special'), { recursive: true });
  execFileSync('mkfifo', [join(root, 'special/pipe.jpg')]);
  symlinkSync('/dev/zero', join(root, 'special/zero.jpg'));
  symlinkSync('loop.jpg', join(root, 'special/loop.jpg'));
  symlinkSync('nothing', join(root, 'special/lost.jpg'));
  symlinkSync('..', join(root, 'special/up.jpg'));
  mkdirSync(join(root, 'special/folder.jpg'));
  for (const name of ['pipe', 'zero', 'loop', 'lost', 'up']) bad.push(`special/${name}.jpg`);
  return { bad, good };
}
