// One run beside the same settings over several seeds: how far other runs lie from this one.
import { maxOf, minOf } from '../../util/arrays.js';
import { list, metricValue, plural } from '../format.js';
import { html, type Markup } from '../html.js';
import type { Method, MetricColumn, SeedTable } from '../report-data.js';
import { methodName, type Page, type Section, scrollable } from './section.js';

export function overSeedsSection(page: Page): Section | undefined {
  const { overSeeds, metrics } = page.data;
  if (overSeeds === undefined) return undefined;
  const methods = page.methods.filter(({ key }) => overSeeds.methods[key] !== undefined);
  const rows = metrics.filter(({ key }) =>
    methods.some((method) => overSeeds.methods[method.key]![key] !== undefined),
  );
  if (rows.length === 0) return undefined;
  const { seeds, processors, remarks, conclusions } = overSeeds;
  const title = `The same over ${plural(seeds.length, 'seed')}`;
  return {
    id: 'over-seeds',
    title,
    body: html`<p>Another seed gives another encoder, and so does another processor: the numbers above are one draw. The same settings were
trained with the seeds ${list(seeds.map(String))} beforehand (${list([...processors])}). Each cell shows this run, then the mean over those seeds
with its 95 % interval, which covers seeds and test images, and the lowest and the highest of the seeds.</p>${scrollable(
      title,
      html`<table class="results"><caption class="hidden">This run beside ${plural(seeds.length, 'seed')}</caption><thead><tr><th scope="col">What is measured</th>${methods.map(
        (method) =>
          html`<th scope="col" class="number${method.control && ' control'}">${methodName(page, method)}</th>`,
      )}</tr></thead><tbody>${rows.map(
        (metric) =>
          html`<tr><th scope="row"><span class="metric">${metric.title}</span></th>${methods.map((method) =>
            cell(overSeeds, metric, method),
          )}</tr>`,
      )}</tbody></table>`,
      { pinned: true },
    )}
<p>What those seeds show of the methods:</p><ul>${conclusions.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${remarks.map((remark) => html`<p class="small">${remark}</p>`)}`,
  };
}

function cell({ methods }: SeedTable, metric: MetricColumn, method: Method): Markup {
  const own = method.metrics[metric.key];
  const found = methods[method.key]![metric.key];
  const write = (value: number) => metricValue(metric, value);
  if (found === undefined)
    return html`<td class="number"><span class="value">${own === undefined ? '–' : write(own.value)}</span></td>`;
  const { mean, low, high, perSeed } = found;
  const interval = low === null || high === null ? '' : ` (${write(low)} to ${write(high)})`;
  const range = perSeed.length > 1 ? `; ${write(minOf(perSeed))} – ${write(maxOf(perSeed))}` : '';
  return html`<td class="number${method.control && ' control'}"><span class="value">${own === undefined ? '–' : write(own.value)}</span><span class="interval">${write(mean)}${interval}${range}</span></td>`;
}
