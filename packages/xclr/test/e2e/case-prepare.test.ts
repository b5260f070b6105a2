// The prepare scripts of the three worked cases on small data made here: damaged files, splits, names, and what they refuse.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { put, temporaryFolder } from '../data/make.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const script = (name: string) => join(root, 'examples', name, 'prepare.mjs');

function prepared(name: string, from: string, table: string) {
  const into = join(temporaryFolder(), 'out');
  const said = execFileSync(process.execPath, [script(name), from, into], { encoding: 'utf8' });
  const text = readFileSync(join(into, table), 'utf8');
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  return { said, into, rows: data };
}

/** What the script says on stderr. */
function warned(name: string, from: string): string {
  return spawnSync(process.execPath, [script(name), from, temporaryFolder()], { encoding: 'utf8' }).stderr;
}

describe('driving', () => {
  it('repairs files, leaves out empty ones, keeps tracks together and six classes out of training', () => {
    const from = temporaryFolder();
    const pixels = Uint8Array.from({ length: 12 }, (_, i) => (i === 5 ? 10 : 100 + i));
    const whole = Buffer.concat([Buffer.from('P6\n2 2\n255\n'), pixels]);
    const damaged = Buffer.from(whole.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
    for (const folder of ['00001', '00005']) {
      mkdirSync(join(from, folder));
      for (let track = 0; track < 10; track++)
        for (const frame of ['00005', '00015'])
          writeFileSync(join(from, folder, `0000${track}_${frame}.ppm`), track === 0 ? damaged : whole);
    }
    writeFileSync(join(from, '00001', '00009_00025.ppm'), '');
    writeFileSync(join(from, '00001', 'GT-00001.csv'), 'Filename;Width;Height\n'); // as in GTSRB's own folders
    const { said, into, rows } = prepared('driving', from, 'signs.csv');
    expect(said).toMatch(/40 images of 2 classes; 4 repaired, 1 empty and left out/);
    for (const { image } of rows) expect(readFileSync(join(into, image!))).toEqual(whole);
    const splits = new Map<string, Set<string>>();
    for (const { track, split } of rows) splits.set(track!, (splits.get(track!) ?? new Set()).add(split!));
    for (const found of splits.values()) expect(found.size).toBe(1);
    const of = (label: string) =>
      new Set(rows.filter((row) => row.label === label).map(({ split }) => split));
    expect(of('speed limit 30 km/h')).toEqual(new Set(['train', 'validation', 'test']));
    expect(of('speed limit 80 km/h')).toEqual(new Set(['test'])); // never trained on
  });

  it('says where the folders of classes should be', () => {
    const { status, stderr } = spawnSync(process.execPath, [script('driving'), temporaryFolder(), 'out'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/has no folders 00000 … 00042/);
  });
});

describe('medical', () => {
  it('names classes and splits, tells the source by the size, and says that there are no patient ids', async () => {
    const from = temporaryFolder();
    for (const [folder, name, side] of [
      ['Training', 'glioma_tumor', 512],
      ['Training', 'no_tumor', 40],
      ['Testing', 'notumor', 40],
    ] as const) {
      mkdirSync(join(from, folder, name), { recursive: true });
      await sharp({ create: { width: side, height: side, channels: 3, background: '#444' } })
        .jpeg()
        .toFile(join(from, folder, name, 'a.jpg'));
    }
    const { said, into, rows } = prepared('medical', from, 'scans.csv');
    expect(said).toMatch(/2 images to train on, 1 to test on\. There are no patient ids/);
    expect(rows.map(({ label, split, source }) => [label, split, source])).toEqual([
      ['glioma', 'train', '512x512 pixels'],
      ['no tumor', 'train', 'another size'],
      ['no tumor', 'test', 'another size'],
    ]);
    expect(rows[0]!.id).toBe('Training/glioma_tumor/a.jpg'); // the same wherever the images lie
    expect(isAbsolute(rows[0]!.image!)).toBe(false);
    expect(existsSync(join(into, rows[0]!.image!))).toBe(true);
  });
});

describe('retail', () => {
  it('joins the table with the images that are there, and keeps photographs of one product together', () => {
    const from = temporaryFolder();
    mkdirSync(join(from, 'images'));
    const lines = ['id,gender,subCategory,baseColour,usage,productDisplayName,,']; // copies have nameless columns
    for (let i = 0; i < 60; i++) {
      lines.push(`${i},Women,Topwear,${i === 0 ? 'NA' : 'Blue'},Casual,"Shirt, number ${i % 30}"`);
      if (i !== 59) put(join(from, 'images', `${i}.jpg`), 'x');
    }
    lines.push('60,Men,Shoes,Red,NA,');
    put(join(from, 'images', '60.jpg'), 'x');
    writeFileSync(join(from, 'styles.csv'), `${lines.join('\n')}\n`);
    const { said, into, rows } = prepared('retail', from, 'products.csv');
    expect(warned('retail', from)).toBe('');
    expect(said).toMatch(/59 of 61 rows have an image and a name/);
    expect(isAbsolute(rows[0]!.image!)).toBe(false);
    expect(readFileSync(join(into, rows[0]!.image!), 'utf8')).toBe('x');
    expect(rows[0]).toMatchObject({ id: '0', caption: 'Shirt, number 0', type: 'Topwear', color: '' });
    const splits = new Map<string, Set<string>>();
    for (const { product, split } of rows)
      splits.set(product!, (splits.get(product!) ?? new Set()).add(split!));
    for (const found of splits.values()) expect(found.size).toBe(1);
    expect(new Set(rows.map(({ split }) => split)).size).toBe(3);
  });
});
