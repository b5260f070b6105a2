// `xclr eval`: evaluates the encoder of a run, prints the numbers and writes a page.

import { basename } from 'node:path';
import type { Split } from '../data/index.js';
import { evaluateRunAndData, type RunEvaluation } from '../evaluate/evaluate-run.js';
import type { MetricResult } from '../evaluate/index.js';
import { chanceOfMetric, evaluationPage } from '../report/evaluation-page.js';
import type { Precision } from '../train/precision.js';
import { RunFolder } from '../train/run-folder.js';
import { writeFileAtomic } from '../util/files.js';
import { startProgress } from '../util/progress.js';
import { textTable } from '../util/table.js';

export interface EvalOptions {
  readonly checkpoint: 'best' | 'last';
  readonly split?: Split;
  readonly data?: string;
  readonly device?: string;
  readonly threads?: number;
  readonly precision?: 'auto' | Precision;
  readonly controls?: boolean;
  /** Undefined: evaluation.html in the run folder. */
  readonly page?: string | false;
}

export async function evalCommand(path: string, options: EvalOptions): Promise<void> {
  const run = RunFolder.open(path);
  let progress: ReturnType<typeof startProgress> | undefined;
  const { evaluation, dataset } = await evaluateRunAndData(run, {
    ...options,
    onNotice: (message) => process.stderr.write(`${message}\n`),
    onProgress: (done, total) => {
      progress ??= startProgress('encoding', total, { unit: 'image' });
      progress.update(done);
      if (done < total) return;
      progress.done();
      progress = undefined; // controls are encoded after the run
    },
  });
  progress?.done();
  console.log(numbers(evaluation));
  const { captions, precision, device } = evaluation;
  console.log(`The captions are compared by ${captions}. Computed in ${precision} on ${device}.`);
  const written = [run.file('evaluation.json')];
  if (options.page !== false) {
    const page = options.page ?? run.file('evaluation.html');
    const input = { run: basename(run.path), path, evaluation, dataset, created: new Date() };
    writeFileAtomic(page, await evaluationPage(input));
    written.push(page);
  }
  console.log(`→ ${written.join(', ')}`);
}

/** A line for each metric. */
function numbers(evaluation: RunEvaluation): string {
  const { features, projected, controls } = evaluation;
  const rows = Object.entries(features).map(([name, result]) => {
    const chance = chanceOfMetric(name, evaluation);
    return [
      name,
      shown(result),
      shown(projected[name]),
      ...(controls === undefined ? [] : [value(controls.untrained[name]), value(controls.pixels[name])]),
      chance === undefined ? '–' : chance.toFixed(3),
      `${result.n} ${result.counted}`,
    ];
  });
  const head = [
    'metric',
    'encoder',
    'after projector',
    ...(controls === undefined ? [] : ['before training', 'raw pixels']),
    'chance',
    'measured on',
  ];
  return textTable(head, rows);
}

function value(result: MetricResult | undefined): string {
  return result === undefined || result.value === null ? '–' : result.value.toFixed(3);
}

/** 0.338 [0.312, 0.361]: the value and its 95 % interval. */
function shown(result: MetricResult | undefined): string {
  if (result === undefined || result.value === null) return '–';
  const { interval } = result;
  const bounds = interval === null ? '' : ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  return `${value(result)}${bounds}`;
}
