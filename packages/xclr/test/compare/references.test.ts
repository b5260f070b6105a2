// The second reference: how many columns two images share, and alignment by it.
import { describe, expect, it } from 'vitest';
import { measureMethod } from '../../src/compare/measure-method.js';
import { describeSecond, secondName, secondSimilarity } from '../../src/compare/references.js';
import { parseTasks } from '../../src/evaluate/index.js';
import { VariantFeatures } from '../../src/evaluate/variants.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { makeDataset, makeFeatures, normals, squareSimilarity } from '../evaluate/make.js';

const config = resolveTrainConfig({ base: { data: { path: 'nowhere' } } });
const second = { columns: ['group', 'subgroup'] };
const groups = [
  ['animal', 'cat'],
  ['animal', 'cat'],
  ['animal', 'dog'],
  ['vehicle', 'cat'],
  ['vehicle'],
] as const;
const dataset = makeDataset(
  groups.map(([group, subgroup]) => ({
    attributes: { group, ...(subgroup !== undefined && { subgroup }) },
  })),
);

describe('similarity of columns', () => {
  it('is the fraction of columns shared from the first on', async () => {
    using similarity = await secondSimilarity(second, config, dataset);
    using square = similarity.similarities(Int32Array.of(0, 1, 2, 3, 4));
    expect(square.shape).toEqual([5, 5]);
    expect(Array.from(square.toArray() as Float32Array)).toEqual(
      [
        [1, 1, 0.5, 0, 0],
        [1, 1, 0.5, 0, 0],
        [0.5, 0.5, 1, 0, 0],
        [0, 0, 0, 1, 0.5],
        [0, 0, 0, 0.5, 0.5],
      ].flat(),
    );
  });

  it('refuses a column that no image has', async () => {
    await expect(secondSimilarity({ columns: ['family'] }, config, dataset)).rejects.toThrow(/"family"/);
  });

  it('is measured beside the reference, under names and definitions of its own', async () => {
    using similarity = await secondSimilarity(second, config, dataset);
    const features = makeFeatures(normals(5, 4, 1));
    using _rows = features.rows;
    using variants = new VariantFeatures();
    const flat = groups.map((_, i) => groups.map((__, j) => 1 - Math.abs(i - j) / 5));
    const { metrics, units } = measureMethod(
      { key: 'a', title: 'A', description: '', control: false, features, variants },
      {
        dataset,
        tasks: parseTasks([{ metric: 'alignment', name: 'all', samples: {} }]),
        captionSimilarity: squareSimilarity(flat),
      },
      { name: secondName(second), description: describeSecond(second), similarity },
    );
    const names = ['alignment_all', 'triplets_all', 'alignment-by-columns_all', 'triplets-by-columns_all'];
    expect(Object.keys(metrics)).toEqual(names);
    expect(Object.keys(units)).toEqual(names);
    expect(metrics['alignment-by-columns_all']!.value).not.toBe(metrics.alignment_all!.value);
    expect(metrics['alignment-by-columns_all']!.definition).toMatch(/group, subgroup/);
  });
});
