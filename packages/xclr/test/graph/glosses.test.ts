// WordNet's own descriptions of classes.
import { describe, expect, it } from 'vitest';
import { glossDescriptions } from '../../src/graph/wordnet/glosses.js';

const sample = (label: string, name?: string) => ({
  id: label,
  captions: ['x'],
  label,
  attributes: name === undefined ? {} : { name },
});

describe('glossDescriptions', () => {
  it('describes a class by its first name and its gloss, without examples', () => {
    const found = glossDescriptions([sample('n1', 'tabby, tabby cat'), sample('banana')]);
    expect(found.get('n1')).toEqual(['tabby: a cat with a grey or tawny coat mottled with black']);
    expect(found.get('banana')![0]).toMatch(/^banana: /);
    expect(found.get('banana')![0]).not.toContain('"');
  });

  it('takes the sense that the names share: crane the bird, crane the machine', () => {
    const bird = glossDescriptions([sample('crane')]).get('crane')![0]!;
    const one = glossDescriptions([sample('x', 'organ, pipe organ')]).get('x')![0]!;
    expect(one).toMatch(/keyboard|pipes|wind instrument/);
    expect(bird).toMatch(/^crane: /);
  });

  it('lists the labels that WordNet does not know', () => {
    expect(() => glossDescriptions([sample('banana'), sample('qwzx'), sample('zzyx')])).toThrow(
      /labels qwzx, zzyx/,
    );
  });
});
