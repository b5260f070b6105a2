// The small inputs of ../shared/cases, where that folder lies beside the repository: each with the answer that is right.
//
// The same situations are tested with inputs of their own in identity, layouts, text, conventions and pixels; this file
// only runs over what is there. Two of the cases are commands and no inputs: two trainings in one folder (10) are in
// e2e/reliability.slow.test.ts and train/claim-run.test.ts, a damaged last checkpoint (21) in train/checkpoint.test.ts;
// --workers 0 and --run FILE (17) are in cli/errors.test.ts.

import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { openDataset } from '../../src/data/open.js';
import { putImages, temporaryFolder } from './make.js';

const cases = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/cases');

const before = process.cwd();
beforeAll(() => process.chdir(temporaryFolder())); // images inside files are copied to .cache here
afterAll(() => process.chdir(before));

const open = (path: string) => openDataset(join(cases, path), { maxFailureRate: 1 });

/** Captions, one list a sample. */
const captions = async (path: string) => (await open(path)).samples.map((sample) => sample.captions);

const failures = async (path: string) =>
  (await open(path)).problems.filter(({ warning }) => !warning).map(({ where }) => where);

const labels = async (path: string) => [
  ...new Set((await open(path)).samples.map(({ label, split }) => `${split} ${label}`)),
];

/** The strongest channel of each sample's image. */
const colors = async (path: string) =>
  Promise.all(
    (await open(path)).samples.map(async ({ image }) => {
      const { pixels } = await decodeImage(image, 1);
      const [r, g, b] = pixels as unknown as [number, number, number];
      return r > g && r > b ? 'red' : g > b ? 'green' : 'blue';
    }),
  );

describe.skipIf(!existsSync(cases))('the shared cases', () => {
  it('01: an image inside Parquet keeps its caption', async () => {
    const path = '01-parquet-filename-merges-pictures';
    expect(await captions(`${path}/q1-filename.parquet`)).toEqual([
      ['a red thing'],
      ['a green thing'],
      ['a blue thing'],
    ]);
    expect(await colors(`${path}/q1-filename.parquet`)).toEqual(['red', 'green', 'blue']);
    expect(await captions(`${path}/p19-bothcols.parquet`)).toEqual([['red'], ['green'], ['blue']]);
    expect(await colors(`${path}/p19-bothcols.parquet`)).toEqual(['red', 'green', 'blue']);
  });

  it('02: split folders are splits', async () => {
    const path = '02-split-folders-become-classes';
    const three = (names: readonly string[]) =>
      ['test', 'train', 'validation'].flatMap((split) => names.map((name) => `${split} ${name}`));
    expect(await labels(`${path}/k1`)).toEqual(three(['NORMAL', 'PNEUMONIA']));
    expect(await labels(`${path}/k2`)).toEqual(three(['cat', 'dog']));
    expect(await failures(`${path}/k2`)).toHaveLength(3);
    expect(await labels(`${path}/k3`)).toEqual(['test forest', 'test sea', 'train forest', 'train sea']);
    expect(await labels(`${path}/k5`)).toEqual([
      'train cat',
      'train dog',
      'validation cat',
      'validation dog',
    ]);
  });

  it('03: the photograph of a WebDataset sample is taken', async () => {
    expect(await colors('03-webdataset-depth-before-photo/w1')).toEqual(['red', 'blue']);
  });

  it('04: quotation marks in TSV are text', async () => {
    const path = '04-tsv-quote-swallows-rows';
    expect(await captions(`${path}/tsv-swallow.tsv`)).toEqual([
      ['"The red one', 'last'],
      ['green'],
      ['blue one"'],
    ]);
    expect(await captions(`${path}/c29-vertical.tsv`)).toHaveLength(3);
  });

  it('06: nothing in a flat folder vanishes', async () => {
    expect(await captions('06-flat-folder-drops-bmp-jfif/k8')).toHaveLength(3);
    expect(await failures('06-flat-folder-drops-bmp-jfif/k8')).toEqual(['b.bmp', 'orphan.txt']);
  });

  it('07: a stray image with a text hides no classes', async () => {
    const path = '07-stray-picture-and-text-hides-classes';
    expect((await open(`${path}/k6`)).samples.map(({ label }) => label)).toEqual([
      'cat',
      'cat',
      'cat',
      'dog',
      'dog',
      'dog',
    ]);
    expect(await captions(`${path}/k9`)).toHaveLength(6);
  });

  it('08: TIFFs of other numbers are shown or refused', async () => {
    const decode = async (file: string) => {
      const { pixels } = await decodeImage({ path: join(cases, '08-tiff-pixels', file) }, 64);
      return [...pixels.subarray(0, 4), ...pixels.subarray(-4)];
    };
    for (const file of ['03-float01.tif', '07-u32.tif'])
      expect(await decode(file)).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
    expect(await decode('49-rgbnir.tif')).toEqual([200, 100, 50, 255, 200, 100, 50, 255]);
    await expect(decode('06-i16.tif')).rejects.toThrow(/--image-range/);
    for (const file of ['50-5band.tif', '51-2band.tif']) await expect(decode(file)).rejects.toThrow(/bands/);
  });

  it('09: captions that are not UTF-8 are listed', async () => {
    for (const path of ['s8', 'w8']) {
      expect(await captions(`09-captions-not-utf8/${path}`)).toEqual([['caf\u00e9'], ['caf\u00e9']]);
      expect(await failures(`09-captions-not-utf8/${path}`)).toHaveLength(1);
    }
  });

  it('13: JSON never becomes a caption', async () => {
    expect(await captions('13-caption-is-json/p13-caps-list.parquet')).toEqual([['a', 'b'], ['c']]);
    expect(await captions('13-caption-is-json/p14-caps-liststruct.parquet')).toEqual([['a r', 'b'], ['c']]);
    await expect(open('13-caption-is-json/j07-mixed.jsonl')).rejects.toThrow(/the caption is a number/);
  });

  it('15: img2dataset in shards and in files', async () => {
    const six = ['c00', 'c01', 'c02', 'c10', 'c11', 'c12'].map((caption) => [caption]);
    expect((await open('15-img2dataset-folders/w6')).source).toBe('WebDataset tar shards');
    expect(await captions('15-img2dataset-folders/w6')).toEqual(six);
    expect(await captions('15-img2dataset-folders/w7')).toEqual(six);
  });

  it("16: Hugging Face's metadata in each split", async () => {
    const { samples } = await open('16-hf-imagefolder-per-split/k7');
    expect(samples.map((sample) => `${sample.split}: ${sample.captions[0]}`)).toEqual(
      ['test', 'train'].flatMap((split) => [0, 1, 2].map((i) => `${split}: ${split} ${i}`)),
    );
  });

  it('17: a column called constructor', async () => {
    const folder = temporaryFolder();
    copyFileSync(join(cases, '17-stack-traces/u2028.jsonl'), join(folder, 'u2028.jsonl'));
    await putImages(
      folder,
      Array.from({ length: 12 }, (_, i) => `${i}.png`),
    );
    const { samples, problems } = await openDataset(join(folder, 'u2028.jsonl'));
    expect(problems).toEqual([]);
    const own = samples.map(({ attributes }) =>
      Object.entries(attributes).find(([k]) => k === 'constructor'),
    );
    expect(own.map((entry) => entry?.[1])).toEqual(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 1 ? `c${i}` : undefined)),
    );
    expect(samples[3]!.attributes.note).toBe('line one\u2028line two');
  });

  it('18: the label -1 is none', async () => {
    expect(
      (await open('18-label-minus-one/p15b-label-minus1.parquet')).samples.map(({ label }) => label),
    ).toEqual(['dog', 'cat']);
  });

  it('20: JSON that is not JSON lines is told', async () => {
    await expect(open('20-jsonl-array/j04-array.jsonl')).rejects.toThrow(/is a JSON array, not JSON lines/);
    await expect(open('20-jsonl-array/j05-pretty.jsonl')).rejects.toThrow(/pretty-printed/);
  });

  it('22: a name that the disk has in another Unicode form is found', async () => {
    const folder = temporaryFolder();
    copyFileSync(join(cases, '22-nfd-names/c12-nfc.csv'), join(folder, 'c12-nfc.csv'));
    await putImages(folder, ['cafe\u0301.png', '0.png']);
    const { samples, problems } = await openDataset(join(folder, 'c12-nfc.csv'));
    expect(problems).toEqual([]);
    expect(samples.map(({ captions }) => captions)).toEqual([['coffee'], ['red']]);
    await expect(decodeImage(samples[0]!.image, 1)).resolves.toBeDefined();
  });

  it('25: thumbnails are no samples', async () => {
    const { samples, problems } = await open('25-thumbnails-as-samples/k12');
    expect(samples.map(({ id }) => id)).toEqual(['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png']);
    expect(problems.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^4 images in hidden folders/),
    ]);
  });
});
