// Evaluates a run on each of some tasks alone, and on all of them together.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { evaluateRun } from '../../src/evaluate/evaluate-run.js';
import type { TaskSettings } from '../../src/evaluate/index.js';
import type { MetricResult } from '../../src/evaluate/types.js';
import type { RunFolder } from '../../src/train/run-folder.js';

const [train, held] = [{ split: 'train' }, { split: 'validation' }];
/** One of each kind that the small data set allows. */
export const tasks: readonly TaskSettings[] = [
  { metric: 'knn', name: 'label', gallery: train, queries: held, k: 3 },
  { metric: 'retrieval', name: 'all' },
  { metric: 'alignment', name: 'held', samples: held },
  { metric: 'linear-probe', name: 'label', gallery: train, queries: held, C: [1, 10] },
  { metric: 'few-shot', name: 'label', gallery: train, queries: held, shots: [1], episodes: 3 },
  { metric: 'graded', name: 'label', gallery: train, queries: held },
  {
    metric: 'frequency',
    name: 'label',
    gallery: train,
    queries: held,
    bounds: [1, 2],
    classifier: 'probe',
    C: [1],
  },
  { metric: 'rejection', name: 'label', gallery: train, queries: held, k: 3 },
  { metric: 'masked', name: 'label', gallery: train, queries: held, k: 3 },
  {
    metric: 'graded-retrieval',
    name: 'label',
    gallery: train,
    queries: held,
    relevance: { columns: { label: 1 } },
    at: [3],
  },
  { metric: 'zero-shot', name: 'label', queries: held, fit: train, prompt: 'a {class}' },
  { metric: 'text-retrieval', name: 'held', samples: held, fit: train },
  {
    metric: 'corruptions',
    name: 'label',
    gallery: train,
    queries: held,
    kinds: ['gaussian-noise'],
    severities: [3],
  },
];

/** Every kind; this one needs a column of boxes beside what the small data set has. */
export const everyTask: readonly TaskSettings[] = [
  ...tasks,
  { metric: 'backgrounds', name: 'label', gallery: train, queries: {}, k: 3 },
];

/** The small data set's table with a box in every image. */
export function putBoxes(manifest: string): void {
  const [head, ...rows] = readFileSync(manifest, 'utf8').trimEnd().split('\n');
  const boxed = rows.map((row, i) => `${row},0.${1 + (i % 4)} 0.2 0.8 0.7`);
  writeFileSync(manifest, `${[`${head},box`, ...boxed].join('\n')}\n`);
}

/** The run on these tasks. */
export async function evaluated(of: RunFolder, asked: readonly TaskSettings[], options = {}) {
  const record = of.readRecord();
  of.writeRecord({ ...record, config: { ...record.config, evaluation: { tasks: [...asked] } } });
  return evaluateRun(of, options);
}

export const valuesOf = (metrics: Readonly<Record<string, MetricResult>>) =>
  Object.entries(metrics).map(([name, { value }]) => ({ name, value }));

type Values = Record<string, number | null>;

/** Values before and after the projector, by metric. */
export async function aloneAndTogether(
  run: RunFolder,
  asked: readonly TaskSettings[],
): Promise<{ alone: Values; together: Values }> {
  const valuesIn = ({ features, projected }: Awaited<ReturnType<typeof evaluated>>): Values =>
    Object.fromEntries([
      ...valuesOf(features).map(({ name, value }) => [name, value]),
      ...valuesOf(projected).map(({ name, value }) => [`${name} after the projector`, value]),
    ]);
  const together = valuesIn(await evaluated(run, asked));
  const alone: Values = {};
  for (const task of asked) Object.assign(alone, valuesIn(await evaluated(run, [task])));
  return { alone, together };
}

/** The same to five digits: batches of other sizes may round otherwise in the last bits of float32. */
export function expectSame(alone: Values, together: Values): void {
  expect(Object.keys(alone).sort()).toEqual(Object.keys(together).sort());
  expect(Object.keys(alone).length).toBeGreaterThan(3);
  for (const [name, value] of Object.entries(alone)) expect(value, name).toBeCloseTo(together[name]!, 5);
}
