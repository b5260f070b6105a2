// Which class is taken for which, as a table whose cells are the darker the more queries they hold.
import type { ClassReport } from '../evaluate/predictions.js';
import { shorten } from '../util/shorten.js';
import { count } from './format.js';
import { html, type Markup } from './html.js';
import { scrollable } from './sections/section.js';

/** Classes in the table: more would be neither seen nor read. */
const classesShown = 20;

export const matrixCss = `
table.matrix { width: auto; font-size: 0.8rem; }
.matrix th, .matrix td { padding: 0.2rem 0.35rem; border-bottom: 0; }
.matrix th[scope=row] { min-width: 7rem; max-width: 15rem; padding-right: 0.75rem; overflow-wrap: anywhere; }
.matrix td, .matrix thead th { text-align: center; min-width: 2.1rem; }
.matrix td { background: color-mix(in srgb, var(--cell) var(--part), var(--page)); border: 1px solid var(--page); print-color-adjust: exact; }
.matrix .right { --cell: var(--good); }
.matrix .wrong { --cell: var(--bad); }`;

/** The classes of the table: all, or those with the most wrong answers, in the order of their names. @internal */
export function matrixClasses({ classes, confusions }: ClassReport, most = classesShown): string[] {
  const names = classes.map(({ name }) => name);
  if (names.length <= most) return names;
  const wrong = new Map<string, number>();
  for (const { truth, predicted, count: n } of confusions)
    for (const name of [truth, predicted]) wrong.set(name, (wrong.get(name) ?? 0) + n);
  const chosen = new Set(names.toSorted((a, b) => (wrong.get(b) ?? 0) - (wrong.get(a) ?? 0)).slice(0, most));
  return names.filter((name) => chosen.has(name));
}

/** Rows are true classes, columns predicted ones, numbered as the rows. */
export function confusionMatrix(report: ClassReport): Markup {
  const names = matrixClasses(report);
  const known = new Map(report.classes.map((one) => [one.name, one]));
  const counts = new Map(
    report.confusions.map(({ truth, predicted, count: n }) => [JSON.stringify([truth, predicted]), n]),
  );
  const cell = (row: string, column: string): Markup => {
    const { queries, correct } = known.get(row)!;
    const n = row === column ? correct : (counts.get(JSON.stringify([row, column])) ?? 0);
    const part = Math.round((40 * n) / Math.max(1, queries));
    return html`<td class="${row === column ? 'right' : 'wrong'}" style="--part: ${part}%">${n === 0 ? '·' : count(n)}</td>`;
  };
  const left = report.classes.length - names.length;
  return html`<p>A row is a true class, a column a predicted one, with the number of queries; columns are numbered as the rows. The diagonal holds the right answers.${
    left > 0 && ` The ${names.length} classes with the most mistakes are shown, and ${count(left)} are not.`
  }</p>${scrollable(
    'Confusion matrix',
    html`<table class="matrix"><caption class="hidden">Queries by true and by predicted class</caption>
<thead><tr><th scope="col"><span class="hidden">True class</span></th>${names.map((name, i) => html`<th scope="col" title="${name}">${i + 1}<span class="hidden"> ${shorten(name, 60)}</span></th>`)}</tr></thead>
<tbody>${names.map((row, i) => html`<tr><th scope="row">${i + 1} ${shorten(row, 60)}</th>${names.map((column) => cell(row, column))}</tr>\n`)}</tbody></table>`,
    { pinned: true },
  )}`;
}
