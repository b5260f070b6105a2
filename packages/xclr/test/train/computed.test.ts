// The record keeps what was asked and what was used; a resumed run never changes its precision in silence.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { evaluationConfig } from '../../src/evaluate/evaluation-config.js';
import { RunFolder, type RunRecord, recordFormat, trainedPrecision } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

// Whatever this machine has: `auto` is float32.
vi.mock('../../src/util/processor.js', () => ({ cpuFlags: () => new Set(['avx2']) }));

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const change = (run: string, changed: (record: RunRecord) => object) => {
  const path = join(run, 'config.json');
  const record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  writeFileSync(path, JSON.stringify({ ...record, ...changed(record) }));
};

async function trained(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const run = join(folder, name);
  await runTraining(smallConfig(manifest, run, { steps: 2, precision: 'auto', ...changes }));
  return run;
}

const resumed = (run: string, changes: Record<string, unknown> = {}) => {
  const notices: string[] = [];
  const { config } = new RunFolder(run).readRecord();
  return runTraining(
    { ...config, resume: true, ...changes },
    { onNotice: (message) => notices.push(message) },
  ).then(() => notices.filter((notice) => /^(precision|device):/.test(notice)));
};

it('keeps auto as it was asked for, and beside it what it was', async () => {
  const run = await trained('kept');
  const record = new RunFolder(run).readRecord();
  expect(record.config.precision).toBe('auto');
  expect(record.computed).toMatchObject([{ precision: 'float32', device: 'cpu' }]);
  expect(await resumed(run)).toEqual([]);
  expect(new RunFolder(run).readRecord().computed).toHaveLength(1);
});

it('is refused where auto means another precision here, and stated where one is asked for', async () => {
  const run = await trained('moved');
  const computed = [{ since: '2026-01-01', precision: 'bfloat16', device: 'cuda:0' }];
  change(run, () => ({ computed }));
  await expect(resumed(run)).rejects.toThrow(
    /trained in bfloat16, and precision auto is float32 on this cpu[\s\S]*--precision float32/,
  );
  expect(await resumed(run, { precision: 'float32' })).toEqual([
    'precision: the run was trained in bfloat16 until now; from here on in float32',
    'device: the run was trained on cuda:0 until now; from here on on cpu',
  ]);
  const record = new RunFolder(run).readRecord();
  expect(record.computed).toMatchObject([computed[0]!, { precision: 'float32', device: 'cpu' }]);
  expect(record.config.precision).toBe('float32');
  expect(await resumed(run)).toEqual([]); // as the record now says
});

it('a processor without units for bfloat16 does not train in it', async () => {
  await expect(trained('emulated', { precision: 'bfloat16' })).rejects.toThrow(
    /got bfloat16, for which it has no units[\s\S]*--precision float32/,
  );
});

it('records of the first format, which kept what auto became, still open; newer ones are refused', async () => {
  const run = await trained('first', { precision: 'float32' });
  const whole = new RunFolder(run).readRecord();
  const { format: _f, computed: _c, ...first } = whole;
  writeFileSync(join(run, 'config.json'), JSON.stringify(first));
  expect(trainedPrecision(new RunFolder(run).readRecord())).toBe('float32');
  expect(await resumed(run)).toEqual([]);
  expect(new RunFolder(run).readRecord()).toMatchObject({ format: recordFormat, computed: [{}] });
  change(run, () => ({ format: recordFormat + 1, xclr: '99.0.0' }));
  expect(() => new RunFolder(run).readRecord()).toThrow(
    /config\.json has format 3.*reads formats up to 2: xclr 99\.0\.0 wrote it[\s\S]*Use xclr 99\.0\.0 or newer/,
  );
});

it('a run of a GPU is evaluated on the CPU in float32, and says so; what is asked for and not there is refused', () => {
  const config = smallConfig(manifest, 'unused', { device: 'cuda:0', precision: 'bfloat16', threads: 96 });
  const notices: string[] = [];
  const onNotice = (message: string) => notices.push(message);
  expect(evaluationConfig(config, { onNotice, device: 'cpu' })).toMatchObject({
    device: 'cpu',
    precision: 'float32',
    threads: 'auto',
  });
  expect(notices).toEqual([]); // it was asked for
  const here = evaluationConfig(config, { onNotice });
  expect(here.precision).toBe('float32');
  if (here.device !== 'cpu') return; // a machine with a GPU
  expect(notices).toEqual([expect.stringContaining('trained on cuda:0')]);
  expect(() => evaluationConfig(config, { device: 'cuda' })).toThrow(/got cuda[\s\S]*--device cpu/);
  expect(() => evaluationConfig(config, { precision: 'bfloat16' })).toThrow(/--precision float32/);
});
