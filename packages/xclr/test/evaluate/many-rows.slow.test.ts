// 200,000 gallery rows through every metric: above some 120,000 items a spread array throws.
import { join } from 'node:path';
import { tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { measureTasks, parseTasks } from '../../src/evaluate/index.js';
import { textsOf, variantsOf } from '../../src/evaluate/tasks.js';
import { textVectors } from '../../src/evaluate/text-vectors.js';
import type { CaptionSimilarity } from '../../src/evaluate/types.js';
import { VariantFeatures } from '../../src/evaluate/variants.js';
import { Random } from '../../src/util/random.js';
import { put, temporaryFolder } from '../data/make.js';
import { makeDataset, normals, unit } from './make.js';

const [gallery, queries, classes, dimensions] = [200_000, 60, 20, 8];

const means = normals(classes, dimensions, 3);
const samples = Array.from({ length: gallery + queries }, (_, i) => ({
  split: i < gallery ? ('train' as const) : ('test' as const),
  label: `class ${i % classes}`,
  captions: [`an image of class ${i % classes}`],
  attributes: { box: '0.3 0.3 0.7 0.7' },
}));
const dataset = makeDataset(samples);
/** Four groups of five classes. */
const taxonomy = put(
  join(temporaryFolder(), 'tree.txt'),
  [
    'all',
    ...[0, 1, 2, 3].flatMap((g) => [`  group ${g}`, ...[0, 1, 2, 3, 4].map((c) => `    class ${5 * g + c}`)]),
  ].join('\n'),
);

function features() {
  const random = new Random(7);
  const rows = new Float32Array(samples.length * dimensions);
  for (let i = 0; i < samples.length; i++) {
    const row = means[i % classes]!.map((mean) => mean + 0.8 * random.normal());
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let d = 0; d < dimensions; d++) rows[i * dimensions + d] = row[d]! / length;
  }
  return {
    rows: tensor(rows, { shape: [samples.length, dimensions] }),
    indices: Int32Array.from(samples.keys()),
  };
}

const captions: CaptionSimilarity = {
  similarities(ids) {
    const square = new Float32Array(ids.length ** 2);
    for (let i = 0; i < ids.length; i++)
      for (let j = 0; j < ids.length; j++)
        square[i * ids.length + j] = 1 - Math.abs((ids[i]! % classes) - (ids[j]! % classes)) / classes;
    return tensor(square, { shape: [ids.length, ids.length] });
  },
};

const apart = { gallery: { split: 'train' }, queries: { split: 'test' } };

describe(`${gallery} gallery rows`, () => {
  it.each([
    { metric: 'knn', name: 'many', ...apart },
    { metric: 'linear-probe', name: 'many', ...apart, C: [1] },
    { metric: 'few-shot', name: 'many', ...apart, shots: [5], fractions: [0.9], episodes: 2 },
    { metric: 'graded', name: 'many', ...apart },
    { metric: 'retrieval', name: 'many', ...apart },
    { metric: 'alignment', name: 'many', samples: {}, triplets: 10_000 },
    { metric: 'zero-shot', name: 'many', queries: { split: 'test' }, fit: { split: 'train' } },
    {
      metric: 'text-retrieval',
      name: 'many',
      samples: { split: 'train' },
      fit: { split: 'train' },
    },
    { metric: 'frequency', name: 'many', ...apart },
    { metric: 'hierarchy', name: 'many', ...apart, taxonomy },
    { metric: 'masked', name: 'many', ...apart },
    { metric: 'backgrounds', name: 'many', ...apart },
    { metric: 'corruptions', name: 'many', ...apart, kinds: ['gaussian-noise'], severities: [1] },
    { metric: 'rejection', name: 'many', ...apart, unknown: { split: 'test' } },
    { metric: 'graded-retrieval', name: 'many', ...apart, relevance: { taxonomy } },
    { metric: 'graded-retrieval', name: 'hidden', ...apart, relevance: { columns: { label: 1 } } },
    {
      metric: 'unknown',
      name: 'many',
      gallery: { split: 'train', label: Array.from({ length: classes - 1 }, (_, i) => `class ${i}`) },
      queries: { split: 'test', label: `class ${classes - 1}` },
      taxonomy,
    },
  ])('$metric', async (task) => {
    const tasks = parseTasks([task]);
    const set = features();
    using _rows = set.rows;
    // Altered images have the features of whole ones here: what is tested is the number of rows.
    using variants = await VariantFeatures.encode(variantsOf(tasks, dataset), dataset, async (_, ids) => {
      using rows = tensor(ids);
      return { rows: set.rows.indexSelect(0, rows), indices: ids };
    });
    const asked = textsOf(tasks, dataset);
    using texts =
      asked.length === 0
        ? undefined
        : textVectors(tensor(unit(normals(asked.length, 6, 5))), asked, { name: 'made', space: 'apart' });
    const { metrics } = measureTasks({
      features: set,
      dataset,
      tasks,
      captionSimilarity: captions,
      variants,
      resamples: 20,
      ...(texts !== undefined && { texts }),
    });
    expect(Object.keys(metrics).length).toBeGreaterThan(0);
    for (const [name, { value }] of Object.entries(metrics)) expect(value, name).not.toBeNull();
  });
});
