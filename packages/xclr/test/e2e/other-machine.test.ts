// A run that was trained in bfloat16 on a GPU or a newer processor, on a processor that has AVX2 alone.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import type { RunEvaluation } from '../../src/evaluate/evaluate-run.js';
import { precisionOf } from '../../src/train/precision.js';
import { runTraining } from '../../src/train/session.js';
import { command } from '../cli/run.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

vi.setConfig({ testTimeout: 180_000 }); // several commands on a busy machine

const folder = temporaryFolder();
let manifest = '';

/** A command on a processor whose newer instructions oneDNN may not use. */
const withAvx2 = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [command, ...args], {
    cwd: folder,
    stdio: 'pipe',
    encoding: 'utf8',
    env: { ...process.env, ONEDNN_MAX_CPU_ISA: 'AVX2' },
  });

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  // Where this processor has no units for bfloat16, the weights are float32's: they are stored alike.
  const precision = precisionOf('auto', 'cpu');
  await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 2, precision }));
  const path = join(folder, 'run', 'config.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  const elsewhere = { since: record.createdAt, precision: 'bfloat16', device: 'cuda:0' };
  const config = { ...record.config, precision: 'bfloat16', device: 'cuda', threads: 96 };
  writeFileSync(path, JSON.stringify({ ...record, computed: [elsewhere], config }));
});

it('is evaluated there, in float32 and on the CPU', () => {
  expect(withAvx2('eval', 'run', '--no-page', '--device', 'cpu')).toContain('Computed in float32 on cpu.');
  const evaluation = JSON.parse(
    readFileSync(join(folder, 'run', 'evaluation.json'), 'utf8'),
  ) as RunEvaluation;
  expect(evaluation).toMatchObject({ precision: 'float32', device: 'cpu', definitions: 2 });
  expect(evaluation.features.knn_label!.value).not.toBeNull();
  expect(() => withAvx2('eval', 'run', '--no-page', '--device', 'cpu', '--precision', 'bfloat16')).toThrow(
    /no units[\s\S]*--precision float32/,
  );
});

it('is exported and embedded there', () => {
  withAvx2('embed', 'run', manifest, 'all.npy', '--device', 'cpu');
  expect(readFileSync(join(folder, 'all.npy')).length).toBeGreaterThan(40 * 4);
  const exported = withAvx2('export', 'run', 'exported', '--formats', 'float16', '--no-measure');
  expect(exported).toContain('model_fp16.onnx');
});

it('is not resumed there in another precision without a word', () => {
  const resume = ['train', '--resume', '--run', join(folder, 'run'), '--device', 'cpu'];
  expect(() => withAvx2(...resume)).toThrow(/no units[\s\S]*--precision float32/);
  expect(() => withAvx2(...resume, '--precision', 'auto')).toThrow(
    /trained in bfloat16, and precision auto is float32/,
  );
  withAvx2(...resume, '--precision', 'float32');
});
