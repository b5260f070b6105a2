// Names of things and sentences are told apart, in the forms in which data sets have them.
import { expect, it } from 'vitest';
import { captionKind } from '../../src/graph/caption-kind.js';

const kindOf = (captions: readonly string[]) => captionKind(captions.map((text) => ({ captions: [text] })));

it.each([
  ['class names', ['tabby, tabby cat', 'fire salamander', 'school bus', 'cup of tea']],
  ['made of class names', ['a photo of a tabby', 'a photo of a school bus', 'A picture of the crane']],
  ['product names', ['Turtle Check Men Navy Blue Shirt', 'Puma Women Running Shoes', 'Casio Watch']],
  ['names with keywords', ['dog face; animal, pet', 'pizza; cheese, slice', 'locomotive; train, steam']],
])('names: %s', (_, captions) => {
  expect(kindOf(captions)).toEqual({ known: 1, names: 1 });
});

it('sentences: WordNet knows their nouns, but they are no names', () => {
  const captions = [
    'A man riding a wave on top of a surfboard.',
    'Two dogs are playing with a ball in the snow.',
    'There is a plate of food on the table.',
  ];
  expect(kindOf(captions)).toEqual({ known: 1, names: 0 });
});

it('words that WordNet does not know, and numbers, are neither', () => {
  expect(kindOf(['赤い椅子', 'zorgblat', '1234 56', 'Fußgängerübergang'])).toEqual({ known: 0, names: 0 });
});

it('fractions are those of captions from all over the data, of which a part is looked at', () => {
  const captions = Array.from({ length: 5000 }, (_, i) => (i < 2500 ? 'cat' : 'zorgblat'));
  expect(kindOf(captions).names).toBeCloseTo(0.5, 1);
});
