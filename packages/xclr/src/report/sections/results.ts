// The results: charts of the headline metrics, then the table of all of them.
import { maxOf, minOf } from '../../util/arrays.js';
import { intervalChart } from '../charts/interval-chart.js';
import { leadSentences } from '../conclusions.js';
import { count, metricInterval, metricValue } from '../format.js';
import { html, type Markup } from '../html.js';
import type { Method, MetricColumn } from '../report-data.js';
import { standing, verdicts } from '../verdict.js';
import { figure, methodName, type Page, type Section, scrollable } from './section.js';

/** The methods with the best value on a metric; several where they share it. */
function best(metric: MetricColumn, methods: readonly Method[]): Method[] {
  const values = methods.flatMap((m) => m.metrics[metric.key]?.value ?? []);
  const top = metric.lowerIsBetter ? minOf(values) : maxOf(values);
  return methods.filter((m) => m.metrics[metric.key]?.value === top);
}

function cell(page: Page, metric: MetricColumn, method: Method, top: readonly Method[]): Markup {
  const classes = ['number', method.control && 'control', top.includes(method) && 'best']
    .filter(Boolean)
    .join(' ');
  const measured = method.metrics[metric.key];
  if (measured === undefined) return html`<td class="${classes}"><span class="none">not measured</span></td>`;
  const interval = metricInterval(metric, measured);
  const isBest = top.includes(method);
  const close =
    !isBest && top[0] !== undefined && standing(metric, top[0], method, page.data.differences) === 'unclear';
  return html`<td class="${classes}">${
    isBest && html`<span class="star" aria-hidden="true">★</span><span class="hidden">best: </span>`
  }${
    close &&
    html`<span class="close" aria-hidden="true">≈</span><span class="hidden">not significantly different from the best: </span>`
  }<span class="value">${metricValue(metric, measured.value)}</span>${
    interval !== undefined && html`<span class="interval">${interval}</span>`
  }</td>`;
}

function row(page: Page, metric: MetricColumn): Markup {
  const top = best(metric, page.methods);
  const sizes = page.methods.flatMap((m) => m.metrics[metric.key]?.n ?? []);
  const n = sizes.length > 0 ? maxOf(sizes) : undefined;
  return html`<tr><th scope="row"><span class="metric">${metric.title}</span><span class="explanation">${metric.explanation}${
    metric.lowerIsBetter && ' Lower is better.'
  }${n !== undefined && html` <span class="nowrap">n = ${count(n)}.</span>`}</span></th>${page.methods.map(
    (method) => cell(page, metric, method, top),
  )}</tr>`;
}

function table(page: Page): Markup {
  const learned = page.methods.filter((m) => !m.control);
  const controls = page.methods.filter((m) => m.control);
  const heading = (method: Method) =>
    html`<th scope="col" class="number${method.control ? ' control' : ''}">${methodName(page, method)}</th>`;
  const grouped =
    controls.length > 0 &&
    html`<tr class="over"><td></td>${
      learned.length > 0 && html`<th scope="colgroup" colspan="${learned.length}">Trained</th>`
    }<th scope="colgroup" colspan="${controls.length}" class="control">Controls: not trained</th></tr>`;
  return html`<table class="results"><caption class="hidden">Every metric for every method</caption><thead>${grouped}<tr><th scope="col">What is measured</th>${page.methods.map(heading)}</tr></thead><tbody>${page.data.metrics.map((metric) => row(page, metric))}</tbody></table>`;
}

export function resultsSection(page: Page): Section {
  const { data, methods, styles } = page;
  const headlines = data.metrics.filter((metric) => metric.headline);
  const measured = verdicts(data, page.focus);
  const anyInterval = methods.some((m) => Object.values(m.metrics).some((v) => v.low !== undefined));
  const charts = headlines.map((metric) =>
    figure(
      intervalChart(metric, methods, styles),
      html`<strong>${metric.title}</strong><span class="explanation">${metric.explanation}</span>`,
    ),
  );
  return {
    id: 'results',
    title: 'Results',
    body: html`
<p>All encoders are measured on images that they were not trained on. ${
      data.metrics.every((m) => !m.lowerIsBetter) && 'Higher is better for every measure. '
    }${
      methods.some((m) => m.control) &&
      'Hollow marks and tinted columns are controls, which were not trained. '
    }Each chart has an axis of its own, cut to the range of its values.</p>
${charts.length > 0 && html`<div class="grid">${charts}</div>`}
${measured.length > 0 && html`<p class="verdict">${leadSentences(measured, data.oneSeed).join(' ')}</p>`}
${scrollable('Results', table(page), { pinned: true })}
<p class="small"><span class="star">★</span> marks the best value of a row.${
      anyInterval &&
      html` The smaller numbers are intervals: ${data.intervalNote ?? '95 % bootstrap intervals'}. <span class="close">≈</span> marks a value with no significant difference from the best one.`
    }</p>`,
  };
}
