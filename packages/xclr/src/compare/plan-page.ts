// The page of a comparison: what holds, the tables, the curves, the cost.

import type { Estimate } from '../evaluate/index.js';
import { costChart } from '../report/charts/cost-chart.js';
import { intervalChart } from '../report/charts/interval-chart.js';
import { facts, lineChart, remarks, renderContactSheet, table } from '../report/contact-sheet.js';
import { capitalized, count, plural } from '../report/format.js';
import { html, type Markup } from '../report/html.js';
import { chanceLevel, lowerIsBetter, metricMeaning, metricTitle } from '../report/metric-titles.js';
import { methodStyles } from '../report/palette.js';
import type { Measurement, Method, MetricColumn } from '../report/report-data.js';
import { figure, type Section, scrollable } from '../report/sections/section.js';
import { maxOf } from '../util/arrays.js';
import { shorten } from '../util/shorten.js';
import { caseCss, curveSection, noticeSection, shortcutSection, treeSection } from './case-sections.js';
import { cellRemarks } from './cell-remarks.js';
import { conclusionsOf } from './conclusions.js';
import { olderDefinitionsNotice } from './definitions-check.js';
import { effortCells, effortHead } from './effort-table.js';
import { headlineMetrics } from './headlines.js';
import type { Plan } from './plan.js';
import { isMarked, referenceMark, referenceNote } from './reference-mark.js';
import { bestMethod, type PlanResults, verdictOf } from './results.js';
import type { CellState } from './run-plan.js';
import type { Shortcuts } from './shortcuts.js';

/** The page of a comparison (HTML). */
export function planPage(
  plan: Plan,
  results: PlanResults,
  states: ReadonlyMap<string, CellState>,
  created: Date,
  shortcuts: Shortcuts | null = null,
): string {
  const { metrics } = results;
  const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
  const first = headlineMetrics(plan, metrics);
  const focus = plan.methods.find(({ key }) => key === plan.focus)!;
  return renderContactSheet({
    kicker: 'xclr compare',
    title: `${plan.name}: ${focus.title} and the others`,
    lead: 'All methods share the encoder, the data, the views, the training budget and the seeds; they differ in what they learn from. Intervals cover training seeds and test images together.',
    created,
    css: pageCss + caseCss,
    sections: () => [
      noticeSection(plan),
      shortcutSection(plan, results, cells, shortcuts),
      saidSection(plan, results, first, states),
      ...plan.fractions.map((fraction) => barsSection(plan, results, fraction, first)),
      efficiencySection(plan, results, first),
      labelsSection(plan, results),
      curveSection(plan, cells, stylesOf(plan)),
      treeSection(plan, cells),
      costSection(plan, results, first),
      ...plan.fractions.map((fraction) => tableSection(plan, results, fraction)),
      methodSection(plan, results, states),
    ],
  });
}

const pageCss = `
.verdicts { columns: 2 26rem; column-gap: 2.5rem; padding-left: 1.1rem; overflow-wrap: anywhere; }
.verdicts li { break-inside: avoid; margin-bottom: 0.5rem; }
.metric-definitions { columns: 2 26rem; column-gap: 2.5rem; margin: 0; }
.metric-definitions > div { break-inside: avoid; margin-bottom: 1rem; }
.metric-definitions dt { font-weight: 650; }
.metric-definitions dd { margin: 0; color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }
.all-numbers th[scope=row] { min-width: 9.5rem; max-width: 15rem; font-weight: 600; }
.all-numbers thead .number { white-space: normal; min-width: 6.5rem; max-width: 9.5rem; overflow-wrap: normal; }
.all-numbers .best .value { font-weight: 700; }
.all-numbers .sign { color: var(--soft); }`;

const part = (fraction: number) =>
  fraction === 1 ? 'the whole training part' : `${Math.round(1000 * fraction) / 10} % of the training part`;

function saidSection(
  plan: Plan,
  results: PlanResults,
  first: readonly string[],
  states: ReadonlyMap<string, CellState>,
): Section {
  const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
  const older = olderDefinitionsNotice(cells);
  const sentences = conclusionsOf(plan, { ...results, metrics: first });
  const { holes } = results;
  return {
    id: 'said',
    title: 'What the numbers say',
    body: html`<p>A method is called significantly better or worse where the 95 % interval of the difference on the same images excludes zero and its p-value, corrected by Holm’s method over all differences of a metric, is at most 0.05. Interval and p-value count both how runs with other seeds vary and how other test images would; with few seeds only large differences can be shown (docs/statistics.md).</p>${
      older !== null && remarks([{ level: 'advice', title: 'Older definitions', text: older }])
    }
<ul class="verdicts">${sentences.map((sentence) => html`<li>${capitalized(sentence)}</li>`)}</ul>
${
  holes.length > 0 &&
  remarks([
    {
      level: 'advice',
      title: holes.length === 1 ? 'One cell is missing' : `${count(holes.length)} cells are missing`,
      text: holes
        .slice(0, 12)
        .map(({ key, reason }) => `${key}: ${shorten(reason, 160)}`)
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
        method === key && of === fraction && estimate !== null ? [[metric, measurementOf(estimate)]] : [],
      ),
    ),
  }));
}

function measurementOf({ mean, low, high }: Estimate): Measurement {
  return { value: mean, ...(low !== null && high !== null && { low, high }) };
}

function columnOf(metric: string, { metrics, definitions }: PlanResults): MetricColumn {
  const { title, unit } = metricTitle(metric, metrics);
  const chance = chanceLevel(metric);
  return {
    key: metric,
    title: capitalized(title),
    unit,
    explanation: definitions[metric] ?? '',
    headline: true,
    ...(chance !== undefined && { chance }),
    ...(lowerIsBetter(metric) && { lowerIsBetter: true }),
  };
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
    body: html`<p class="small">Each chart has an axis of its own, cut to the range of its values. Hollow marks are controls, which were not trained.</p><div class="grid">${shown.map(
      (metric) =>
        figure(
          intervalChart(columnOf(metric, results), methods, styles),
          html`${columnOf(metric, results).title}<span class="explanation">${metricMeaning(metric)}</span>`,
        ),
    )}</div>`,
  };
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
    const { title, unit } = columnOf(metric, results);
    const scale = unit === 'percent' ? 100 : 1;
    const lines = plan.methods.flatMap(({ key, title, control }) => {
      const points = results.entries
        .filter((entry) => entry.metric === metric && entry.method === key && entry.estimate !== null)
        .map(({ fraction, estimate }) => ({ x: 100 * fraction, y: estimate!.mean * scale }))
        .sort((a, b) => a.x - b.x);
      return points.length < 2 || control
        ? []
        : [{ name: title, points, main: key === plan.focus, color: styles.get(key)?.color }];
    });
    const y = scale === 100 ? '%' : 'value';
    return lines.length === 0
      ? []
      : [figure(lineChart(lines, { x: '% of the training part', y }), html`${title}`)];
  });
  if (charts.length === 0) return undefined;
  return {
    id: 'data',
    title: 'With less data',
    body: html`<p>The same fraction is taken of every class. The encoder, the nearest neighbors and the linear probes see no other images.</p><div class="grid">${charts}</div>`,
  };
}

/** Accuracy by the number of labeled images. */
function labelsSection(plan: Plan, results: PlanResults): Section | undefined {
  const fraction = maxOf(plan.fractions);
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
      return entry?.estimate == null ? [] : [{ x, y: 100 * entry.estimate.mean }];
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
          lineChart(lines, { x: 'labeled images a class', y: 'accuracy, %', log: true }),
          html`Nearest class mean<span class="explanation">Frozen features; a few labeled images of each class are known.</span>`,
        )}</div>`,
      };
}

function costSection(plan: Plan, results: PlanResults, first: readonly string[]): Section | undefined {
  const [metric] = first;
  const fraction = maxOf(plan.fractions);
  const methods = methodsOn(plan, results, fraction);
  const { efforts, withoutTimes } = results.effort;
  if (efforts.length === 0) return undefined;
  const timed = withoutTimes === null;
  const points = efforts.flatMap(({ method, fraction: of, seconds }) => {
    const found = methods.find(({ key }) => key === method);
    const measured = metric === undefined ? undefined : found?.metrics[metric];
    return of !== fraction || measured === undefined || found === undefined || seconds === null
      ? []
      : [{ key: method, title: found.title, minutes: seconds / 60, value: measured.value }];
  });
  const column = metric === undefined ? undefined : columnOf(metric, results);
  const chart =
    column !== undefined &&
    points.length > 0 &&
    figure(
      costChart(points, stylesOf(plan), column),
      html`${column.title} against training time<span class="explanation">With ${part(fraction)}; without waits for images.</span>`,
    );
  return {
    id: 'cost',
    title: 'What it costs',
    body: html`<div class="side">${chart}<div>${table({
      caption: 'What training took',
      columns: ['Method', 'Training part', ...effortHead(timed).map(capitalized)],
      numbers: [1, 2, 3, 4, 5],
      rows: efforts.map((effort) => [
        plan.methods.find(({ key }) => key === effort.method)?.title ?? effort.method,
        `${Math.round(1000 * effort.fraction) / 10} %`,
        ...effortCells(effort, plan, timed),
      ]),
    })}<p class="small">${
      withoutTimes ??
      'Times are medians over seeds of the median time of a step, times the steps, with those of the run that a method began from; waits for images are apart.'
    }</p></div></div>`,
  };
}

function tableSection(plan: Plan, results: PlanResults, fraction: number): Section | undefined {
  const entries = results.entries.filter((entry) => entry.fraction === fraction);
  const columns = results.metrics.filter((metric) => entries.some((entry) => entry.metric === metric));
  if (columns.length === 0) return undefined;
  const write = (metric: string, value: number) =>
    metricTitle(metric, results.metrics).unit === 'percent' ? (100 * value).toFixed(1) : value.toFixed(3);
  const best = new Map(columns.map((metric) => [metric, bestMethod(entries, metric)]));
  const methods = plan.methods.filter(({ key }) => entries.some(({ method }) => method === key));
  const focus = plan.methods.find(({ key }) => key === plan.focus)!.title;
  const cell = (method: string, metric: string): Markup => {
    const estimate = entries.find((one) => one.method === method && one.metric === metric)?.estimate;
    if (estimate == null) return html`<td class="number">–</td>`;
    const difference = results.differences.find(
      (one) => one.fraction === fraction && one.metric === metric && one.other === method,
    );
    const verdict = difference === undefined ? undefined : verdictOf(difference);
    const sign =
      verdict === undefined || verdict === 'no significant difference'
        ? undefined
        : verdict === 'better'
          ? { mark: '▼', words: `significantly worse than ${focus}` }
          : { mark: '▲', words: `significantly better than ${focus}` };
    return html`<td class="number${best.get(metric) === method && ' best'}">${
      sign !== undefined &&
      html`<span class="sign" aria-hidden="true">${sign.mark} </span><span class="hidden">${sign.words}: </span>`
    }<span class="value">${write(metric, estimate.mean)}</span>${
      isMarked(results, method, metric) &&
      html`<span class="sign" aria-hidden="true"> ${referenceMark}</span><span class="hidden"> (trained on this similarity)</span>`
    }${
      estimate.low !== null &&
      estimate.high !== null &&
      html`<span class="interval">${write(metric, estimate.low)} – ${write(metric, estimate.high)}</span>`
    }</td>`;
  };
  const rowTitle = (metric: string) => {
    const { title: name, unit } = metricTitle(metric, results.metrics);
    return `${capitalized(name)}${unit === 'percent' ? ', %' : ''}${lowerIsBetter(metric) ? ' ↓' : ''}`;
  };
  const note = referenceNote(plan, results);
  const title = `All numbers, ${part(fraction)}`;
  return {
    id: `table-${fraction}`,
    title,
    body: html`<p>Means over ${plural(results.seeds.get(fraction)?.length ?? 0, 'seed')} and 95 % intervals; the best mean of a row is bold: the highest, or the lowest in rows of which less is better (↓). ▼ marks a method that is significantly worse than ${focus}, ▲ one that is significantly better. Without a sign there is no significant difference.</p>${note !== null && html`<p>${note}</p>`}${scrollable(
      title,
      html`<table class="all-numbers"><caption class="hidden">Means and 95 % intervals, ${part(fraction)}</caption>
<thead><tr><th scope="col">Measure</th>${methods.map((method) => html`<th scope="col" class="number">${method.title}</th>`)}</tr></thead>
<tbody>${columns.map(
        (metric) =>
          html`<tr><th scope="row">${rowTitle(metric)}</th>${methods.map(({ key }) => cell(key, metric))}</tr>\n`,
      )}</tbody></table>`,
      { pinned: true },
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
            label: 'Encoder',
            value: `${config.encoder.name} × ${config.encoder.width}`,
            note: `views of ${config.views.size} px, recipe ${config.views.recipe}`,
          },
          {
            label: 'Images a step',
            value: count(config.batchSize),
            note: `${config.optimizer.name}, peak rate ${config.optimizer.lr}`,
          },
          {
            label: 'Seeds',
            value: plan.seeds.join(', '),
            note: 'They decide the initial weights, the order of the images and the views.',
          },
          {
            label: 'Machine',
            value: processors.join('; '),
            note: `xclr ${cells[0]!.environment.xclr}, LibTorch ${cells[0]!.environment.libtorch}`,
          },
        ];
  return {
    id: 'how',
    title: 'How it was measured',
    body: html`${facts(about)}${cellRemarks(cells).map((remark) => html`<p>${remark}</p>`)}<dl class="metric-definitions">${Object.entries(
      results.definitions,
    ).map(
      ([metric, definition]) =>
        html`<div><dt>${capitalized(metricTitle(metric, results.metrics).title)}</dt><dd>${definition}</dd></div>`,
    )}</dl>`,
  };
}
