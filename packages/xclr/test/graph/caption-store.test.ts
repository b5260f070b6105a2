// Templates, and the store that keeps every caption's vector.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeDataset, readCaptionStore } from '../../src/graph/caption-store.js';
import { describeDocument, documentOf, parseCaptionTemplate } from '../../src/graph/caption-template.js';
import { duplicateCaptions } from '../../src/graph/duplicates.js';
import type { TextEncoder } from '../../src/graph/text-encoder.js';
import { WordNetEncoder } from '../../src/graph/wordnet/encoder.js';

const sample = (id: string, captions: string[], label: string | null = null, attributes = {}) => ({
  id,
  captions,
  label,
  attributes,
});

const samples = [
  sample('1', ['a cat'], 'cat', { keywords: 'whiskers, pet' }),
  sample('2', ['a dog', 'a hound'], 'dog', { keywords: 'bone, pet' }),
  sample('3', ['a cat'], 'cat', { keywords: 'whiskers, pet' }),
  sample('4', ['a dump truck'], 'truck', { keywords: '' }),
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('caption templates', () => {
  const filled = (template: string, of = samples[1]!) =>
    describeDocument(documentOf(of, parseCaptionTemplate(template)));

  it('fills fields in and weighs parts', () => {
    expect(filled('a photo of a {label}')).toBe('a photo of a dog');
    expect(filled('{label} | {keywords}^0.5')).toBe('dog | bone, pet^0.5');
    expect(filled('{caption}^2')).toBe('a dog | a hound');
    expect(filled('{label} with {keywords}')).toBe('dog with bone, pet');
  });

  it('leaves out parts without values', () => {
    expect(filled('{caption} | {keywords}', samples[3]!)).toBe('a dump truck');
    expect(() => filled('{keywords}', samples[3]!)).toThrow(/leaves nothing for sample '4'/);
  });

  it.each([
    ['{caption}^0', /weight must be a number above zero/],
    ['{caption}^x', /weight must be a number above zero/],
    ['{caption} | ', /every part must have a text/],
    ['a photo', /a field in braces/],
  ])('refuses %s', (template, message) => {
    expect(() => parseCaptionTemplate(template)).toThrow(message);
  });

  it('names the nearest field', () => {
    expect(() => filled('{keyword}')).toThrow(/Did you mean \{keywords\}/);
  });
});

describe('caption store', () => {
  const encoder = new WordNetEncoder();

  it('encodes distinct captions once and reads them back the same', async () => {
    const first = await encodeDataset(samples, encoder, folder);
    expect(first.encoded).toBeGreaterThan(0);
    expect(first.captions).toHaveLength(3);
    expect(first.vectors).toHaveLength(3 * first.dimensions);
    expect(first.rowOf[0]).toBe(first.rowOf[2]);
    const again = await encodeDataset(samples, encoder, folder);
    expect(again.encoded).toBe(0);
    expect(again.vectors).toEqual(first.vectors);
    const reversed = await encodeDataset(samples.toReversed(), encoder, folder);
    expect(reversed.encoded).toBe(0);
    expect([...reversed.rowOf]).toEqual([...first.rowOf].reverse());
    expect(readdirSync(folder)).toHaveLength(1); // nothing left aside
  });

  it('keeps cosines within the stated bound in float16', async () => {
    const half = await encodeDataset(samples, encoder, folder);
    const full = await encodeDataset(samples, encoder, folder, { precision: 'float32' });
    const cosine = ({ vectors, dimensions: d }: typeof half, a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += vectors[a * d + i]! * vectors[b * d + i]!;
      return sum;
    };
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++)
        expect(Math.abs(cosine(half, a, b) - cosine(full, a, b))).toBeLessThan(5e-4);
    }
  });

  it('weighs the parts of a template', async () => {
    const of = [sample('a', ['cat'], 'dog'), sample('b', ['cat'], 'truck'), sample('c', ['dog'], 'dog')];
    const cosineBC = async (template: string) => {
      const { vectors, dimensions: d, rowOf } = await encodeDataset(of, encoder, folder, { template });
      let sum = 0;
      for (let i = 0; i < d; i++) sum += vectors[rowOf[0]! * d + i]! * vectors[rowOf[1]! * d + i]!;
      return sum;
    };
    expect(await cosineBC('{caption}^4 | {label}')).toBeGreaterThan(
      (await cosineBC('{caption} | {label}')) + 0.1,
    );
  });

  it('refuses a store of another encoder with both names', async () => {
    const { path } = await encodeDataset(samples, encoder, folder);
    const other: TextEncoder = {
      ...encoder,
      name: 'other',
      identity: 'other 1',
      usesContext: false,
      encode: encoder.encode,
    };
    expect(() => readCaptionStore(path, other, '', 3)).toThrow(/made by encoder 'wordnet-3\.1.*'other 1'/);
    expect(() => readCaptionStore(path, encoder, 'x', 3)).toThrow(/other captions/);
  });

  it('says which file is damaged', async () => {
    const { path } = await encodeDataset(samples, encoder, folder);
    writeFileSync(path, readFileSync(path).subarray(0, -8));
    await expect(encodeDataset(samples, encoder, folder)).rejects.toThrow(path);
    writeFileSync(path, 'no');
    await expect(encodeDataset(samples, encoder, folder)).rejects.toThrow(/damaged/);
  });

  it('refuses an empty data set', async () => {
    await expect(encodeDataset([], encoder, folder)).rejects.toThrow(/must not be empty/);
  });
});

describe('duplicate captions', () => {
  it('finds captions that several labels share', () => {
    const found = duplicateCaptions([
      sample('1', ['a photo of a crane'], 'crane (bird)'),
      sample('2', ['A photo of a  crane.'], 'crane (machine)'),
      sample('3', ['a photo of a crane'], 'crane (bird)'),
      sample('4', ['a photo of a dog'], 'dog'),
      sample('5', ['a photo of a dog'], null),
    ]);
    expect(found).toEqual([
      { caption: 'a photo of a crane', labels: ['crane (bird)', 'crane (machine)'], samples: 3 },
    ]);
  });
});
