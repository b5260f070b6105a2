// Plans: what they become, and what is said of a faulty one.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../src/compare/plan.js';
import { recipeNames, resolveTrainConfig } from '../../src/train/config.js';
import { temporaryFolder } from '../train/make.js';
import { smallPlan } from './make.js';

const folder = temporaryFolder();

function plan(text: string) {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, text);
  return () => readPlan(path, '/out');
}

describe('the plans that come along', () => {
  const root = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
  const files = ['examples/plans', 'packages/xclr/recipes/plans'].flatMap((where) =>
    readdirSync(root(where)).map((name) => `${where}/${name}`),
  );
  it.each([
    ...files,
    'docs/results/photos/plan.yaml',
    'docs/results/ablation/plan.yaml',
    'docs/results/ablation/tuning.yaml',
    'docs/results/ablation/sources.yaml',
    'docs/results/photos/curves.yaml',
    'docs/results/fashion/plan.yaml',
    'docs/results/fashion/detail.yaml',
  ])('%s can be done', (path) => {
    expect(readPlan(root(path), '/out').cells.length).toBeGreaterThan(3);
  });

  it.each(recipeNames())('recipe %s is whole but for the data', (name) => {
    const config = resolveTrainConfig({ file: name });
    expect(config.data.path).not.toBe('');
  });
});

describe('readPlan', () => {
  it('refuses a seed or a fraction that is named twice: one run would count as two', () => {
    const twice = (list: string) => plan(`name: twice\nmethods: { xclr: { method: xclr } }\n${list}\n`);
    expect(twice('data: { path: a }\nseeds: [0, 1, 0]')).toThrow(/seeds names 0 twice/);
    expect(twice('data: { path: a }\nfractions: [1, { fraction: 1, epochs: 2 }]')).toThrow(
      /fractions names 1 twice/,
    );
  });

  it('takes as a second reference columns, a text encoder or any graph, but not the first reference again', () => {
    const second = (reference: string) =>
      plan(
        `name: second\ndata: { path: a }\nmethods: { xclr: { method: xclr, graph: { kind: text, encoder: wordnet } } }\nreference: { encoder: static, model: v }\nsecondReference: ${reference}\n`,
      );
    expect(second('{ columns: [group, subgroup] }')().second).toEqual({ columns: ['group', 'subgroup'] });
    expect(second('{ encoder: clip }')().second).toMatchObject({ encoder: 'clip' });
    expect(second('{ encoder: wordnet }')().second).toMatchObject({ kind: 'text', encoder: 'wordnet' });
    expect(second('{ kind: embeddings, path: minilm.npy, by: label }')().second).toMatchObject({
      kind: 'embeddings',
      by: 'label',
    });
    expect(second('{ kind: nothing }')).toThrow(/graph\.kind|nothing/);
    expect(second('{ encoder: static, model: v }')).toThrow(/static is the first reference too/);
    expect(second('{ encoder: nothing }')).toThrow(/nothing|encoder/);
  });

  it('makes cells of methods, fractions and seeds, in an order that leaves no method waiting', () => {
    const { cells, focus, methods } = readPlan(smallPlan(folder, 'images.csv'), '/out');
    expect(cells.map(({ key }) => key).slice(0, 5)).toEqual([
      'xclr-f1-s0',
      'simclr-f1-s0',
      'tuned-f1-s0',
      'untrained-f1-s0',
      'pixels-f1-s0',
    ]);
    expect(cells).toHaveLength(10);
    expect(focus).toBe('xclr');
    expect(methods.map(({ title }) => title)).toEqual([
      'X-CLR',
      'SimCLR',
      'tuned',
      'Untrained encoder',
      'Raw pixels',
    ]);
    const tuned = cells[2]!;
    expect(tuned.train).toMatchObject({
      method: 'supervised',
      seed: 0,
      steps: 3,
      graph: { kind: 'labels' },
      encoder: { weights: '/out/runs/simclr-f1-s0' },
      run: '/out/runs/tuned-f1-s0',
      data: { path: 'images.csv', fraction: 1 },
    });
  });

  it('takes changes from the command line', () => {
    const path = smallPlan(folder, 'images.csv');
    const { cells, fractions } = readPlan(path, '/out', {
      data: 'other.csv',
      seeds: [7],
      fractions: [0.5],
      overrides: { steps: 2 },
    });
    expect(fractions).toEqual([0.5]);
    expect(cells[0]!.train).toMatchObject({ seed: 7, steps: 2, data: { path: 'other.csv', fraction: 0.5 } });
  });

  it('gives fractions settings of their own', () => {
    const text =
      'name: a\nmethods: { simclr: { method: simclr } }\ndata: { path: x }\nfractions: [{ fraction: 0.1, epochs: 90 }, 1]';
    const { cells } = plan(text)();
    expect(cells.map(({ config }) => [config.data.fraction, config.epochs])).toEqual([
      [0.1, 90],
      [0.1, 90],
      [0.1, 90],
      [1, 100],
      [1, 100],
      [1, 100],
    ]);
    writeFileSync(join(folder, 'own.yaml'), text);
    const only = readPlan(join(folder, 'own.yaml'), '/out', { fractions: [0.1] });
    expect(only.cells.map(({ config }) => config.epochs)).toEqual([90, 90, 90]); // its own, also where the command line names it
  });

  const rest = 'name: a\ndata: { path: x }\n';
  it.each([
    [
      'a misspelt part',
      `${rest}methods: { a: { method: simclr } }\nseedz: [1]`,
      /p\.yaml:4:\d+ seedz is not a key of a plan\. Did you mean seeds\?/,
    ],
    ['an unknown method', `${rest}methods: { a: { method: simclrr } }`, /p\.yaml:3:\d+ methods\.a\.method/],
    [
      'an unknown metric',
      `${rest}methods: { a: { method: simclr } }\nevaluation: { tasks: [{ metric: knnn, name: x }] }`,
      /got "knnn"\. Did you mean 'knn'\?/,
    ],
    [
      'an unknown graph',
      `${rest}methods: { a: { method: xclr, graph: { kind: texts } } }`,
      /Did you mean text\?/,
    ],
    [
      'a setting of training that is none',
      `${rest}methods: { a: { method: simclr, epoch: 3 } }`,
      /epoch.*Did you mean epochs/,
    ],
    [
      'a focus that is no method',
      `${rest}methods: { abc: { method: simclr } }\nfocus: abd`,
      /no method "abd"/,
    ],
    [
      'methods that start from each other',
      `${rest}methods: { a: { method: simclr, init: b }, b: { method: simclr, init: a } }`,
      /start from each other/,
    ],
    [
      'a method whose name cannot name a folder',
      `${rest}methods: { a.1: { method: simclr } }`,
      /p\.yaml:3:\d+ methods\.a\.1: the name must be letters, digits, "_" or "-"/,
    ],
    ['no method', `${rest}methods: {}`, /at least one method/],
    [
      'a recipe that is none',
      `${rest}base: photoz\nmethods: { a: { method: simclr } }`,
      /Did you mean photos\?/,
    ],
  ])('refuses %s', (_, text, message) => {
    let said = '';
    try {
      plan(text)();
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(message);
  });
});
