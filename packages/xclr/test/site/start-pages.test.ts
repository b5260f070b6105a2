// The five start pages are for beginners: no formula before the third, every term in the glossary, an hour in all; and the
// numbers of the page about the loss are those of its formula and of the loss's own targets.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { targetDistribution } from '../../src/losses/contrastive.js';

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url));
const read = (page: string) => readFileSync(`${docs}${page}`, 'utf8');
const names = ['see-it', 'try-it', 'your-images', 'is-it-any-good', 'ship-it'] as const;

/** A term as it is looked up: without its number, sign or explanation. */
const plain = (term: string) =>
  term
    .toLowerCase()
    .replace(/ \(.*\)$| τ\w*$|^95 % /g, '')
    .replace(/^(?=.{4})(.*[^s])s$/, '$1');

/** Terms of the glossary, those of a row apart: "split, part". */
const glossary = new Set(
  [...read('glossary.md').matchAll(/^\| \*\*([^*]+)\*\* \|/gm)].flatMap(([, terms]) =>
    terms!.split(', ').map(plain),
  ),
);

/** Words in bold that begin in lower case: sentences and names of buttons begin with a capital letter. */
const termsOf = (text: string) =>
  [...text.matchAll(/\*\*([^*]+?)\.?\*\*/g)]
    .map(([, term]) => term!)
    .filter((term) => /^(?:[a-z]|95 %)/.test(term) && term !== 'bold');

describe('the start pages', () => {
  it.each(names)('%s: every term in bold is in the glossary', (name) => {
    expect(termsOf(read(`start/${name}.md`)).filter((term) => !glossary.has(plain(term)))).toEqual([]);
  });

  it('would notice a term that is not', () => {
    const terms = termsOf('A **view**, **Train**, **95 % intervals**, **flux capacitors**, **Look at it.**');
    expect(terms).toEqual(['view', '95 % intervals', 'flux capacitors']);
    expect(terms.filter((term) => !glossary.has(plain(term)))).toEqual(['flux capacitors']);
  });

  it('have no formula before the third', () => {
    const formula = /softmax|cross-entropy|\b(?:log|ln|exp)\b|[Σ∑∂⟨]|\w \/ τ|\$\$/;
    const has = names.slice(0, 3).map((name) => formula.test(read(`start/${name}.md`)));
    expect(has).toEqual([false, false, true]);
  });

  it('lead from one to the next, and take an hour', () => {
    const minutes = { ten: 10, fifteen: 15 };
    let sum = 0;
    for (const [i, name] of names.entries()) {
      const text = read(`start/${name}.md`);
      const [, page, time] = /^\*Page (\d) of 5, (ten|fifteen) minutes/m.exec(text) ?? [];
      expect(Number(page)).toBe(i + 1);
      sum += minutes[time as keyof typeof minutes];
      const next = names[i + 1];
      if (next !== undefined) expect(text).toContain(`](${next}.md)`);
    }
    expect(sum).toBeLessThanOrEqual(60);
  });
});

describe('the page about the loss', () => {
  /** What the page's formula gives. */
  const fraction = (images: number, mean: number, tau: number) =>
    1 / (1 + (2 * images - 2) * Math.exp((mean - 1) / tau));

  it('has the numbers of its formula', () => {
    const text = read('loss.md');
    const means = [0.1, 0.3, 0.5];
    const rows = [...text.matchAll(/^\| ([\d,]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/gm)];
    expect(rows).toHaveLength(4);
    for (const [, images, ...found] of rows)
      expect(found).toEqual(
        means.map((mean) => fraction(Number(images!.replace(',', '')), mean, 0.1).toFixed(2)),
      );
  });

  it('has the formula of the targets', () => {
    scoped(() => {
      const [images, mean, tau] = [16, 0.3, 0.1];
      const n = 2 * images;
      const logits = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => (i % images === j % images ? 1 : mean) / tau),
      );
      const targets = targetDistribution(tensor(logits, { dtype: 'float64' })).toNumbers(); // (32, 32)
      expect(targets[images]).toBeCloseTo(fraction(images, mean, tau), 12); // view 0 on the other view of its image
    });
  });
});
