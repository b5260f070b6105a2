// Task settings: defaults, errors, and the tasks of data that names none.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkTasks, defaultTasks, parseTasks } from '../../src/evaluate/tasks.js';
import { makeDataset } from './make.js';

describe('parseTasks', () => {
  test('fills in defaults', () => {
    expect(
      parseTasks([
        { metric: 'knn', name: 'species' },
        { metric: 'retrieval', name: 'species', match: 'concept', gallery: { split: 'test' } },
        { metric: 'alignment', name: 'new', samples: { split: ['test', 'validation'] } },
      ]),
    ).toEqual([
      { metric: 'knn', name: 'species', label: 'label', gallery: {}, queries: {}, k: 20, temperature: 0.07 },
      { metric: 'retrieval', name: 'species', match: 'concept', gallery: { split: 'test' }, queries: {} },
      {
        metric: 'alignment',
        name: 'new',
        samples: { split: ['test', 'validation'] },
        margin: 0.1,
        triplets: 100_000,
      },
    ]);
  });

  test('lists every problem, with the nearest names', () => {
    const settings = [
      { metric: 'knnn', name: 'a' },
      { metric: 'knn', name: 'b', temprature: 0.1, k: 0 },
      { metric: 'alignment', name: 'c d', margin: -1 },
      'knn',
    ];
    let message = '';
    try {
      parseTasks(settings, 'config.yaml tasks');
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(
      `config.yaml tasks[0].metric: expected knn, retrieval, alignment, linear-probe, few-shot, graded, zero-shot, text-retrieval, corruptions, backgrounds, graded-retrieval, hierarchy, frequency, unknown, rejection, masked, got "knnn". Did you mean 'knn'?`,
    );
    expect(message).toContain(
      `config.yaml tasks[1]: 'temprature' is not a setting of knn. Did you mean 'temperature'?`,
    );
    expect(message).toMatch(/tasks\[1\]\.k: .*1/);
    expect(message).toContain('tasks[2].name: must be letters');
    expect(message).toContain('tasks[2].margin');
    expect(message).toContain('tasks[3]: expected a task');
  });

  test('refuses temperatures of zero and below, NaN, and no list', () => {
    for (const temperature of [0, -0.07, Number.NaN]) {
      expect(() => parseTasks([{ metric: 'knn', name: 'a', temperature }])).toThrow('tasks[0].temperature');
    }
    expect(() => parseTasks({ metric: 'knn' })).toThrow('expected a list');
  });

  test('refuses two tasks of one metric and name', () => {
    const task = { metric: 'knn', name: 'a' };
    expect(() => parseTasks([task, task])).toThrow("two knn tasks are called 'a'");
    expect(parseTasks([task, { metric: 'retrieval', name: 'a' }])).toHaveLength(2);
  });
});

describe('checkTasks', () => {
  const data = makeDataset([
    { split: 'train', label: 'cat', attributes: { style: 'noto' } },
    { split: 'train', label: 'dog', attributes: { style: 'noto' } },
    { split: 'test', label: 'cat', attributes: { style: 'twemoji' } },
  ]);
  const check = (settings: unknown[]) => () => checkTasks(data, parseTasks(settings));

  test('accepts what the data supports and names the setting it does not', () => {
    expect(
      check([{ metric: 'knn', name: 'a', gallery: { style: 'noto' }, queries: { split: 'test' } }]),
    ).not.toThrow();
    expect(check([{ metric: 'knn', name: 'a', queries: { split: 'tset' } }])).toThrow(
      "knn task 'a', queries: no sample",
    );
    expect(check([{ metric: 'knn', name: 'a', label: 'lable' }])).toThrow("knn task 'a', label: no sample");
    expect(check([{ metric: 'retrieval', name: 'a', match: 'styl' }])).toThrow("Did you mean 'style'?");
    expect(check([{ metric: 'alignment', name: 'a', samples: { style: 'x' } }])).toThrow(
      "alignment task 'a', samples",
    );
  });
});

describe('defaultTasks', () => {
  const names = (tasks: ReturnType<typeof defaultTasks>) =>
    tasks.map((task) => `${task.metric}_${task.name}`);
  const labeled = (split: 'train' | 'validation' | 'test' | null, ...labels: (string | null)[]) =>
    labels.map((label) => ({ split, label }));

  test('queries are held out, the kNN gallery is the training part', () => {
    const data = makeDataset([
      ...labeled('train', 'a', 'b'),
      ...labeled('validation', 'a'),
      ...labeled('test', 'a', 'a', 'b'),
    ]);
    const [knn, probe, retrieval, alignment] = defaultTasks(data);
    expect(knn).toMatchObject({ gallery: { split: 'train' }, queries: { split: 'test' } });
    expect(probe).toMatchObject({
      metric: 'linear-probe',
      gallery: { split: 'train' },
      queries: { split: 'test' },
    });
    expect(retrieval).toMatchObject({ gallery: { split: 'test' }, queries: { split: 'test' } });
    expect(alignment).toMatchObject({ samples: { split: 'test' } });
    expect(defaultTasks(data, { split: 'validation' })).toMatchObject([
      { metric: 'knn', queries: { split: 'validation' } },
      { metric: 'linear-probe', queries: { split: 'validation' } },
      { metric: 'alignment', samples: { split: 'validation' } },
    ]);
    expect(defaultTasks(data, { split: 'train' })[0]).toMatchObject({ metric: 'alignment' });
    checkTasks(data, defaultTasks(data));
  });

  test('without splits everything is gallery and query, without labels alignment is left', () => {
    const all = makeDataset(labeled(null, 'a', 'a', 'b'));
    expect(names(defaultTasks(all))).toEqual(['knn_label', 'retrieval_label', 'alignment_captions']);
    expect(defaultTasks(all)[0]).toMatchObject({ gallery: {}, queries: {} });
    expect(names(defaultTasks(makeDataset(labeled(null, 'a', 'b', null, null))))).toEqual([
      'alignment_captions',
    ]);
    expect(names(defaultTasks(makeDataset([...labeled('train', 'a'), ...labeled('test', 'z')])))).toEqual([
      'alignment_captions',
    ]);
  });
});

test('the example in the docs is a file that parses', () => {
  const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
  const example = read('examples/evaluation-tasks.yaml');
  expect(read('docs/evaluation.md')).toContain(`\`\`\`yaml\n${example}\`\`\`\n`);
  const settings: { evaluation: { tasks: unknown } } = parse(example);
  expect(parseTasks(settings.evaluation.tasks).map(({ metric }) => metric)).toEqual([
    'knn',
    'retrieval',
    'alignment',
  ]);
});

describe('a gallery of one class', () => {
  const oneClass = makeDataset(
    Array.from({ length: 6 }, (_, i) => ({ label: 'cat', split: i < 4 ? 'train' : 'test' })),
  );
  const sets = { gallery: { split: 'train' }, queries: { split: 'test' } };

  test.each([
    { metric: 'knn', name: 'label', ...sets },
    { metric: 'linear-probe', name: 'label', ...sets },
    { metric: 'few-shot', name: 'label', shots: [1], ...sets },
    { metric: 'graded', name: 'label', ...sets },
    { metric: 'corruptions', name: 'label', ...sets },
    { metric: 'frequency', name: 'label', ...sets },
    { metric: 'hierarchy', name: 'label', taxonomy: 'tree.txt', ...sets },
    { metric: 'rejection', name: 'label', ...sets },
    { metric: 'masked', name: 'label', ...sets },
    { metric: 'retrieval', name: 'label' },
    { metric: 'zero-shot', name: 'label', ...{ queries: sets.queries } },
  ])('is refused by $metric: every answer would be right', (task) => {
    expect(() => checkTasks(oneClass, parseTasks([task]))).toThrow(
      /has one label alone, "cat": every answer would be right, whatever the features[\s\S]*at least two values/,
    );
  });

  test('leaves those tasks out of the default ones', () => {
    expect(defaultTasks(oneClass).map(({ metric }) => metric)).toEqual(['alignment']);
  });
});
