// How training went: loss and speed over the steps.
import { lossChart, lossRange } from '../charts/loss-chart.js';
import { throughputChart } from '../charts/throughput-chart.js';
import { count, decimal, duration, median, plural } from '../format.js';
import { html, type Markup } from '../html.js';
import type { CurvePoint, Method } from '../report-data.js';
import { figure, methodName, type Page, type Section, scrollable } from './section.js';

/** The mean loss of the last tenth of a run: single steps jump about. */
function finalLoss(method: Method): number {
  const losses = (method.curve ?? []).map((p) => p.loss);
  const tail = losses.slice(-Math.max(1, Math.round(losses.length / 10)));
  return tail.reduce((a, b) => a + b, 0) / tail.length;
}

/** A legend entry with the line as it is drawn, so that color is not the only sign. */
function lineName({ styles }: Page, method: Method): Markup {
  const { color, dash } = styles.get(method.key)!;
  return html`<span class="method"><svg width="28" height="4" aria-hidden="true"><line x2="28" y1="2" y2="2" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/></svg>${method.title}</span>`;
}

function speed(method: Method): number | undefined {
  const speeds = (method.curve ?? []).flatMap((p) => p.viewsPerSecond ?? []);
  return speeds.length === 0 ? undefined : median(speeds);
}

/** Fraction of the training time spent waiting for images. */
function waiting(method: Method): number | undefined {
  const points = (method.curve ?? []).filter(
    (p) => p.dataSeconds !== undefined && p.stepSeconds !== undefined,
  );
  if (points.length === 0) return undefined;
  const sum = (of: (point: CurvePoint) => number) => points.reduce((total, point) => total + of(point), 0);
  return sum((p) => p.dataSeconds!) / sum((p) => p.stepSeconds!);
}

/** The same bound as at the end of a run (train/session.ts). */
const muchWaiting = 0.1;

function slow(trained: readonly Method[]): Markup | false {
  const late = trained.filter((method) => (waiting(method) ?? 0) > muchWaiting);
  return (
    late.length > 0 &&
    html`<p class="warning"><strong>Warning:</strong> ${late
      .map((m) => m.title)
      .join(
        ', ',
      )} waited for images during more than a tenth of the training. <code>xclr data pack</code> stores them ready to use.</p>`
  );
}

function table(page: Page, trained: readonly Method[]): Markup {
  const rows = trained.map((method) => {
    const perSecond = speed(method);
    const fraction = waiting(method);
    return html`<tr><th scope="row">${methodName(page, method)}</th>
<td class="number">${count(method.curve?.at(-1)?.step ?? 0)}</td>
<td class="number">${decimal(finalLoss(method), 2)}</td>
<td class="number">${perSecond === undefined ? '–' : count(perSecond)}</td>
<td class="number">${fraction === undefined ? '–' : `${decimal(100 * fraction, 1)} %`}</td>
<td class="number">${method.seconds === undefined ? '–' : duration(method.seconds)}</td></tr>`;
  });
  return html`<table><caption>Training in figures</caption><thead><tr><th scope="col">Method</th><th scope="col" class="number">Steps</th><th scope="col" class="number">Loss at the end</th><th scope="col" class="number">Views a second</th><th scope="col" class="number">Waiting for images</th><th scope="col" class="number">Time</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** Methods whose loss at the end is within a fiftieth of what guessing gives: they learned nothing. */
function stuck(trained: readonly Method[]): Method[] {
  return trained.filter((method) => {
    const chance = method.curve?.at(-1)?.chanceLoss;
    return chance !== undefined && finalLoss(method) > 0.98 * chance;
  });
}

export function trainingSection(page: Page): Section | undefined {
  const trained = page.methods.filter((m) => (m.curve ?? []).length > 1);
  if (trained.length === 0) return undefined;
  const range = lossRange(trained);
  const timed = trained.filter((m) => speed(m) !== undefined);
  const flat = stuck(trained);
  const charts = trained.map((method) =>
    figure(lossChart(method, page.styles.get(method.key)!, range), methodName(page, method)),
  );
  const throughput =
    timed.length > 0 &&
    figure(
      throughputChart(timed, page.styles),
      html`Speed <span class="legend">${timed.map((method) => lineName(page, method))}</span>`,
    );
  return {
    id: 'training',
    title: 'How training went',
    body: html`
<p>The <em>loss</em> measures how far the encoder’s similarities are from the targets; training makes it fall. The dotted line is the loss of guessing at random. The shaded area, where there is one, ends at the lowest possible loss: graded targets have an entropy that no encoder can remove. Compare each curve with its own two lines; the losses of different methods cannot be compared with each other.</p>
${
  flat.length > 0 &&
  html`<p class="warning"><strong>Warning:</strong> ${plural(flat.length, 'method')} (${flat
    .map((m) => m.title)
    .join(
      ', ',
    )}) ended near the loss of guessing at random, which means that next to nothing was learned.</p>`
}
${slow(trained)}
<div class="grid">${charts}${throughput}</div>
${scrollable('Training in figures', table(page, trained), { pinned: true })}
<p class="small">A <em>view</em> is one randomly cropped and recolored version of an image; each image gives two of them. The loss at the end is the mean of the last tenth of the logged steps.</p>`,
  };
}
