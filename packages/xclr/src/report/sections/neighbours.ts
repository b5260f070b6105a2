// For a few queries, the nearest pictures under each method.
import { html, type Markup } from '../html.js';
import type { Method, Neighbour, NeighbourRow } from '../report-data.js';
import { methodName, type Page, type Section } from './section.js';

function neighbour({ pictures }: Page, { picture, right }: Neighbour): Markup {
  const mark = right ? '✓' : '✗';
  const label = `${right ? 'right' : 'wrong'}: ${picture.title}`;
  return html`<li class="${right ? 'right' : 'wrong'}">${pictures.image(picture, { label })}<span class="mark" aria-hidden="true">${mark}</span></li>`;
}

function strip(page: Page, method: Method, found: readonly Neighbour[]): Markup {
  const right = found.filter((n) => n.right).length;
  return html`<tr${method.control && html` class="control"`}><th scope="row">${methodName(page, method)}<span class="explanation">${right} of ${found.length} right</span></th><td><ol class="strip">${found.map((n) => neighbour(page, n))}</ol></td></tr>`;
}

function card(page: Page, row: NeighbourRow): Markup {
  const strips = page.methods.flatMap((method) => {
    const found = row.perMethod[method.key];
    return found === undefined ? [] : [strip(page, method, found)];
  });
  return html`<article class="card query"><h3>${page.pictures.image(row.query, { className: 'picture large' })}<span>${row.query.title}</span></h3><table><caption class="hidden">Nearest pictures to ${row.query.title}</caption><thead class="hidden"><tr><th scope="col">Method</th><th scope="col">Nearest pictures, nearest first</th></tr></thead><tbody>${strips}</tbody></table></article>`;
}

export function neighboursSection(page: Page): Section | undefined {
  const { neighbours = [], neighbourRule } = page.data;
  if (neighbours.length === 0) return undefined;
  return {
    id: 'neighbours',
    title: 'Nearest pictures',
    body: html`
<p>The large picture is the question: which pictures are nearest to it? Each line is one method's answer, nearest first. <span class="mark-inline right">✓</span> with a solid frame is right, <span class="mark-inline wrong">✗</span> with a dashed one is wrong.${
      neighbourRule !== undefined && html` Right means: ${neighbourRule}.`
    } Look at the mistakes too: a good encoder's mistakes make sense.</p>
<div class="queries">${neighbours.map((row) => card(page, row))}</div>`,
  };
}
