// What processes compare before they exchange anything: settings, data and versions count, what belongs to one machine does not.
import { buildInfo } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import type { Prepared } from '../../../src/train/prepare.js';
import { commonRecord } from '../../../src/train/world/run-record.js';
import { version } from '../../../src/util/version.js';
import { smallConfig, temporaryFolder } from '../make.js';

const folder = temporaryFolder();

interface Changes {
  readonly settings?: Record<string, unknown>;
  readonly fingerprint?: string;
  readonly training?: number;
  readonly learns?: string;
}

function recordOf({ settings = {}, fingerprint = 'a', training = 32, learns = 'wordnet' }: Changes = {}) {
  const prepared = {
    config: smallConfig('images.csv', folder, settings),
    dataset: { fingerprint },
    training: new Int32Array(training),
    validation: new Int32Array(8),
    objective: { description: learns },
  };
  return commonRecord(prepared as unknown as Prepared);
}

describe('what processes must have in common', () => {
  it.each<[string, Changes]>([
    ['settings', { settings: { batchSize: 4 } }],
    ['the seed', { settings: { seed: 9 } }],
    ['the images', { fingerprint: 'b' }],
    ['how many images there are', { training: 31 }],
    ['what is learned from', { learns: 'other words' }],
  ])('%s', (_, changes) => {
    expect(recordOf(changes)).not.toEqual(recordOf());
  });

  it('the versions of xclr and of LibTorch', () => {
    expect(recordOf()).toMatchObject({ xclr: version, LibTorch: buildInfo().builtFor });
  });

  it('but not where the files are, nor what a machine has', () => {
    const elsewhere = { run: 'elsewhere', data: { path: 'other/images.csv' }, threads: 3, workers: 2 };
    expect(recordOf({ settings: { ...elsewhere, device: 'cpu' } })).toEqual(recordOf());
  });
});
