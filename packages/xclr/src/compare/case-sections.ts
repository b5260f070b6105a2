// Sections that a comparison's page has where its plan asks for them: a notice, shortcuts, curves, confusions in the order of a tree.

import { type ShortcutClass, toldBest } from '../evaluate/shortcuts.js';
import { lineChart, remarks, table } from '../report/contact-sheet.js';
import { capitalized, count } from '../report/format.js';
import { html, type Markup } from '../report/html.js';
import { metricTitle } from '../report/metric-titles.js';
import type { methodStyles } from '../report/palette.js';
import { figure, type Section, scrollable } from '../report/sections/section.js';
import type { Cell } from './cell.js';
import { loadUnits } from './cell-units.js';
import type { Plan } from './plan.js';
import type { PlanResults } from './results.js';
import type { Shortcuts } from './shortcuts.js';

/** Classes up to which each has a column of its own. */
const mostColumns = 8;

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** The sentence that goes with these encoders; the first thing on the page. */
export function noticeSection(plan: Plan): Section | undefined {
  const notice = plan.cells.find(({ train }) => train !== null)?.config.notice;
  if (notice === undefined) return undefined;
  return {
    id: 'notice',
    title: 'Before you read on',
    body: remarks([{ level: 'problem', title: 'Warning', text: notice }]),
  };
}

const notLookedFor = {
  level: 'problem',
  title: 'Not looked for yet',
  text: 'The comparison was interrupted before hints that have nothing to do with the object were tried. The accuracies below may come from them: the same command looks.',
} as const;

/** What can be told without looking at the object; before any accuracy. */
export function shortcutSection(
  plan: Plan,
  results: PlanResults,
  cells: readonly Cell[],
  shortcuts: Shortcuts | null,
): Section | undefined {
  const section = { id: 'shortcuts', title: 'What can be told without looking' };
  if (shortcuts === null)
    return plan.shortcuts === undefined ? undefined : { ...section, body: remarks([notLookedFor]) };
  const { results: found, majority, label, duplicates, compared, threshold } = shortcuts;
  const best = [...found].sort((a, b) => b.accuracy - a.accuracy)[0]!;
  const told = toldBest(found);
  const telling = best.accuracy > majority + 0.1 || told !== undefined;
  const names = found[0]!.classes.map(({ name }) => name).sort();
  const few = names.length <= mostColumns;
  return {
    ...section,
    body: html`<p>Before any accuracy: how well the ${label} of an image is guessed from things that have nothing to do with what it shows, by the nearest of ${count(shortcuts.gallery)} other images. An encoder may use the same hints, and would lose them on images from elsewhere.</p>${remarks(
      [
        telling
          ? {
              level: 'problem',
              title: 'There is a shortcut',
              text: `The ${best.name} alone gives ${percent(best.accuracy)}, where always saying the most frequent ${label} gives ${percent(majority)}.${told === undefined ? '' : ` By the ${told.hint} alone "${told.name}" is recognized in ${percent(told.accuracy)} of its ${told.queries} images, and ${percent(told.mistaken)} of the others are taken for it: it may come from another source than the rest.`}`,
            }
          : {
              level: 'advice',
              title: 'No strong shortcut was found',
              text: `The best, the ${best.name}, gives ${percent(best.accuracy)}; always saying the most frequent ${label} gives ${percent(majority)}.`,
            },
      ],
    )}${table({
      caption: few
        ? `Accuracy from each hint alone; by ${label}, the fraction of its images that are recognized (and of the others that are taken for it)`
        : `Accuracy from each hint alone, and the ${label} that it tells best: the fraction of its images that are recognized (and of the others that are taken for it)`,
      columns: [
        'Known of an image',
        'Accuracy',
        '95 % interval',
        ...(few ? names : [`The ${label} that it tells best`]),
      ],
      numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      rows: [
        ...found.map((one) => [
          `the ${one.name} alone`,
          percent(one.accuracy),
          one.interval === null ? '–' : `${percent(one.interval.low)} – ${percent(one.interval.high)}`,
          ...(few
            ? [...one.classes].sort((a, b) => (a.name < b.name ? -1 : 1)).map(recognized)
            : [`${one.classes[0]!.name}: ${recognized(one.classes[0]!)}`]),
        ]),
        [`nothing (most frequent ${label})`, percent(majority), '–', ...(few ? names : [''])].map(
          (cell, i) => (i < 3 ? cell : '–'),
        ),
      ],
    })}${encoderHints(plan, results)}${duplicateTable(plan, results, cells, duplicates, { compared, threshold })}`,
  };
}

const recognized = ({ accuracy, mistaken }: ShortcutClass) => `${percent(accuracy)} (${percent(mistaken)})`;

/** How well the encoders do with covered centers, and what they tell of the source. */
function encoderHints(plan: Plan, results: PlanResults): Markup | false {
  const shown = results.metrics.filter(
    (one) => /^(masked_|knn_source)/.test(one) && !one.endsWith('_projected'),
  );
  if (shown.length === 0) return false;
  const said = (metric: string, method: string) => {
    const estimate = results.entries.find((one) => one.metric === metric && one.method === method)?.estimate;
    if (estimate == null) return '–';
    const bounds =
      estimate.low === null || estimate.high === null
        ? ''
        : ` (${percent(estimate.low)} – ${percent(estimate.high)})`;
    return `${percent(estimate.mean)}${bounds}`;
  };
  return table({
    caption: 'What the encoders reach by such hints',
    columns: [
      'Encoder',
      ...shown.map((one) =>
        one.startsWith('masked_') ? 'With the center covered' : 'The source of the image',
      ),
    ],
    numbers: shown.map((_, i) => i + 1),
    rows: plan.methods.map(({ key, title }) => [title, ...shown.map((metric) => said(metric, key))]),
  });
}

/** Measures with and without the queries that have a near-duplicate in the gallery. */
function duplicateTable(
  plan: Plan,
  results: PlanResults,
  cells: readonly Cell[],
  duplicates: readonly number[],
  { compared, threshold }: { readonly compared: number; readonly threshold: number },
): Markup {
  const said = html`<p>Near-duplicates: ${count(duplicates.length)} of ${count(compared)} images that are held out have a near-copy in the training part (correlation of small copies at least ${threshold}).</p>`;
  const left = new Set(duplicates);
  const concerned = (metric: string) => {
    const cell = cells.find(({ units }) => units[metric] !== undefined);
    return cell !== undefined && loadUnits(cell, metric).keys.some((key) => left.has(key));
  };
  const metrics = ['knn_', 'probe_', 'top1_', 'map_', 'ndcg']
    .flatMap((start) => results.metrics.filter((one) => one.startsWith(start)))
    .filter((one) => !one.endsWith('_projected') && concerned(one))
    .slice(0, 4);
  if (metrics.length === 0) return said;
  const mean = (method: string, metric: string, keep: (key: number) => boolean) => {
    const values = cells
      .filter((cell) => cell.method === method && cell.units[metric] !== undefined)
      .map((cell) => {
        const { keys, numerators, denominators } = loadUnits(cell, metric);
        let [numerator, denominator] = [0, 0];
        keys.forEach((key, i) => {
          if (!keep(key)) return;
          numerator += numerators[i]!;
          denominator += denominators[i]!;
        });
        return numerator / denominator;
      });
    return values.length === 0 ? Number.NaN : values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const write = (metric: string, value: number) =>
    Number.isNaN(value)
      ? '–'
      : metricTitle(metric, results.metrics).unit === 'percent'
        ? percent(value)
        : value.toFixed(3);
  return html`${said}${table({
    caption: 'All test images → without those that have a near-copy',
    columns: ['Encoder', ...metrics.map((one) => capitalized(metricTitle(one, results.metrics).title))],
    numbers: metrics.map((_, i) => i + 1),
    rows: plan.methods.map(({ key, title }) => [
      title,
      ...metrics.map(
        (metric) =>
          `${write(
            metric,
            mean(key, metric, () => true),
          )} → ${write(
            metric,
            mean(key, metric, (one) => !left.has(one)),
          )}`,
      ),
    ]),
  })}`;
}

/** Lines that measures keep: relevance by rank, accuracy by what is answered. */
export function curveSection(
  plan: Plan,
  cells: readonly Cell[],
  styles: ReturnType<typeof methodStyles>,
): Section | undefined {
  const metrics = [
    ...new Set(
      cells.flatMap(({ metrics }) =>
        Object.entries(metrics).flatMap(([name, { curve }]) =>
          curve === undefined || name.endsWith('_projected') ? [] : [name],
        ),
      ),
    ),
  ];
  const kinds = new Map<string, string>(); // relevance10_a and relevance50_a have one curve
  for (const metric of metrics) {
    const kind = metric.replace(/^([a-z]+)\d+_/, '$1_');
    if (!kinds.has(kind)) kinds.set(kind, metric);
  }
  const charts = [...kinds].map(([kind, metric]) => {
    const ranks = kind.startsWith('relevance');
    const lines = plan.methods.flatMap(({ key, title }) => {
      const curves = cells.flatMap((cell) =>
        cell.method === key ? (cell.metrics[metric]?.curve ?? []) : [],
      );
      if (curves.length === 0) return [];
      const points = curves[0]!.x.map((x, i) => ({
        x: ranks ? x : 100 * x,
        y: (ranks ? 1 : 100) * (curves.reduce((sum, { y }) => sum + y[i]!, 0) / curves.length),
      }));
      return [{ name: title, points, main: key === plan.focus, color: styles.get(key)?.color }];
    });
    const axes = ranks
      ? { x: 'rank', y: 'mean relevance' }
      : { x: '% of the queries answered', y: 'accuracy, %' };
    return figure(
      lineChart(lines, axes),
      html`${ranks ? 'Relevance at each rank' : 'Accuracy where the farthest get no answer'} (${kind.replace(/^[a-z]+_/, '')})`,
    );
  });
  if (charts.length === 0) return undefined;
  return {
    id: 'curves',
    title: 'By rank, and by what is answered',
    body: html`<div class="grid">${charts}</div>`,
  };
}

/** Confusions in the order of a tree, counted over the seeds, of the focus. */
export function treeSection(plan: Plan, cells: readonly Cell[]): Section | undefined {
  const metric = Object.keys(cells[0]?.metrics ?? {}).find(
    (one) => one.startsWith('top1_') && !one.endsWith('_projected'),
  );
  if (metric === undefined) return undefined;
  const found = cells.flatMap((cell) =>
    cell.method === plan.focus ? (cell.metrics[metric]?.confusions ?? []) : [],
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const { names, groups } = first;
  const size = names.length;
  const counts = first.counts.map((_, i) => found.reduce((sum, { counts }) => sum + counts[i]!, 0));
  const cell = (a: number, b: number) => {
    const n = counts[a * size + b]!;
    const row = counts.slice(a * size, (a + 1) * size).reduce((sum, one) => sum + one, 0);
    const part = Math.round((60 * n) / Math.max(1, row));
    const near = groups[a] === groups[b];
    return html`<td class="${a === b ? 'right' : near ? 'near' : 'wrong'}" style="--part: ${n === 0 ? 0 : Math.max(6, part)}%" title="${names[a]} → ${names[b]}: ${n}">${n === 0 ? '' : n}</td>`;
  };
  return {
    id: 'tree',
    title: 'Mistakes, in the order of the tree',
    body: html`<p>Rows are true classes, columns answers, with the test images of all seeds; ${plan.methods.find(({ key }) => key === plan.focus)?.title}. Classes stand in the order of the tree, so that mistakes among relatives lie near the diagonal (yellow: same parent).</p>${scrollable(
      'Confusions in the order of the tree',
      html`<table class="tree"><caption class="hidden">Test images by true and by predicted class</caption><thead><tr><th scope="col"><span class="hidden">True class</span></th>${names.map((name, i) => html`<th scope="col" title="${name}">${i + 1}</th>`)}</tr></thead><tbody>${names.map((name, a) => html`<tr><th scope="row">${a + 1} ${name}</th>${names.map((_, b) => cell(a, b))}</tr>\n`)}</tbody></table>`,
      { pinned: true },
    )}`,
  };
}

/** Looks of these sections. */
export const caseCss = `
table.tree { width: auto; font-size: 0.68rem; }
.tree th, .tree td { padding: 0.08rem 0.2rem; border-bottom: 0; }
.tree th[scope=row] { white-space: nowrap; font-weight: 400; }
.tree td, .tree thead th { text-align: center; min-width: 1.35rem; }
.tree td { background: color-mix(in srgb, var(--cell) var(--part), var(--page)); border: 1px solid color-mix(in srgb, var(--soft) 14%, var(--page)); print-color-adjust: exact; }
.tree .right { --cell: var(--good); }
.tree .near { --cell: #d9a400; }
.tree .wrong { --cell: var(--bad); }`;
