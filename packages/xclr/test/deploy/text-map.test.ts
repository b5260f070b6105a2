// The map from captions to images tells how many captions it was fitted to: those of the data, not their shortened copies.
import { expect, it } from 'vitest';
import { fitTextMap } from '../../src/deploy/search/fit-text-map.js';

it('counts captions, not the shortened copies that are made of them', async () => {
  const things = ['cat', 'dog', 'truck', 'chair', 'river', 'apple', 'house', 'shoe', 'lamp', 'tree'];
  const items = Array.from({ length: 40 }, (_, i) => ({
    id: String(i),
    captions: [`a photo of a ${things[i % 10]} beside a ${things[(i * 3 + (i >> 2)) % 10]}, number ${i}`],
    columns: {},
    image: null,
  }));
  const vectors = Float32Array.from({ length: 80 }, (_, i) => Math.cos(i));
  const { facts } = await fitTextMap({ items, vectors }, { encoder: 'wordnet', rarity: 0 }, 2);
  expect(facts.fittedTo).toBe(40);
  expect(facts.heldOut.captions).toBeGreaterThan(0);
  expect(facts.heldOut.captions).toBeLessThan(20);
});
