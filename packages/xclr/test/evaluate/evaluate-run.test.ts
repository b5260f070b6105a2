// A run's evaluation with its classes, its controls and its page.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { evaluateRun, evaluateRunAndData } from '../../src/evaluate/evaluate-run.js';
import { evaluationPage } from '../../src/report/evaluation-page.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

vi.setConfig({ testTimeout: 180_000 }); // a training and four evaluations on a busy machine

it('keeps classes and mistakes, measures controls once, and writes a page', async () => {
  const folder = temporaryFolder();
  const manifest = await putDataset(join(folder, 'data'));
  const { run } = await runTraining(
    smallConfig(manifest, join(folder, 'run'), { steps: 3, notice: 'For tests alone.' }),
  );
  const plain = await evaluateRun(run, { checkpoint: 'last' });
  expect(plain.controls).toBeUndefined();
  expect(plain.notice).toBe('For tests alone.');
  const { knn_label: classes } = plain.classes;
  expect(classes!.classes).toHaveLength(8);
  expect(classes!.chance).toEqual({ uniform: 1 / 8, majority: 1 / 8 });
  const correct = classes!.classes.reduce((sum, one) => sum + one.correct, 0);
  expect(correct / 8).toBeCloseTo(plain.features.knn_label!.value!, 12);
  expect(classes!.mistakes).toHaveLength(8 - correct);

  const { evaluation, dataset } = await evaluateRunAndData(run, { checkpoint: 'last', controls: true });
  const { controls, ...rest } = evaluation;
  expect(rest).toEqual(plain);
  expect(Object.keys(controls!.pixels)).toEqual(Object.keys(plain.features));
  expect(controls!.untrained.knn_label!.value).not.toBeNull();
  const written = statSync(run.file('controls.json')).mtimeMs;
  expect((await evaluateRun(run, { checkpoint: 'last' })).controls).toEqual(controls); // from the file
  expect((await evaluateRun(run, { checkpoint: 'last', split: 'train' })).controls).toBeUndefined(); // other tasks
  expect(statSync(run.file('controls.json')).mtimeMs).toBe(written);
  expect(JSON.parse(readFileSync(run.file('evaluation.json'), 'utf8')).classes.knn_label).toBeDefined();

  const page = await evaluationPage({ run: 'small', path: 'run', evaluation, dataset, created: new Date(0) });
  for (const expected of ['Raw pixels', 'accuracy by label', 'the surest mistakes', '12.5 %'])
    expect(page).toContain(expected);
  expect(page.indexOf('For tests alone.')).toBeLessThan(page.indexOf('12.5 %'));
  expect(page).not.toMatch(/undefined|NaN/);
});
