// Planted faults, and how many of them an audit finds.

import { tensor } from '@xclr/torch';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/audit/audit.js';
import { boilerplate } from '../../src/audit/checks/boilerplate.js';
import { disagreements } from '../../src/audit/checks/disagreements.js';
import { hubs } from '../../src/audit/checks/hubs.js';
import { leakage } from '../../src/audit/checks/leakage.js';
import { oddCaptions } from '../../src/audit/checks/odd-captions.js';
import { sharedCaptions } from '../../src/audit/checks/shared-captions.js';
import { uselessCaptions, uselessness } from '../../src/audit/checks/useless-captions.js';
import { ImageStore } from '../../src/data/images.js';
import type { Sample } from '../../src/data/types.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from '../data/make.js';
import { audited, datasetOf, scores, shop } from './make.js';

const plain = (each = 40) => shop(each, (index) => `/${index}.png`);

/** Gives each chosen sample the caption of a sample of another class. */
function swapCaptions(
  samples: readonly Sample[],
  count: number,
): { samples: Sample[]; planted: Set<number> } {
  const random = new Random(99);
  const planted = new Set<number>();
  const changed = [...samples];
  while (planted.size < count) {
    const [a, b] = [random.below(samples.length), random.below(samples.length)];
    if (planted.has(a) || samples[a]!.label === samples[b]!.label) continue;
    planted.add(a);
    changed[a] = { ...samples[a]!, captions: samples[b]!.captions };
  }
  return { samples: changed, planted };
}

describe('odd captions', () => {
  it('finds swapped captions and little else', async () => {
    const { samples, planted } = swapCaptions(plain(), 12);
    const { exclude, count, examples } = oddCaptions(await audited(datasetOf(samples)));
    const { precision, recall } = scores(exclude, planted);
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.9);
    expect(count).toBe(exclude.length);
    expect(examples[0]!.text).toMatch(/is labeled \w+, but reads like \w+/);
  });

  it('finds nothing in sensible captions, in small classes, or where there are no labels', async () => {
    expect(oddCaptions(await audited(datasetOf(plain()))).count).toBeLessThanOrEqual(2);
    expect(oddCaptions(await audited(datasetOf(plain(4)))).count).toBe(0);
    const unlabeled = plain().map((sample) => ({ ...sample, label: null }));
    expect(oddCaptions(await audited(datasetOf(unlabeled))).count).toBe(0);
  });
});

describe('shared captions', () => {
  it('lists captions of several labels, and leaves out the stray ones only', async () => {
    const samples = plain(20).map((sample, i) => {
      if (i === 0 || i === 25) return { ...sample, captions: ['crane'] }; // as often under one label as the other
      if (i >= 40 && i < 55) return { ...sample, captions: ['yellow bus'] };
      return i === 5 ? { ...sample, captions: ['Yellow  bus.'] } : sample;
    });
    const found = sharedCaptions(await audited(datasetOf(samples)));
    expect(found.examples.map(({ text }) => text.split(' stands')[0])).toContain('"crane"');
    expect(found.exclude).not.toContain(0);
    expect(found.exclude).not.toContain(25);
  });

  it('excludes a label that a caption hardly ever has', async () => {
    const samples = plain(20).map((sample, i) =>
      (i >= 40 && i < 55) || i === 5 ? { ...sample, captions: ['yellow bus'] } : sample,
    );
    expect(sharedCaptions(await audited(datasetOf(samples))).exclude).toEqual([5]);
  });
});

describe('boilerplate', () => {
  it('finds a frame around the captions, not their content', async () => {
    const framed = plain().map((sample) => ({
      ...sample,
      captions: [`a stock photo of a ${sample.captions[0]} on white`],
    }));
    const { count, examples } = boilerplate(await audited(datasetOf(framed)));
    expect(count).toBe(2);
    expect(examples.map(({ text }) => text)).toEqual([
      '100 % of the captions begin with "a stock photo of a …"',
      '100 % of the captions end with "… on white"',
    ]);
    expect(boilerplate(await audited(datasetOf(plain()))).count).toBe(0);
  });
});

describe('useless captions', () => {
  it.each([
    ['IMG_2041', "a camera's numbering"],
    ['dsc00031.jpg', 'a file name'],
    ['12345', 'no letters'],
    ['untitled', 'a word for "nothing"'],
    ['No description available', 'a word for "nothing"'],
    ['https://shop.example/42', 'a web address'],
  ])('knows that %s says nothing', (caption, reason) => expect(uselessness(caption)).toBe(reason));

  it.each(['a photo of a cat', 'test pilot', 'image frame', 'Пёс', '狗', 'none of these dogs'])(
    'leaves "%s" alone',
    (caption) => expect(uselessness(caption)).toBeUndefined(),
  );

  it('looks inside the frame that most captions have', async () => {
    const samples = plain(10).map((sample, i) => ({
      ...sample,
      captions: [
        i % 8 === 0 ? 'Buy now: untitled' : i % 8 === 1 ? 'buy now:' : `buy now: ${sample.captions[0]}`,
      ],
    }));
    const { count, examples } = uselessCaptions(await audited(datasetOf(samples)));
    expect(count).toBe(10);
    expect(examples.map(({ text }) => text)).toEqual([
      '"Buy now: untitled": a word for "nothing" (5 images)',
      '"buy now:": only the words that most captions share (5 images)',
    ]);
  });

  it('finds one sentence for everything, where no label explains it', async () => {
    const samples = plain(10).map((sample, i) => ({
      ...sample,
      label: null,
      captions: i % 3 === 0 ? ['nice thing from our shop'] : sample.captions,
    }));
    expect(uselessCaptions(await audited(datasetOf(samples))).count).toBe(14);
  });
});

describe('hubs', () => {
  it('counts how often a caption is among the nearest', async () => {
    const given = await audited(datasetOf(plain(60)));
    const { captions } = given;
    const d = 64;
    const random = new Random(5);
    const rows = captions.captions.length;
    // Random directions, and one vector near to the mean of all: the classic hub.
    const vectors = Float32Array.from({ length: rows * d }, () => random.normal());
    for (let i = 0; i < rows; i++) vectors[i * d] = i === 0 ? 40 : 8; // a common direction
    for (let i = 0; i < rows; i++) {
      const row = vectors.subarray(i * d, (i + 1) * d);
      const length = Math.hypot(...row);
      row.forEach((value, j) => {
        row[j] = value / length;
      });
    }
    const { count, examples } = hubs({ ...given, captions: { ...captions, vectors, dimensions: d } });
    expect(count).toBeGreaterThanOrEqual(1);
    expect(examples[0]!.text).toContain(`"${captions.captions[0]}"`);
  });
});

describe('disagreements with a trained encoder', () => {
  it('finds images that lie among images of other captions', async () => {
    const { samples, planted } = swapCaptions(plain(), 10);
    const given = await audited(datasetOf(samples));
    const labels = [...new Set(samples.map(({ label }) => label))];
    const random = new Random(8);
    // What a good encoder sees: the true class, blurred.
    const features = Float32Array.from(
      samples.flatMap(({ label }) => {
        const row = labels.map((name) => (name === label ? 1 : 0) + 0.15 * random.normal());
        const length = Math.hypot(...row);
        return row.map((value) => value / length);
      }),
    );
    using rows = tensor(features, { shape: [samples.length, labels.length] });
    const indices = Int32Array.from(samples.keys());
    const { exclude } = disagreements(given, { rows, indices });
    const { precision, recall } = scores(exclude, planted);
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });
});

describe('leakage', () => {
  it('finds recompressed, resized and toned copies across splits, and no two different images', async () => {
    const folder = temporaryFolder();
    const noise = (seed: number) => {
      const random = new Random(seed);
      const cells = Uint8Array.from({ length: 5 * 5 * 3 }, () => random.below(256));
      return sharp(cells, { raw: { width: 5, height: 5, channels: 3 } }).resize(96, 96, { kernel: 'cubic' });
    };
    const samples = shop(10, (index) => `${folder}/${index}.jpg`);
    const planted = new Set([0, 7, 20, 33]);
    for (const [i] of samples.entries()) put(`${folder}/${i}.jpg`, await noise(i).jpeg().toBuffer());
    const copies: Sample[] = [];
    for (const i of planted) {
      const copy = noise(i).resize(60, 60).modulate({ brightness: 1.05 }).jpeg({ quality: 60 });
      const path = put(`${folder}/copy-${i}.jpg`, await copy.toBuffer());
      copies.push({ ...samples[i]!, id: `copy-${i}`, image: { path }, split: 'test' });
    }
    const others: Sample[] = [];
    for (const i of [200, 201, 202]) {
      const path = put(`${folder}/other-${i}.jpg`, await noise(i).jpeg().toBuffer());
      others.push({ ...samples[0]!, id: `other-${i}`, image: { path }, split: 'test' });
    }
    const dataset = datasetOf([...samples, ...copies, ...others]);
    await using images = new ImageStore(dataset, { size: 16 });
    const { exclude } = await leakage(await audited(dataset), images);
    expect(new Set(exclude)).toEqual(planted);
  });
});

describe('audit', () => {
  it('gives every excluded sample its reasons, once', async () => {
    const samples = plain(20).map((sample, i) => (i === 3 ? { ...sample, captions: ['IMG_0001'] } : sample));
    const { findings, excluded } = await audit(await audited(datasetOf(samples)));
    expect(findings.map(({ kind }) => kind)).toEqual([
      'shared-captions',
      'close-captions',
      'boilerplate',
      'useless-captions',
      'odd-captions',
      'hubs',
    ]);
    expect(excluded.find(({ index }) => index === 3)?.reasons).toContain('useless-captions');
    expect(new Set(excluded.map(({ index }) => index)).size).toBe(excluded.length);
  });
});
