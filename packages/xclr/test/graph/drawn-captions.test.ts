// Several captions of one image: one is drawn an epoch, by the seed, and the graph follows.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeDataset } from '../../src/graph/caption-store.js';
import { drawRow, rowChoices } from '../../src/graph/drawn-rows.js';
import { TextGraph } from '../../src/graph/text-graph.js';
import { WordNetEncoder } from '../../src/graph/wordnet/encoder.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('drawRow', () => {
  const choices = rowChoices([[4], [0, 1, 2], [3, 1]]);

  it('takes the only row of a sample with one', () => {
    for (const epoch of range(5)) expect(drawRow(choices, 0, epoch, 7)).toBe(4);
  });

  it('takes each of several about equally often, and the same for one (seed, epoch, sample)', () => {
    const counts = [0, 0, 0];
    for (const epoch of range(3000)) {
      const row = drawRow(choices, 1, epoch, 7);
      expect(drawRow(choices, 1, epoch, 7)).toBe(row);
      counts[row]!++;
    }
    // Three standard deviations of a binomial count (n 3000, p 1/3) are 77.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
    const byEpoch = (seed: number) => range(40).map((epoch) => drawRow(choices, 2, epoch, seed));
    expect(byEpoch(1)).not.toEqual(byEpoch(2));
  });
});

describe('a graph over samples with several captions', () => {
  const samples = [
    { id: 'a', captions: ['a cat', 'a truck', 'an apple'], label: null, attributes: {} },
    { id: 'b', captions: ['a dog'], label: null, attributes: {} },
  ];
  const folder = mkdtempSync(join(tmpdir(), 'xclr-drawn-'));
  const encoder = new WordNetEncoder();

  it('takes the similarity of the caption that the epoch drew', async () => {
    const rows = await encodeDataset(samples, encoder, folder, { captions: 'drawn' });
    expect(rows.captions).toHaveLength(4);
    using graph = new TextGraph(rows, { seed: 3 });
    const similarity = (epoch: number) => {
      using pair = graph.similarities(Int32Array.of(0, 1), { epoch });
      return (pair.toArray() as Float32Array)[1]!;
    };
    const { vectors, dimensions: d } = rows;
    const row = (at: number) => vectors.subarray(at * d, (at + 1) * d);
    const seen = new Set<number>();
    for (const epoch of range(30)) {
      const drawn = drawRow(rows.choices!, 0, epoch, 3);
      const expected = row(drawn).reduce((sum, value, i) => sum + value * row(rows.rowOf[1]!)[i]!, 0);
      expect(similarity(epoch)).toBeCloseTo(expected, 4);
      seen.add(drawn);
    }
    expect(seen.size).toBe(3);
  });

  it('is one row a sample where their mean is asked for, or where each has one caption', async () => {
    const mean = await encodeDataset(samples, encoder, folder, { captions: 'mean' });
    expect(mean.captions).toHaveLength(2);
    expect(mean.choices).toBeUndefined();
    const single = await encodeDataset(samples.slice(1), encoder, folder, { captions: 'drawn' });
    expect(single.choices).toBeUndefined();
  });
});
