// The page of `xclr eval`: every number with its meaning and chance level, accuracy by class, confusions, and mistakes.
import type { Dataset } from '../data/index.js';
import type { RunEvaluation } from '../evaluate/evaluate-run.js';
import type { MetricResult } from '../evaluate/index.js';
import type { ClassReport, Mistake } from '../evaluate/predictions.js';
import { shorten } from '../util/shorten.js';
import { confusionMatrix, matrixCss } from './confusion-matrix.js';
import { barChart, facts, remarks, renderContactSheet, table } from './contact-sheet.js';
import { capitalized, count, decimal, plural } from './format.js';
import { html, type Markup } from './html.js';
import { imagesAndText, pairsCss } from './image-pairs.js';
import type { ImageStore } from './image-store.js';
import { longText } from './long-text.js';
import { chanceLevel, metricMeaning, metricTitle } from './metric-titles.js';
import { Thumbnails } from './sample-thumbnails.js';
import { type Section, scrollable } from './sections/section.js';

export interface EvaluationPageInput {
  /** The run's name, for people. */
  readonly run: string;
  /** Its path, for the commands to run next. */
  readonly path: string;
  readonly evaluation: RunEvaluation;
  readonly dataset: Dataset;
  readonly created: Date;
}

/** Mistakes shown of a metric: two or three rows of pairs. */
const mistakesShown = 12;

/** One self-contained HTML page. */
export async function evaluationPage(input: EvaluationPageInput): Promise<string> {
  const { run, evaluation, dataset, created } = input;
  const thumbnails = new Thumbnails(dataset);
  const sampleOf = new Map(dataset.samples.map(({ id }, sample) => [id, sample]));
  const reports = Object.entries(evaluation.classes);
  await thumbnails.make(
    reports.flatMap(([, { mistakes }]) =>
      mistakes
        .slice(0, mistakesShown)
        .flatMap(({ id, nearest }) => [sampleOf.get(id) ?? [], sampleOf.get(nearest) ?? []].flat()),
    ),
  );
  const titles = Object.keys(evaluation.features);
  return renderContactSheet({
    kicker: 'xclr eval',
    title: `Evaluation of ${run}`,
    lead: `The encoder after ${plural(evaluation.step, 'training step')} (checkpoint “${evaluation.checkpoint}”), measured with frozen features on images of ${dataset.name} that it was not trained on.`,
    created,
    css: pairsCss + matrixCss + pageCss,
    sections: (images) => [
      noticeSection(evaluation),
      summarySection(evaluation),
      numbersSection(input),
      ...reports.flatMap(([metric, report]) => [
        classSection(metric, titles, report),
        confusionSection(metric, titles, report),
        mistakeSection(metric, titles, report, { thumbnails, images, sampleOf }),
      ]),
      definitionSection(evaluation),
      nextSection(input),
    ],
  });
}

const pageCss = `
.numbers th[scope=row] { min-width: 12rem; max-width: 24rem; }
.numbers .metric { font-weight: 600; }
.metric-definitions { columns: 2 26rem; column-gap: 2.5rem; margin: 0; }
.metric-definitions > div { break-inside: avoid; margin-bottom: 1rem; }
.metric-definitions dt { font-weight: 650; }
.metric-definitions dd { margin: 0; color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }`;

function write(metric: string, value: number | null, all: readonly string[]): string {
  if (value === null) return '–';
  return metricTitle(metric, all).unit === 'percent' ? `${decimal(100 * value, 1)} %` : decimal(value, 3);
}

/** 'percent' values carry their unit once: "31.2 – 36.1 %". */
function interval(metric: string, result: MetricResult, all: readonly string[]): string | undefined {
  if (result.interval === null) return undefined;
  const { low, high } = result.interval;
  const percent = metricTitle(metric, all).unit === 'percent';
  return percent
    ? `${decimal(100 * low, 1)} – ${decimal(100 * high, 1)} %`
    : `${decimal(low, 3)} – ${decimal(high, 3)}`;
}

/** Metrics that say most about an encoder, in the order in which they are met. */
const headlines = [/^knn_/, /^probe_/, /^r1_/, /^alignment_/, /^triplets_/];

/** What guessing gives on a metric, where it is known. */
export function chanceOfMetric(
  metric: string,
  evaluation: Pick<RunEvaluation, 'classes'>,
): number | undefined {
  return evaluation.classes[metric]?.chance.uniform ?? chanceLevel(metric);
}

/** What must be said before any number. */
function noticeSection({ notice }: RunEvaluation): Section | undefined {
  if (notice === undefined) return undefined;
  return {
    id: 'notice',
    title: 'Before you read on',
    body: remarks([{ level: 'problem', title: 'Warning', text: notice }]),
  };
}

function summarySection(evaluation: RunEvaluation): Section {
  const { features } = evaluation;
  const all = Object.keys(features);
  const shown = headlines.flatMap((pattern) => all.filter((metric) => pattern.test(metric)).slice(0, 1));
  return {
    id: 'summary',
    title: 'In short',
    body: facts(
      shown.map((metric) => {
        const result = features[metric]!;
        const chance = chanceOfMetric(metric, evaluation);
        const range = interval(metric, result, all);
        return {
          label: capitalized(metricTitle(metric, all).title),
          value: write(metric, result.value, all),
          note: [
            range && `95 % interval ${range}`,
            chance !== undefined && `chance ${write(metric, chance, all)}`,
          ]
            .filter((part) => typeof part === 'string')
            .join('; '),
        };
      }),
    ),
  };
}

function numbersSection({ evaluation, path }: EvaluationPageInput): Section {
  const { features, projected, controls } = evaluation;
  const all = Object.keys(features);
  const cell = (metric: string, result: MetricResult | undefined): Markup => {
    if (result === undefined || result.value === null) return html`<td class="number">–</td>`;
    const range = interval(metric, result, all);
    return html`<td class="number">${write(metric, result.value, all)}${range !== undefined && html`<span class="interval">${range}</span>`}</td>`;
  };
  const chance = (metric: string): Markup => {
    const value = chanceOfMetric(metric, evaluation);
    return html`<td class="number">${value === undefined ? '–' : write(metric, value, all)}</td>`;
  };
  const hasProjected = Object.keys(projected).length > 0;
  const head = [
    'Encoder',
    ...(hasProjected ? ['After the projector'] : []),
    ...(controls === undefined ? [] : ['Before training', 'Raw pixels']),
    'Chance',
    'Measured on',
  ];
  return {
    id: 'numbers',
    title: 'All numbers',
    body: html`<p>The small numbers are 95 % bootstrap intervals over queries or captions; they do not include the differences between training runs. ${
      controls === undefined
        ? html`The encoder before training and raw pixels show what can be reached without training: <code>xclr eval ${path} --controls</code> measures them too.`
        : 'The encoder before training and raw pixels are controls: they show what can be reached without training.'
    } Chance is the expected value of guessing every class with equal probability.</p>${scrollable(
      'All numbers',
      html`<table class="numbers"><caption class="hidden">All numbers of this evaluation</caption>
<thead><tr><th scope="col">Measure</th>${head.map((title) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${all.map((metric) => {
        const result = features[metric]!;
        return html`<tr><th scope="row"><span class="metric">${capitalized(metricTitle(metric, all).title)}</span><span class="explanation">${metricMeaning(metric)}${result.note !== undefined && ` ${result.note}`}</span></th>${cell(metric, result)}${
          hasProjected && cell(metric, projected[metric])
        }${controls !== undefined && html`${cell(metric, controls.untrained[metric])}${cell(metric, controls.pixels[metric])}`}${chance(metric)}<td class="number">${count(result.n)} ${result.counted}</td></tr>\n`;
      })}</tbody></table>`,
      { pinned: true },
    )}`,
  };
}

const nameOf = (metric: string, all: readonly string[]) => capitalized(metricTitle(metric, all).title);

/** Classes in a chart: with more, the worst and the best of them. */
const classesShown = 40;

function classSection(
  metric: string,
  all: readonly string[],
  { classes, chance, key }: ClassReport,
): Section {
  const sorted = classes.toSorted(
    (a, b) => b.correct / b.queries - a.correct / a.queries || a.name.localeCompare(b.name),
  );
  const half = classesShown / 2;
  const shown = sorted.length <= classesShown ? sorted : [...sorted.slice(0, half), ...sorted.slice(-half)];
  const bars = shown.map(({ name, correct, queries }) => ({
    name,
    value: (100 * correct) / queries,
    text: `${Math.round((100 * correct) / queries)} % of ${count(queries)}`,
  }));
  const split = Math.ceil(bars.length / 2);
  const columns = bars.length > 8 ? [bars.slice(0, split), bars.slice(split)] : [bars];
  const title = `${nameOf(metric, all)}: accuracy by ${key}`;
  return {
    id: `classes-${metric}`,
    title,
    body: html`<p>The fraction of each class’s queries that is answered right${
      sorted.length > classesShown &&
      `; of ${count(sorted.length)} classes the ${half} best and the ${half} worst are shown`
    }. Guessing gives ${decimal(100 * chance.uniform, 1)} %, and always answering with the class that has the most gallery images ${decimal(100 * chance.majority, 1)} %.</p><div class="grid bars">${columns.map(
      (part) => html`<div class="card">${barChart(part, { title, most: 100 })}</div>`,
    )}</div>`,
  };
}

function confusionSection(metric: string, all: readonly string[], report: ClassReport): Section | undefined {
  const { confusions, classes } = report;
  if (confusions.length === 0 || classes.length < 2) return undefined;
  const sizes = new Map(classes.map(({ name, queries }) => [name, queries]));
  return {
    id: `confusion-${metric}`,
    title: `${nameOf(metric, all)}: what is taken for what`,
    body: html`${confusionMatrix(report)}${table({
      caption: 'The most frequent confusions',
      columns: ['Class', 'Taken for', 'Queries', 'Of the class'],
      numbers: [2, 3],
      rows: confusions
        .slice(0, 12)
        .map(({ truth, predicted, count: n }) => [
          truth,
          predicted,
          count(n),
          `${Math.round((100 * n) / (sizes.get(truth) ?? n))} %`,
        ]),
    })}`,
  };
}

interface Drawing {
  readonly thumbnails: Thumbnails;
  readonly images: ImageStore;
  readonly sampleOf: ReadonlyMap<string, number>;
}

function mistakeSection(
  metric: string,
  all: readonly string[],
  { mistakes }: ClassReport,
  { thumbnails, images, sampleOf }: Drawing,
): Section | undefined {
  if (mistakes.length === 0) return undefined;
  const said = ({ id, truth, predicted, votes }: Mistake) =>
    html`<div><span class="at">${shorten(predicted, 60)}</span> with ${Math.round(100 * votes)} % of the votes, instead of <span class="at">${shorten(truth, 60)}</span></div><div class="small">${longText(id, 60)}</div>`;
  const shown = mistakes.slice(0, mistakesShown);
  return {
    id: `mistakes-${metric}`,
    title: `${nameOf(metric, all)}: the surest mistakes`,
    body: html`<p>The wrong answers with the most votes. Each pair shows the query and, beside it, the gallery image that is most similar to it. A wrong label in the data often shows here first.</p><ul class="pairs">${shown.map(
      (one) =>
        imagesAndText(
          [one.id, one.nearest].flatMap((id) => sampleOf.get(id) ?? []),
          said(one),
          thumbnails,
          images,
        ),
    )}</ul>`,
  };
}

/** What was chosen for these features: ' C was 10.' */
function chosenText({ chosen = {} }: MetricResult): string {
  return Object.entries(chosen)
    .map(([name, value]) => ` ${name} was ${value}.`)
    .join('');
}

function definitionSection({ features, captions }: RunEvaluation): Section {
  const all = Object.keys(features);
  const left = (result: MetricResult) =>
    Object.entries(result.leftOut).map(([reason, n]) => `${count(n)} ${reason}`);
  return {
    id: 'definitions',
    title: 'How the numbers are defined',
    body: html`<p>Captions are compared by ${captions}.</p><dl class="metric-definitions">${all.map(
      (metric) => {
        const result = features[metric]!;
        const missing = left(result);
        return html`<div><dt>${nameOf(metric, all)} <code>${metric}</code></dt><dd>${result.definition}${chosenText(result)}${
          missing.length > 0 && ` Left out: ${missing.join(', ')}.`
        }</dd></div>`;
      },
    )}</dl>`,
  };
}

function nextSection({ path }: EvaluationPageInput): Section {
  return {
    id: 'next',
    title: 'What to do next',
    body: html`<pre class="commands">xclr eval ${path} --checkpoint best    # the checkpoint with the lowest validation loss
xclr export ${path} encoder/           # the encoder for search, a server or a browser</pre>`,
  };
}
