// Answers of a search stay small, whatever the captions of the items are.
import { expect, it } from 'vitest';
import { boundedMatches } from '../../src/deploy/serve/bounded-matches.js';

const match = (id: string, captions: string[], columns: Record<string, string> = {}) => ({
  item: { id, captions, columns, image: null },
  similarity: 0.5,
});

it('leaves usual matches as they are', () => {
  expect(boundedMatches([match('a', ['a cat'], { color: 'red' })])).toEqual([
    { id: 'a', similarity: 0.5, captions: ['a cat'], columns: { color: 'red' }, image: false },
  ]);
});

it('cuts long texts and many captions, never within a character, and says so', () => {
  const long = `${'x'.repeat(999)}🐈${'y'.repeat(5000)}`;
  const [shown] = boundedMatches([match('a', [long, ...Array<string>(99).fill('b')], { note: long })]);
  expect(shown!.captions).toHaveLength(20);
  expect(shown!.captions[0]).toBe('x'.repeat(999));
  expect(shown!.columns.note).toBe('x'.repeat(999));
  expect(shown!.shortened).toBe(true);
});

it('answers a thousand items with long captions in a few megabytes, all of them with their ids', () => {
  const captions = Array<string>(100).fill('c'.repeat(5000));
  const shown = boundedMatches(Array.from({ length: 1000 }, (_, i) => match(`i${i}`, captions)));
  expect(shown.map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, i) => `i${i}`));
  expect(JSON.stringify(shown).length).toBeLessThan(5_000_000);
  expect(shown[0]!.captions).toHaveLength(20);
  expect(shown.at(-1)).toMatchObject({ captions: [], shortened: true });
});
