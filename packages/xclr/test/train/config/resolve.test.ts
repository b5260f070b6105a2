// Settings from a file and flags: defaults, precedence, and what the user is told when something is wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GivenFlag, resolveTrainConfig, type TrainConfig } from '../../../src/train/config.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fromYaml(text: string, flags: readonly GivenFlag[] = []): TrainConfig {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return resolveTrainConfig({ file, flags });
}

/** The message's lines, without the remedy. */
function complaints(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') {
      return error.message.split('\n').filter((line) => !line.startsWith('  →'));
    }
    throw error;
  }
  throw new Error('expected an error');
}

const data = { name: 'data', value: 'images' };

describe('defaults', () => {
  it('need nothing but the data', () => {
    const config = resolveTrainConfig({ flags: [data] });
    expect(config).toMatchObject({
      run: 'runs/xclr-images',
      method: 'xclr',
      graph: { kind: 'text', encoder: 'auto', temperature: 'auto' },
      loss: { temperature: 0.1 },
      projector: { layers: 2, out: 128, hidden: null },
      steps: null,
      optimizer: { name: 'adamw', lr: 0.001, weightDecay: 0.05 },
      schedule: { name: 'cosine', warmupEpochs: 10 },
      data: { path: 'images', train: { split: 'train' } },
      checkpointEvery: { steps: null, minutes: 10 },
    });
  });

  it('are the same when the resolved settings are resolved again', () => {
    const config = resolveTrainConfig({ flags: [data, { name: 'steps', value: '40' }] });
    expect(resolveTrainConfig({ base: JSON.parse(JSON.stringify(config)) })).toEqual(config);
  });

  it.each([
    ['xclr', 'text'],
    ['supcon', 'labels'],
    ['simclr', 'identity'],
  ])('%s takes the graph %s', (method, kind) => {
    expect(resolveTrainConfig({ flags: [data, { name: 'method', value: method }] }).graph.kind).toBe(kind);
  });

  it('scale the learning rate with the batch, by optimizer', () => {
    const lrOf = (name: string) =>
      resolveTrainConfig({
        flags: [data, { name: 'optimizer', value: name }, { name: 'batch-size', value: '1024' }],
      }).optimizer.lr;
    expect(lrOf('sgd')).toBeCloseTo(0.24, 12);
    expect(lrOf('lars')).toBeCloseTo(1.2, 12);
    expect(lrOf('adamw')).toBe(0.001);
  });
});

describe('precedence', () => {
  const yaml =
    'data:\n  path: a.csv\n  train: { split: train, style: noto }\nepochs: 5\noptimizer:\n  lr: 0.5\n  momentum: 0.8\n';

  it('flags win over the file, key by key', () => {
    const config = fromYaml(yaml, [{ name: 'lr', value: '0.3' }]);
    expect(config.optimizer).toMatchObject({ lr: 0.3, momentum: 0.8 });
    expect(config.data.path).toBe('a.csv');
  });

  it('the file wins over the base', () => {
    const file = join(folder, 'over.yaml');
    writeFileSync(file, 'optimizer: { lr: 0.5 }');
    const base = { data: { path: 'b' }, optimizer: { lr: 1, momentum: 0.5 } };
    expect(resolveTrainConfig({ base, file }).optimizer).toMatchObject({ lr: 0.5, momentum: 0.5 });
  });

  it('steps on the command line replace the epochs of the file, and the other way round', () => {
    expect(fromYaml(yaml, [{ name: 'steps', value: '7' }])).toMatchObject({ epochs: null, steps: 7 });
    expect(fromYaml('data: {path: a}\nsteps: 9', [{ name: 'epochs', value: '2' }])).toMatchObject({
      epochs: 2,
      steps: null,
    });
  });

  it('a filter is replaced whole', () => {
    const config = fromYaml(yaml, [{ name: 'data-train', value: 'style=twemoji|noto' }]);
    expect(config.data.train).toEqual({ style: ['twemoji', 'noto'] });
  });

  it('another kind of graph drops the settings of the first', () => {
    const text = 'data: {path: a}\nmethod: xclr\ngraph: {kind: text, encoder: wordnet}';
    expect(fromYaml(text, [{ name: 'graph', value: 'labels' }]).graph).toEqual({ kind: 'labels' });
  });
});

describe('files', () => {
  it('reads JSON, and an empty file', () => {
    expect(fromYaml('{"data": {"path": "x"}, "seed": 3}').seed).toBe(3);
    expect(fromYaml('', [data]).data.path).toBe('images');
  });

  it('keeps captions and paths in any script', () => {
    const config = fromYaml('data:\n  path: 写真/絵.csv\n  captionTemplate: "фото: {caption}"');
    expect(config.data).toMatchObject({ path: '写真/絵.csv', captionTemplate: 'фото: {caption}' });
  });

  it.each([
    ['a type', 'optimizer:\n  lr: high', 'config.yaml:2:7 optimizer.lr expected a number, got "high"'],
    ['a range', 'optimizer:\n  lr: 0', 'config.yaml:2:7 optimizer.lr expected a number, more than 0, got 0'],
    [
      'a fraction where a whole number belongs',
      'batchSize: 2.5',
      'config.yaml:1:12 batchSize expected a whole number or auto, got 2.5',
    ],
    ['a batch of one', 'batchSize: 1', 'config.yaml:1:12 batchSize expected a number, at least 2, got 1'],
    [
      'zero temperature',
      'loss: { temperature: 0 }',
      'config.yaml:1:22 loss.temperature expected a number, more than 0, got 0',
    ],
    [
      'negative temperature',
      'graph:\n  temperature: -0.1',
      'config.yaml:2:16 graph.temperature expected a number, more than 0, got -0.1',
    ],
    [
      'a choice of another kind of graph',
      'graph: { kind: random, per: pair }',
      'config.yaml:1:29 graph.per expected class or sample, got "pair".',
    ],
    ['width', 'encoder: { width: 9 }', 'config.yaml:1:19 encoder.width expected a number, at most 8, got 9'],
    ['not a number', 'optimizer: { lr: .nan }', 'config.yaml:1:18 optimizer.lr expected a number, got NaN'],
    [
      'a choice',
      'method: xclrr',
      'config.yaml:1:9 method expected simclr, supcon, xclr, clip, clip-frozen or supervised, got "xclrr". Did you mean xclr?',
    ],
    [
      'a kind',
      'graph:\n  kind: lables',
      'config.yaml:2:9 graph.kind expected text, labels, identity, class-matrix, matrix, random, taxonomy, embeddings, multilabel, attributes or mix, got "lables". Did you mean labels?',
    ],
    ['a section', 'optimizer: 3', 'config.yaml:1:12 optimizer expected a section of settings, got 3'],
    [
      'a template',
      'data: { path: a, template: dog }',
      'config.yaml:1:28 data.template must contain {class}, got "dog"',
    ],
    ['an unknown key', 'bachSize: 3', 'config.yaml:1:11 bachSize is not a setting. Did you mean batchSize?'],
    [
      'gradient accumulation',
      'gradientAccumulationSteps: 4',
      'config.yaml:1:28 gradientAccumulationSteps is not a setting. Gradients of smaller batches are not accumulated here: each view would be compared within its small batch alone. chunkSize (--chunk-size) compares the whole batch in as little memory.',
    ],
    ['a key of another section', 'lr: 3', 'config.yaml:1:5 lr is not a setting. Did you mean optimizer.lr?'],
    [
      'a key of another kind',
      'graph: { kind: identity, temperature: 1 }\nmethod: simclr',
      'config.yaml:1:39 graph.temperature cannot be used with the chosen graph.kind',
    ],
  ])('says what is wrong with %s, and where', (_, yaml, expected) => {
    const text = yaml.startsWith('data') ? yaml : `${yaml}\ndata: { path: a }`;
    expect(complaints(() => fromYaml(text))).toEqual([expected]);
  });

  it('lists everything wrong at once', () => {
    expect(complaints(() => fromYaml('epoch: 3\nbatchSize: 0\nseed: -1\ndata: {path: ""}'))).toHaveLength(4);
  });

  it('says what is missing', () => {
    expect(complaints(() => fromYaml('seed: 1'))).toEqual([
      'config.yaml:1:1 data.path is missing: give --data, or this key in a settings file',
    ]);
    expect(complaints(() => fromYaml('seed: 1\ndata:\n  template: a {class}'))).toEqual([
      'config.yaml:2:1 data.path is missing: give --data, or this key in a settings file',
    ]);
  });

  it('points into broken YAML', () => {
    expect(complaints(() => fromYaml('a: [1, 2\nb: 3'))[0]).toMatch(/^config\.yaml:2:\d+ /);
    expect(complaints(() => fromYaml('seed: 1\nseed: 2'))[0]).toMatch(/^config\.yaml:2:1 .*unique/);
    expect(complaints(() => fromYaml('- 1'))).toEqual([
      'config.yaml: expected settings as "key: value" lines, got a list',
    ]);
  });

  it('says which file is missing', () => {
    expect(complaints(() => resolveTrainConfig({ file: '/nowhere/x.yaml' }))).toEqual([
      'cannot read the settings in /nowhere/x.yaml: no such file',
    ]);
  });
});

describe('settings that contradict each other', () => {
  it.each([
    ['epochs: 3\nsteps: 4', 'config.yaml:2:8 steps contradicts epochs: give one of the two'],
    [
      'method: simclr\ngraph: {kind: text}',
      'config.yaml:2:15 graph.kind must be identity for method simclr, got text; with another graph the method is xclr',
    ],
    [
      'epochs: 3\nschedule: {warmupEpochs: 4}',
      'config.yaml:2:26 schedule.warmupEpochs must not be longer than the run, got 4 of 3 epochs',
    ],
    [
      'optimizer: {name: adamw, nesterov: true}',
      'config.yaml:1:36 optimizer.nesterov needs optimizer.name sgd and a momentum above 0',
    ],
    [
      'views: {size: 100}\nencoder: {name: vit_small_patch16_224}',
      'config.yaml:1:15 views.size must be a multiple of 16 for vit_small_patch16_224 with the standard stem, got 100',
    ],
  ])('%j', (yaml, expected) => {
    expect(complaints(() => fromYaml(`${yaml}\ndata: {path: a}`))).toEqual([expected]);
  });
});
