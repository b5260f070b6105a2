// Captions of a batch through a text tower: the same vectors and gradients as one pass over padded rows.
import { manualSeed, randn, scoped, tensor } from '@xclr/torch';
import { expect, it } from 'vitest';
import { ClipTokenizer } from '../../src/models/byte-pair/tokenizer.js';
import { TextTower } from '../../src/models/text-tower.js';
import { encodeCaptions } from '../../src/train/objectives/tower-batch.js';

const texts = [
  'a cat',
  'a black cat beside a very small gray dog on the stairs',
  'dog',
  'the stairs of a house by night',
  'a red car',
  '',
];

it('takes distinct captions by length, and gives what whole rows give', () =>
  scoped(() => {
    const tokenizer = ClipTokenizer.learn(texts, { vocabulary: 560 });
    const { rows: ids, length, lengths } = tokenizer.encodeRows(texts, { context: 12 });
    const pieces = tensor(ids, { shape: [texts.length, length] });
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([2, 12]); // the longest was cut
    manualSeed(3);
    using tower = new TextTower({
      vocabulary: tokenizer.vocabulary,
      context: 12,
      width: 32,
      heads: 2,
      layers: 2,
      output: 8,
    });
    tower.to({ dtype: 'float64' });
    const rows = Int32Array.of(3, 1, 1, 0, 5, 2, 3, 4, 1);
    const upstream = randn([rows.length, 8], { dtype: 'float64' });
    const gradients = (y: ReturnType<typeof encodeCaptions>) => {
      tower.zeroGrad();
      y.backward({ gradient: upstream });
      return [...tower.namedParameters()].map(([name, one]) => ({ name, grad: one.grad!.clone() }));
    };

    const whole = tower.call(pieces.indexSelect(0, tensor(rows)).to({ dtype: 'int64' }));
    const expected = gradients(whole);
    const calls: number[][] = [];
    const forward = tower.forward.bind(tower);
    tower.forward = (x) => {
      calls.push([...x.shape]);
      return forward(x);
    };
    const got = encodeCaptions(tower, { pieces, lengths }, rows);
    expect(calls.reduce((sum, [n]) => sum + n!, 0)).toBe(6); // each distinct caption once
    expect(calls[0]![1]).toBeLessThan(12); // without the paddings of longer ones
    expect(got.sub(whole).abs().amax().item()).toBeLessThan(1e-12);
    for (const [i, { name, grad }] of gradients(got).entries())
      expect(grad.sub(expected[i]!.grad).abs().amax().item(), name).toBeLessThan(1e-12);
  }));
