// The page of a comparison: what holds, the tables, the curves, the cost.

import { costChart } from '../report/charts/cost-chart.js';
import { intervalChart } from '../report/charts/interval-chart.js';
import { facts, lineChart, remarks, renderContactSheet, table } from '../report/contact-sheet.js';
import { count, duration } from '../report/format.js';
import { html, type Markup } from '../report/html.js';
import { metricTitle } from '../report/metric-titles.js';
import { methodStyles } from '../report/palette.js';
import type { Measurement, Method, MetricColumn } from '../report/report-data.js';
import { figure, type Section } from '../report/sections/section.js';
import { conclusionsOf } from './conclusions.js';
import type { Plan } from './plan.js';
import { type PlanResults, verdictOf } from './results.js';
import type { CellState } from './run-plan.js';

/** Metrics that a reader meets first, of those that were measured. */
const headlines = [
  /^probe_/,
  /^knn_/,
  /^alignment_(?!.*_projected)/,
  /^graded_/,
  /^shot1_/,
  /^zeroshot_(?!.*_projected)/,
  /^background-random_(?!.*_projected)/,
];

export function planPage(
  plan: Plan,
  results: PlanResults,
  states: ReadonlyMap<string, CellState>,
  created: Date,
): string {
  const { metrics } = results;
  const first = headlines.flatMap((pattern) => metrics.filter((metric) => pattern.test(metric)).slice(0, 1));
  const focus = plan.methods.find(({ key }) => key === plan.focus)!;
  return renderContactSheet({
    kicker: 'xclr compare',
    title: `${plan.name}: ${focus.title} and the others`,
    lead: 'The same encoder, data, views, budget and seeds for every method; only what it learns from differs. Intervals are over training seeds and test images together.',
    created,
    css: pageCss,
    sections: () => [
      saidSection(plan, results, first),
      ...plan.fractions.map((fraction) => barsSection(plan, results, fraction, first)),
      efficiencySection(plan, results, first),
      labelsSection(plan, results),
      costSection(plan, results, first),
      ...plan.fractions.map((fraction) => tableSection(plan, results, fraction)),
      methodSection(plan, results, states),
    ],
  });
}

const pageCss = `
.verdicts { columns: 2 26rem; column-gap: 2rem; padding-left: 1.1rem; }
.verdicts li { break-inside: avoid; margin-bottom: 0.35rem; }
.definitions dt { font-weight: 650; margin-top: 0.6rem; }
.definitions dd { margin: 0; color: var(--soft); font-size: 0.9rem; }`;

const part = (fraction: number) =>
  fraction === 1 ? 'the whole training part' : `${Math.round(1000 * fraction) / 10} % of the training part`;

function saidSection(plan: Plan, results: PlanResults, first: readonly string[]): Section {
  const sentences = conclusionsOf(plan, { ...results, metrics: first });
  const { holes } = results;
  return {
    id: 'said',
    title: 'What the numbers say',
    body: html`<p>A method is called significantly better or worse only where the interval of the paired difference excludes zero, after Holm’s correction over all differences of a metric.</p>
<ul class="verdicts">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${
  holes.length > 0 &&
  remarks([
    {
      level: 'advice',
      title: `${count(holes.length)} cells are missing`,
      text: holes
        .slice(0, 12)
        .map(({ key, reason }) => `${key}: ${reason}`)
        .join('; '),
    },
  ])
}`,
  };
}

/** The methods as the report's charts take them, measured on one fraction. */
function methodsOn(plan: Plan, { entries }: PlanResults, fraction: number): Method[] {
  return plan.methods.map(({ key, title, description, control }) => ({
    key,
    title,
    description,
    control,
    metrics: Object.fromEntries(
      entries.flatMap(({ metric, method, fraction: of, estimate }): [string, Measurement][] =>
        method === key && of === fraction && estimate !== null
          ? [[metric, { value: estimate.mean, low: estimate.low, high: estimate.high }]]
          : [],
      ),
    ),
  }));
}

function columnOf(metric: string, { metrics, definitions }: PlanResults): MetricColumn {
  const { title, unit } = metricTitle(metric, metrics);
  return { key: metric, title, unit, explanation: definitions[metric] ?? '', headline: true };
}

function barsSection(
  plan: Plan,
  results: PlanResults,
  fraction: number,
  first: readonly string[],
): Section | undefined {
  const methods = methodsOn(plan, results, fraction).filter(
    (method) => Object.keys(method.metrics).length > 0,
  );
  if (methods.length === 0) return undefined;
  const styles = stylesOf(plan);
  const shown = first.filter((metric) => methods.some((method) => method.metrics[metric] !== undefined));
  return {
    id: `bars-${fraction}`,
    title: `With ${part(fraction)}`,
    body: html`<div class="grid">${shown.map((metric) =>
      figure(
        intervalChart(columnOf(metric, results), methods, styles),
        html`${columnOf(metric, results).title}<span class="explanation">${plainMeaning(metric)}</span>`,
      ),
    )}</div>`,
  };
}

/** For a beginner. */
function plainMeaning(metric: string): string {
  const meanings: readonly (readonly [RegExp, string])[] = [
    [/^probe_/, 'accuracy of a linear classifier on the frozen features'],
    [/^knn_/, 'the nearest training images vote on the class'],
    [/^alignment_/, 'whether images are as similar as their captions; 1 means the same order'],
    [/^graded_/, 'how similar the predicted class is to the true one'],
    [/^shot1_/, 'accuracy with one labeled image of each class'],
    [/^zeroshot_/, 'accuracy when classes are given only by their names'],
    [/^background-random_/, 'the object on the background of an image of another class'],
  ];
  return meanings.find(([pattern]) => pattern.test(metric))?.[1] ?? '';
}

/** One look for a method on all charts of the page. */
function stylesOf(plan: Plan): ReturnType<typeof methodStyles> {
  return methodStyles(plan.methods.map((method) => ({ ...method, metrics: {} })));
}

/** How much each method gains from more data. */
function efficiencySection(plan: Plan, results: PlanResults, first: readonly string[]): Section | undefined {
  if (plan.fractions.length < 2) return undefined;
  const styles = stylesOf(plan);
  const charts = first.flatMap((metric) => {
    const lines = plan.methods.flatMap(({ key, title, control }) => {
      const points = results.entries
        .filter((entry) => entry.metric === metric && entry.method === key && entry.estimate !== null)
        .map(({ fraction, estimate }) => ({ x: 100 * fraction, y: estimate!.mean }))
        .sort((a, b) => a.x - b.x);
      return points.length < 2 || control
        ? []
        : [{ name: title, points, main: key === plan.focus, color: styles.get(key)?.color }];
    });
    const { title } = metricTitle(metric, results.metrics);
    return lines.length === 0
      ? []
      : [figure(lineChart(lines, { x: '% of the training part', y: title }), html`${title}`)];
  });
  if (charts.length === 0) return undefined;
  return {
    id: 'data',
    title: 'With less data',
    body: html`<p>The fraction is drawn from every class; encoder, neighbors and probes use nothing else.</p><div class="grid">${charts}</div>`,
  };
}

/** Accuracy by the number of labeled images. */
function labelsSection(plan: Plan, results: PlanResults): Section | undefined {
  const fraction = Math.max(...plan.fractions);
  const shots = results.metrics.flatMap((metric) => {
    const [, count = ''] = /^shot(\d+)_/.exec(metric) ?? [];
    return count === '' || metric.endsWith('_projected') ? [] : [{ metric, shots: Number(count) }];
  });
  if (shots.length < 2) return undefined;
  const styles = stylesOf(plan);
  const lines = plan.methods.flatMap(({ key, title }) => {
    const points = shots.flatMap(({ metric, shots: x }) => {
      const entry = results.entries.find(
        (one) => one.metric === metric && one.method === key && one.fraction === fraction,
      );
      return entry?.estimate == null ? [] : [{ x, y: entry.estimate.mean }];
    });
    return points.length < 2
      ? []
      : [{ name: title, points, main: key === plan.focus, color: styles.get(key)?.color }];
  });
  return lines.length === 0
    ? undefined
    : {
        id: 'labels',
        title: 'With few labels',
        body: html`<div class="grid">${figure(
          lineChart(lines, { x: 'labeled images per class', y: 'accuracy', log: true }),
          html`Nearest class mean<span class="explanation">features are frozen; a few images of each class are labeled</span>`,
        )}</div>`,
      };
}

function costSection(plan: Plan, results: PlanResults, first: readonly string[]): Section | undefined {
  const [metric] = first;
  const fraction = Math.max(...plan.fractions);
  const methods = methodsOn(plan, results, fraction);
  const points = results.seconds.flatMap(({ method, fraction: of, training, captions }) => {
    const found = methods.find(({ key }) => key === method);
    const measured = metric === undefined ? undefined : found?.metrics[metric];
    return of !== fraction || measured === undefined || found === undefined
      ? []
      : [{ key: method, title: found.title, minutes: (training + captions) / 60, value: measured.value }];
  });
  if (metric === undefined || points.length === 0) return undefined;
  const column = columnOf(metric, results);
  return {
    id: 'cost',
    title: 'What it costs',
    body: html`<div class="grid">${figure(
      costChart(points, stylesOf(plan), column),
      html`${column.title} against training time<span class="explanation">with ${part(fraction)}; including opening the data and encoding captions</span>`,
    )}</div>${table({
      caption: 'Training time, means over seeds',
      columns: ['Method', 'Training part', 'Training', 'Opening data and captions'],
      numbers: [2, 3],
      rows: results.seconds.map(({ method, fraction: of, training, captions }) => [
        plan.methods.find(({ key }) => key === method)?.title ?? method,
        `${Math.round(1000 * of) / 10} %`,
        duration(training),
        duration(captions),
      ]),
    })}`,
  };
}

function tableSection(plan: Plan, results: PlanResults, fraction: number): Section | undefined {
  const entries = results.entries.filter((entry) => entry.fraction === fraction);
  const columns = results.metrics.filter((metric) => entries.some((entry) => entry.metric === metric));
  if (columns.length === 0) return undefined;
  const write = (metric: string, value: number) =>
    metricTitle(metric, results.metrics).unit === 'percent' ? (100 * value).toFixed(1) : value.toFixed(3);
  const cell = (method: string, metric: string): Markup | string => {
    const estimate = entries.find((one) => one.method === method && one.metric === metric)?.estimate;
    if (estimate == null) return '–';
    const difference = results.differences.find(
      (one) => one.fraction === fraction && one.metric === metric && one.other === method,
    );
    const sign =
      difference === undefined
        ? ''
        : { better: ' ▼', worse: ' ▲', 'no significant difference': '' }[verdictOf(difference)];
    return html`${write(metric, estimate.mean)}${sign}<br><span class="small">${write(metric, estimate.low)} – ${write(metric, estimate.high)}</span>`;
  };
  const focus = plan.methods.find(({ key }) => key === plan.focus)!.title;
  return {
    id: `table-${fraction}`,
    title: `All numbers, ${part(fraction)}`,
    body: html`<p>▼ below ${focus}, ▲ above it, by paired differences; no sign: no significant difference. ${results.seeds.get(fraction)?.length ?? 0} seeds.</p>${table(
      {
        caption: `Means and 95 % intervals, ${part(fraction)}`,
        columns: ['Method', ...columns.map((metric) => metricTitle(metric, results.metrics).title)],
        numbers: columns.map((_, i) => i + 1),
        rows: plan.methods
          .filter(({ key }) => entries.some(({ method }) => method === key))
          .map(({ key, title }) => [title, ...columns.map((metric) => cell(key, metric))]),
      },
    )}`,
  };
}

function methodSection(plan: Plan, results: PlanResults, states: ReadonlyMap<string, CellState>): Section {
  const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
  const config = cells.find(({ method }) => method === plan.focus)?.config ?? cells[0]?.config;
  const processors = [
    ...new Set(cells.map(({ environment }) => `${environment.processor}, ${environment.cores} cores`)),
  ];
  const about =
    config === undefined
      ? []
      : [
          {
            label: 'encoder',
            value: `${config.encoder.name} × ${config.encoder.width}`,
            note: `views of ${config.views.size} px, recipe ${config.views.recipe}`,
          },
          {
            label: 'batch',
            value: count(config.batchSize),
            note: `${config.optimizer.name}, peak rate ${config.optimizer.lr}`,
          },
          { label: 'seeds', value: plan.seeds.join(', '), note: 'of weights, order and views' },
          {
            label: 'machine',
            value: processors.join('; '),
            note: `xclr ${cells[0]!.environment.xclr}, LibTorch ${cells[0]!.environment.libtorch}`,
          },
        ];
  return {
    id: 'how',
    title: 'How it was measured',
    body: html`${facts(about)}<dl class="definitions">${Object.entries(results.definitions).map(
      ([metric, definition]) =>
        html`<dt>${metricTitle(metric, results.metrics).title}</dt><dd>${definition}</dd>`,
    )}</dl>`,
  };
}
