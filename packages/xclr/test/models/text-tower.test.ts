// CLIP's text tower and tokenizer against PyTorch's layers and a second implementation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { learnMerges, type Merge } from '../../src/models/byte-pair/merges.js';
import { ClipTokenizer } from '../../src/models/byte-pair/tokenizer.js';
import { TextTower } from '../../src/models/text-tower.js';
import { put, temporaryFolder } from '../data/make.js';

const golden = JSON.parse(readFileSync(new URL('../goldens/text-tower.json', import.meta.url), 'utf8')) as {
  options: ConstructorParameters<typeof TextTower>[0];
  pieces: number[][];
  output: number[];
  weights: Record<string, { shape: number[]; values: number[]; gradient: number[] }>;
  tokenizer: { merges: Merge[]; texts: { text: string; ids: number[] }[] };
};

describe('the text tower', () => {
  it('has OpenAI’s parameter names, and PyTorch’s output and gradients with the same weights', () => {
    using tower = new TextTower(golden.options);
    const named = tower.namedParameters();
    expect([...named.keys()].sort()).toEqual(Object.keys(golden.weights).sort());
    scoped(() => {
      const state = new Map(
        Object.entries(golden.weights).map(([name, { shape, values }]) => [
          name,
          tensor(Float32Array.from(values), { shape }),
        ]),
      );
      tower.loadStateDict(state);
      const pieces = tensor(Int32Array.from(golden.pieces.flat()), { shape: [3, 6] }).to({ dtype: 'int64' });
      const output = tower.call(pieces); // (3, 6)
      output.toNumbers().forEach((value, i) => {
        expect(value).toBeCloseTo(golden.output[i]!, 4); // goldens are written to 6 digits
      });
      output.square().sum().backward();
      for (const [name, parameter] of named) {
        const { gradient } = golden.weights[name]!;
        const scale = Math.max(1, ...gradient.map(Math.abs));
        parameter.grad!.toNumbers().forEach((value, i) => {
          expect(Math.abs(value - gradient[i]!) / scale, `${name} at ${i}`).toBeLessThan(1e-4);
        });
      }
    });
    tower.zeroGrad();
  });

  it('does not look at what stands behind the end of a text', () => {
    using tower = new TextTower(golden.options);
    scoped(() => {
      const rows = [
        [48, 5, 49, 0, 0],
        [48, 5, 49, 7, 9],
      ];
      const [a, b] = tower
        .call(tensor(Int32Array.from(rows.flat()), { shape: [2, 5] }).to({ dtype: 'int64' }))
        .chunk(2);
      expect(a!.sub(b!).abs().sum().item()).toBeLessThan(1e-5);
    });
  });
});

describe('the tokenizer', () => {
  const tokenizer = new ClipTokenizer(golden.tokenizer.merges);

  it.each(golden.tokenizer.texts)('cuts $text as the second implementation does', ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });

  it('keeps the end marker of a text that is too long, and pads rows behind it', () => {
    const end = tokenizer.vocabulary - 1;
    const { rows, length } = tokenizer.encodeRows(['a cat', 'the dog and the cat and the dog'], {
      context: 6,
    });
    expect(length).toBe(6);
    expect(rows[11]).toBe(end);
    expect(Array.from(rows.subarray(0, 6))).toEqual([...tokenizer.encode('a cat'), 0, 0]);
  });

  it('comes back from its files, and from CLIP’s', () => {
    const folder = temporaryFolder();
    tokenizer.write(folder);
    const again = ClipTokenizer.read(folder);
    for (const { text, ids } of golden.tokenizer.texts) expect(again.encode(text)).toEqual(ids);
    const vocabulary = JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')) as Record<string, number>;
    expect(vocabulary['<|endoftext|>']).toBe(tokenizer.vocabulary - 1);
    put(join(folder, 'merges.txt'), '#version: 0.2\nc a\nbroken line here\n');
    expect(() => ClipTokenizer.read(folder)).toThrow(/merges\.txt: line 2 is not a pair/);
    expect(() => ClipTokenizer.read(join(folder, 'none'))).toThrow(/expected .*merges\.txt/);
  });

  it('learns the commonest pairs first, whatever the order of the texts', () => {
    const texts = [
      'low low low low low',
      'lower lower',
      'newest newest newest newest newest newest',
      'widest widest widest',
    ];
    // Sennrich et al.'s example: e s, es t, est </w> come first; here the end of a word is part of its last piece.
    const merges = learnMerges(texts, 4);
    expect(merges.slice(0, 2)).toEqual([
      ['e', 's'],
      ['es', 't</w>'],
    ]);
    expect(learnMerges(texts.toReversed(), 4)).toEqual(merges);
    expect(ClipTokenizer.learn(texts, { vocabulary: 520 }).vocabulary).toBeLessThanOrEqual(520);
  });
});
