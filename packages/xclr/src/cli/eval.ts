// `xclr eval`: evaluates the encoder of a run.
import type { Split } from '../data/index.js';
import { evaluateRun } from '../evaluate/evaluate-run.js';
import type { MetricResult } from '../evaluate/index.js';
import { RunFolder } from '../train/run-folder.js';
import { startProgress } from '../util/progress.js';
import { textTable } from '../util/table.js';

export interface EvalOptions {
  readonly checkpoint: 'best' | 'last';
  readonly split?: Split;
}

export async function evalCommand(path: string, options: EvalOptions): Promise<void> {
  const run = RunFolder.open(path);
  let progress: ReturnType<typeof startProgress> | undefined;
  const evaluation = await evaluateRun(run, {
    ...options,
    onNotice: (message) => process.stderr.write(`${message}\n`),
    onProgress: (done, total) => {
      progress ??= startProgress('encoding', total, { unit: 'image' });
      progress.update(done);
    },
  });
  progress?.done();
  const { features, projected } = evaluation;
  const rows = Object.entries(features).map(([name, result]) => [
    name,
    shown(result),
    shown(projected[name]),
    `${result.n} ${result.counted}`,
  ]);
  console.log(textTable(['metric', 'encoder', 'after projector', 'measured on'], rows));
  console.log(
    `→ ${run.file('evaluation.json')} (alignment against captions as ${evaluation.captions} sees them)`,
  );
}

/** 0.338 [0.312, 0.361]: the value and its 95 % interval. */
function shown(result: MetricResult | undefined): string {
  if (result === undefined || result.value === null) return '–';
  const { interval } = result;
  const bounds = interval === null ? '' : ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  return `${result.value.toFixed(3)}${bounds}`;
}
