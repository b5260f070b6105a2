// Settings as flags: names, aliases, what a flag's text stands for.
import { describe, expect, it } from 'vitest';
import { findFlag, flagNames, kebab, trainFlags, valueOfFlag } from '../../../src/train/config/flags.js';
import { type GivenFlag, resolveTrainConfig } from '../../../src/train/config.js';

const flag = (name: string, value: string | true): GivenFlag => ({ name, value });
const parse = (name: string, value: string | true) => valueOfFlag(findFlag(name)!, value);
const messageOf = (flags: GivenFlag[]): string => {
  try {
    resolveTrainConfig({ flags });
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('the list of flags', () => {
  it('explains every setting', () => {
    for (const one of trainFlags) expect(one.description, one.name).not.toBe('');
  });

  it('has no name twice', () => {
    const all = trainFlags.flatMap((one) => (one.alias === undefined ? [one.name] : [one.name, one.alias]));
    const repeated = all.filter((name, index) => all.indexOf(name) !== index);
    // `--encoder` and the like are both a section's name and its alias; a flag of the same name would be two.
    expect(repeated).toEqual([]);
    expect(flagNames).toEqual(
      expect.arrayContaining(['lr', 'batch-size', 'epochs', 'method', 'encoder', 'temperature']),
    );
  });

  it('knows a setting by its path and by its short name', () => {
    expect(findFlag('optimizer-lr')).toBe(findFlag('lr'));
    expect(findFlag('nonsense')).toBeUndefined();
  });

  it.each([
    ['batchSize', 'batch-size'],
    ['cacheMiB', 'cache-mib'],
    ['clipGradNorm', 'clip-grad-norm'],
    ['lr', 'lr'],
  ])('%s is --%s', (key, name) => expect(kebab(key)).toBe(name));

  it('leaves out what only a file can say', () => {
    expect(trainFlags.map((one) => one.path.join('.'))).not.toContain('evaluation.tasks');
  });
});

describe('what a flag stands for', () => {
  it.each<[string, string | true, unknown]>([
    ['lr', '3e-1', 0.3],
    ['lr', 'high', 'high'],
    ['lr', '', ''],
    ['threads', 'auto', 'auto'],
    ['threads', '4', 4],
    ['clip-grad-norm', 'none', null],
    ['clip-grad-norm', '1', 1],
    ['resume', true, true],
    ['resume', 'false', false],
    ['run', '2024', '2024'],
    ['optimizer-betas', '0.9,0.95', [0.9, 0.95]],
    ['data-train', 'split=train,style=noto|twemoji', { split: 'train', style: ['noto', 'twemoji'] }],
    ['data-train', 'nonsense', 'nonsense'],
    ['views-overrides', 'gray=0,geometry.flip=0', { gray: 0, geometry: { flip: 0 } }],
    ['views-overrides', 'geometry.flip=0,geometry.scale=[0.2,1]', { geometry: { flip: 0, scale: [0.2, 1] } }],
    ['views-overrides', 'blur=null', { blur: null }],
  ])('--%s %s', (name, value, expected) => expect(parse(name, value)).toEqual(expected));
});

describe('errors name the flag', () => {
  const data = flag('data', 'x');
  it.each<[GivenFlag[], string]>([
    [[data, flag('lr', 'high')], '--lr: optimizer.lr expected a number, got "high"'],
    [
      [data, flag('optimizer-lr', '-1')],
      '--optimizer-lr: optimizer.lr expected a number, more than 0, got -1',
    ],
    [[data, flag('batch-size', '1')], '--batch-size: batchSize expected a number, at least 2, got 1'],
    [[data, flag('device', 'gpu')], '--device: device must be auto, cpu, cuda or cuda:N, got "gpu"'],
    [[data, flag('threads', '0')], '--threads: threads expected a number, at least 1, got 0'],
    [[data, flag('threads', 'many')], '--threads: threads expected a number or auto, got "many"'],
    [
      [data, flag('data-train', 'nonsense')],
      '--data-train: data.train expected key: value pairs, got "nonsense"',
    ],
    [[data, flag('bacth-size', '1')], 'unknown flag --bacth-size\n  → Did you mean --batch-size?'],
    [
      [data, flag('accumulate-grad-batches', '4')],
      'unknown flag --accumulate-grad-batches\n  → Gradients of smaller batches are not accumulated here: each view would be compared within its small batch alone. chunkSize (--chunk-size)',
    ],
    [[], 'data.path is missing: give --data, or this key in a settings file'],
  ])('%j', (flags, message) => expect(messageOf(flags)).toContain(message));
});
