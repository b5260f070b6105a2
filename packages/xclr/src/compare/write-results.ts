// A comparison as files: JSON for programs, CSV for spreadsheets, Markdown for documents.
import { join } from 'node:path';
import { plural } from '../report/format.js';
import { lowerIsBetter, metricTitle } from '../report/metric-titles.js';
import { csvText } from '../util/csv.js';
import { writeFileAtomic } from '../util/files.js';
import type { Cell } from './cell.js';
import { cellRemarks } from './cell-remarks.js';
import { conclusionsOf } from './conclusions.js';
import { effortCells, effortHead } from './effort-table.js';
import type { Plan } from './plan.js';
import { isMarked, referenceMark, referenceNote } from './reference-mark.js';
import { bestMethod, type Entry, type PlanResults } from './results.js';
import type { CellState } from './run-plan.js';

/** Writes the results as JSON, CSV and Markdown. */
export function writeResults(
  out: string,
  plan: Plan,
  results: PlanResults,
  states: ReadonlyMap<string, CellState>,
): void {
  const { seeds, ...rest } = results;
  const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
  const [first] = cells;
  const json = {
    plan: plan.source,
    focus: plan.focus,
    methods: plan.methods,
    seeds: Object.fromEntries(seeds),
    ...rest,
    conclusions: conclusionsOf(plan, results),
    environment: first?.environment ?? null,
    remarks: cellRemarks(cells),
    cells: cells.map(
      ({ key, seconds, training, data, environment, definitions = 1, precision, metrics }) => ({
        key,
        ...chosenIn(metrics),
        definitions,
        ...(precision !== undefined && { precision }),
        training,
        data,
        seconds,
        environment,
      }),
    ),
  };
  writeFileAtomic(join(out, 'comparison.json'), `${JSON.stringify(json, null, 1)}\n`);
  const rows = cells.flatMap((cell) =>
    Object.entries(cell.metrics).map(([metric, { value, n, interval }]) => ({
      method: cell.method,
      fraction: cell.fraction,
      seed: cell.seed,
      training: cell.training,
      metric,
      value: value ?? '',
      low: interval?.low ?? '',
      high: interval?.high ?? '',
      n,
      seconds: Math.round(cell.seconds.training),
    })),
  );
  writeFileAtomic(join(out, 'comparison.csv'), csvText(rows));
  writeFileAtomic(join(out, 'comparison.md'), markdown(plan, results, cells));
}

/** What was chosen for a cell, by metric. */
function chosenIn(metrics: Cell['metrics']) {
  const chosen = Object.entries(metrics).flatMap(([name, one]) => (one.chosen ? [[name, one.chosen]] : []));
  return chosen.length === 0 ? {} : { chosen: Object.fromEntries(chosen) };
}

/** '43.1' for 0.431 as percent, '0.45' as a number; with its interval below. */
function shown({ metric, estimate }: Entry, all: readonly string[], bold = false): string {
  if (estimate === null) return '–';
  const { unit } = metricTitle(metric, all);
  const write = (value: number) => (unit === 'percent' ? (100 * value).toFixed(1) : value.toFixed(3));
  const value = bold ? `**${write(estimate.mean)}**` : write(estimate.mean);
  if (estimate.low === null || estimate.high === null) return value;
  return `${value} <sub>${write(estimate.low)} – ${write(estimate.high)}</sub>`;
}

/** @internal */
export function markdown(plan: Plan, results: PlanResults, made: readonly Cell[] = []): string {
  const { metrics, entries, holes, effort, seeds } = results;
  const timed = effort.withoutTimes === null;
  const tables = plan.fractions.map((fraction) => {
    const here = entries.filter((entry) => entry.fraction === fraction);
    const columns = metrics.filter((metric) => here.some((entry) => entry.metric === metric));
    const best = new Map(columns.map((metric) => [metric, bestMethod(here, metric)]));
    const body = plan.methods.flatMap(({ key, title }) => {
      const own = here.filter(({ method }) => method === key);
      if (own.length === 0) return [];
      const cells = columns.map((metric) => {
        const entry = own.find((one) => one.metric === metric);
        if (entry === undefined) return '–';
        const mark = entry.estimate !== null && isMarked(results, key, metric) ? ` ${referenceMark}` : '';
        return `${shown(entry, metrics, best.get(metric) === key)}${mark}`;
      });
      const took = effort.efforts.find((one) => one.method === key && one.fraction === fraction);
      return [
        `| ${[key === plan.focus ? `**${title}**` : title, ...cells, ...effortCells(took, plan, timed)].join(' | ')} |`,
      ];
    });
    const titleOf = (metric: string) =>
      `${metricTitle(metric, metrics).title}${lowerIsBetter(metric) ? ' ↓' : ''}`;
    const head = ['', ...columns.map(titleOf), ...effortHead(timed)];
    return [
      `### ${fraction === 1 ? 'The whole training part' : `${Math.round(1000 * fraction) / 10} % of the training part`} (${plural(seeds.get(fraction)?.length ?? 0, 'seed')})`,
      '',
      `| ${head.join(' | ')} |`,
      `| --- |${' ---: |'.repeat(head.length - 1)}`,
      ...body,
      '',
    ].join('\n');
  });
  const gaps =
    holes.length === 0
      ? ''
      : `Missing: ${holes.map(({ key, reason }) => `${key} (${reason})`).join('; ')}.\n\n`;
  const said = conclusionsOf(plan, results).map((sentence) => `- ${sentence}\n`);
  const note = referenceNote(plan, results);
  const remarks = [
    ...(note === null ? [] : [note]),
    ...(timed ? [] : [effort.withoutTimes]),
    ...cellRemarks(made),
  ]
    .map((remark) => `\n${remark}\n`)
    .join('');
  return `${tables.join('\n')}\n${gaps}Means over seeds; small figures are 95 % intervals over seeds and test images; ${
    metrics.some(lowerIsBetter)
      ? 'the best mean of a column is bold, the lowest where ↓ stands'
      : 'the highest mean of a column is bold'
  }, whatever its interval. Percent, but for correlations and similarity.\n\n${said.join('')}${remarks}`;
}
