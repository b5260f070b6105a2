// What an inspection counts, advises, and draws.
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { exampleSamples, someSamples } from '../../src/inspect/choose.js';
import { spreadOf, Tally } from '../../src/inspect/counts.js';
import { exampleImages, inspectDataset, inspectionPage, inspectionText } from '../../src/inspect/index.js';
import { bytesText, namedText, spreadText } from '../../src/inspect/text-report.js';
import { put, putImages, solid, temporaryFolder } from '../data/make.js';
import { images, putSet } from './make.js';

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Element[];
}

async function inspected(path: string, options: Parameters<typeof inspectDataset>[2] = {}) {
  const dataset = await openDataset(path, { maxFailureRate: 1 });
  return { dataset, ...(await inspectDataset(dataset, path, options)) };
}

const titles = async (path: string, options: Parameters<typeof inspectDataset>[2] = {}) =>
  (await inspected(path, options)).inspection.remarks.map(({ title }) => title);

describe('inspectDataset', () => {
  it('counts what the table says', async () => {
    const { inspection } = await inspected(await putSet());
    expect(inspection).toMatchObject({ name: 'things', source: 'manifest', samples: 18, splitsDrawn: true });
    expect(inspection.splits.train + inspection.splits.validation + inspection.splits.test).toBe(18);
    expect(inspection.classes).toEqual({
      classes: 3,
      unlabeled: 0,
      samples: { min: 1, median: 5, max: 12 },
      imbalance: 12,
      counts: [
        { name: 'cat', count: 12 },
        { name: 'dog', count: 5 },
        { name: 'crane (bird)', count: 1 },
      ],
    });
    expect(inspection.captions).toMatchObject({
      captions: 18,
      distinct: 18,
      perSample: { min: 1, median: 1, max: 1 },
      words: { min: 4, median: 4, max: 5 },
      followLabels: false,
      sharedCount: 0,
      shared: [],
    });
    expect(inspection.attributes).toEqual([
      {
        name: 'color',
        samples: 18,
        distinct: 2,
        commonest: [
          { name: 'blue', count: 9 },
          { name: 'red', count: 9 },
        ],
      },
    ]);
  });

  it("looks at the images' headers, turned as EXIF says", async () => {
    const path = await putSet();
    const turned = await sharp(await solid(60, 40, [9, 9, 9]).jpeg().toBuffer())
      .withMetadata({ orientation: 6 })
      .toBuffer();
    put(join(path, '..', 'cat-0.jpg'), turned);
    const { images: found } = (await inspected(path)).inspection;
    expect(found.looked).toBe(18);
    expect(found.width).toEqual({ min: 30, median: 62.5, max: 71 });
    expect(found.height.max).toBe(90);
    expect(found.sizes).toContainEqual([40, 60]);
    expect(found.formats).toEqual([
      { name: 'jpeg', count: 12 },
      { name: 'png', count: 6 },
    ]);
    expect(found.traits).toEqual([{ name: 'turned by EXIF', count: 1 }]);
    expect(found.broken).toEqual([]);
  });

  it('lists what cannot be read, and what was left out', async () => {
    const path = await putSet({ broken: ['cat-3.jpg'] });
    const { inspection } = await inspected(path);
    expect(inspection.images.broken).toEqual([
      { id: 'cat-3.jpg', reason: expect.stringMatching(/unsupported image format/) },
    ]);
    expect(inspection.remarks[0]).toMatchObject({
      level: 'problem',
      title: '1 of 18 images read cannot be decoded',
    });
  });

  it('reads no more images than it is told to, the same ones for one seed', async () => {
    const path = await putSet();
    const heard: number[] = [];
    const { dataset, inspection } = await inspected(path, {
      look: 5,
      onProgress: (done) => heard.push(done),
    });
    expect(inspection.images.looked).toBe(5);
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect(someSamples(dataset, 5, 3)).toEqual(someSamples(dataset, 5, 3));
    expect(someSamples(dataset, 5, 3)).not.toEqual(someSamples(dataset, 5, 4));
  });

  it('shows examples of every class before a second of any', async () => {
    const { dataset } = await inspected(await putSet());
    const labels = exampleSamples(dataset, 6, { seed: 0 }).map((index) => dataset.samples[index]!.label);
    expect(new Set(labels.slice(0, 3))).toEqual(new Set(['cat', 'dog', 'crane (bird)']));
    expect(exampleSamples(dataset, 100, { seed: 0 }).sort((a, b) => a - b)).toEqual(images.map((_, i) => i));
  });

  it('shows images of one split alone where it is asked to, and any where that split is empty', async () => {
    const { dataset } = await inspected(await putSet());
    const split = (wanted: 'train' | 'test') =>
      new Set(exampleSamples(dataset, 100, { seed: 0, split: wanted }).map((i) => dataset.samples[i]!.split));
    expect(split('train')).toEqual(new Set(['train']));
    expect(new Set(dataset.samples.map((sample) => sample.split)).size).toBeGreaterThan(1);
    const samples = dataset.samples.map((sample) => ({ ...sample, split: 'test' as const }));
    const options = { seed: 0, split: 'train' as const };
    expect(exampleSamples({ ...dataset, samples }, 100, options)).toHaveLength(samples.length);
  });
});

describe('remarks', () => {
  it('of classes and sizes', async () => {
    const path = await putSet();
    const small = await titles(path, { viewSize: 224 });
    expect(small).toEqual([
      'No validation split',
      'Few images per class: a median of 5',
      'Very uneven classes: the largest has 12 times the images of the smallest',
      'The images are smaller than the views: 40 px against 224 px',
    ]);
    expect(await titles(path, { viewSize: 8 })).toContain(
      'The images are much larger than the views: 40 px against 8 px',
    );
  });

  it('of captions that say nothing, or no more than the class', async () => {
    expect((await titles(await putSet({ caption: () => 'a photo' })))[0]).toBe('All captions are the same');
    expect(await titles(await putSet({ caption: (label) => `a photo of a ${label}` }))).toContain(
      'The captions say no more than the classes',
    );
    const shared = await titles(
      await putSet({ caption: (label, i) => (i > 15 ? 'a crane' : `${label} ${i}`) }),
    );
    expect(shared).toContain('1 caption shared by different classes');
    const long = await titles(await putSet({ caption: (_, i) => `${i} word`.repeat(80) }));
    expect(long).toContain('Half of the captions are longer than 81 words');
  });

  it('of splits and labels', async () => {
    const root = temporaryFolder();
    await putImages(root, ['1.png', '2.png', '3.png']);
    const table = put(
      join(root, 'all.csv'),
      'image,caption,split\n1.png,one,test\n2.png,two,test\n3.png,three,test\n',
    );
    const found = await titles(table, { viewSize: 4 });
    expect(found).toEqual(['There is no training split', 'No validation split', 'No labels']);
  });

  it('report when nothing is wrong', async () => {
    const root = temporaryFolder();
    const names = Array.from({ length: 40 }, (_, i) => `${i}.png`);
    await putImages(root, names);
    const rows = names.map(
      (name, i) => `${name},number ${i},${i % 2 ? 'odd' : 'even'},${i < 30 ? 'train' : 'val'}`,
    );
    const table = put(join(root, 'all.csv'), `image,caption,label,split\n${rows.join('\n')}\n`);
    expect(await titles(table, { viewSize: 4 })).toEqual(['No problems found']);
    expect((await inspected(table)).inspection.splitsDrawn).toBe(false);
  });
});

describe('what is printed and drawn', () => {
  it('the text names every fact', async () => {
    const path = await putSet({ broken: ['dog-0.png'] });
    const text = inspectionText((await inspected(path)).inspection);
    expect(text).toMatch(/classes +3; images per class 1 – 5 – 12/);
    expect(text).toMatch(/captions +18, 18 distinct; per image 1; words 4 – 4 – 5/);
    expect(text).toMatch(/formats +jpeg 12, png 5/);
    expect(text).toMatch(/column color +2 values: blue 9, red 9/);
    expect(text).toMatch(/✗ 1 of 18 images read cannot be decoded\n.*dog-0\.png/);
  });

  it('the page holds images, charts and problems, escapes them, and loads nothing', async () => {
    const path = await putSet({ broken: ['dog-0.png'], caption: (label, i) => `<b>${label}</b> & ${i}` });
    const { dataset, inspection, words } = await inspected(path);
    const shown = await exampleImages(dataset, 0);
    expect(shown).toHaveLength(12);
    const page = inspectionPage(inspection, { words, shown, created: new Date(0) });
    const { document } = parseHTML(page) as unknown as { document: Element };
    expect(document.querySelectorAll('.gallery li')).toHaveLength(12);
    expect(document.querySelectorAll('.gallery b')).toHaveLength(0);
    expect(document.querySelectorAll('svg.chart')).toHaveLength(4);
    expect(
      document.querySelectorAll('#problems td').some((cell) => /unsupported/.test(cell.textContent)),
    ).toBe(true);
    expect(document.querySelectorAll('script, link, iframe')).toHaveLength(0);
    expect(/Content-Security-Policy" content="default-src &#39;none&#39;/.test(page)).toBe(true);
    expect(page.match(/(?:src|href)="(?!#|data:)/g)).toBeNull();
    for (const chart of document.querySelectorAll('svg.chart'))
      expect(chart.getAttribute('aria-label')).toMatch(/\d/);
  });

  it('the same data and seed give the same page', async () => {
    const path = await putSet();
    const draw = async () => {
      const { dataset, inspection, words } = await inspected(path);
      return inspectionPage(inspection, {
        words,
        shown: await exampleImages(dataset, 5),
        created: new Date(0),
      });
    };
    const [first, second] = [await draw(), await draw()];
    expect(first === second).toBe(true); // a difference would print two whole pages
  });

  it('the commonest names are the first of all', () => {
    const tally = new Tally();
    for (let i = 0; i < 500; i++) tally.add(`name ${(i * i) % 37}`);
    for (const limit of [1, 5, 100]) expect(tally.commonest(limit)).toEqual(tally.sorted().slice(0, limit));
  });

  it('numbers as people read them', () => {
    expect([0, 999, 1000, 15_500, 2_500_000, 170_052_171].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '15.5 kB',
      '2.5 MB',
      '170 MB',
    ]);
    expect(spreadText(spreadOf([3, 1, 2000]))).toBe('1 – 3 – 2,000');
    expect(spreadOf([4, 2])).toEqual({ min: 2, median: 3, max: 4 });
    const names = [
      { name: 'a', count: 2 },
      { name: 'b', count: 1 },
    ];
    expect(namedText(names, { limit: 1 })).toBe('a 2, … 1 more');
    expect(namedText(names, { of: 9 })).toBe('a 2, b 1, … 7 more');
  });
});
