// For a few queries, the nearest images under each method.
import { html, type Markup } from '../html.js';
import type { Method, Neighbor, NeighborRow } from '../report-data.js';
import { methodName, type Page, type Section } from './section.js';

function neighbor({ images }: Page, { image, right }: Neighbor): Markup {
  const mark = right ? '✓' : '✗';
  const label = `${right ? 'right' : 'wrong'}: ${image.title}`;
  return html`<li class="${right ? 'right' : 'wrong'}">${images.image(image, { label })}<span class="mark" aria-hidden="true">${mark}</span></li>`;
}

function strip(page: Page, method: Method, found: readonly Neighbor[]): Markup {
  const right = found.filter((n) => n.right).length;
  return html`<tr${method.control && html` class="control"`}><th scope="row">${methodName(page, method)}<span class="explanation">${right} of ${found.length} right</span></th><td><ol class="strip">${found.map((n) => neighbor(page, n))}</ol></td></tr>`;
}

function card(page: Page, row: NeighborRow): Markup {
  const strips = page.methods.flatMap((method) => {
    const found = row.perMethod[method.key];
    return found === undefined ? [] : [strip(page, method, found)];
  });
  return html`<article class="card query"><h3>${page.images.image(row.query, { className: 'image large' })}<span>${row.query.title}</span></h3><table><caption class="hidden">Nearest images to ${row.query.title}</caption><thead class="hidden"><tr><th scope="col">Method</th><th scope="col">Nearest images, nearest first</th></tr></thead><tbody>${strips}</tbody></table></article>`;
}

export function neighborsSection(page: Page): Section | undefined {
  const { neighbors = [], neighborRule } = page.data;
  if (neighbors.length === 0) return undefined;
  return {
    id: 'neighbors',
    title: 'Nearest images',
    body: html`
<p>The large image is the question: which images are nearest to it? Each line is one method's answer, nearest first. <span class="mark-inline right">✓</span> with a solid frame is right, <span class="mark-inline wrong">✗</span> with a dashed one is wrong.${
      neighborRule !== undefined && html` Right means: ${neighborRule}.`
    } Look at the mistakes too: a good encoder's mistakes make sense.</p>
<div class="queries">${neighbors.map((row) => card(page, row))}</div>`,
  };
}
