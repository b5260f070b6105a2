// For a few queries, the nearest images under each method.
import { shorten } from '../../util/shorten.js';
import { html, type Markup } from '../html.js';
import { wholeText } from '../long-text.js';
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
  return html`<article class="card query"><div class="own">${page.images.plain(row.query, { className: 'image large' })}<div><h3>${shorten(row.query.title, 80)}</h3>${wholeText(row.query.title, 80)}</div></div><table><caption class="hidden">Nearest images to ${shorten(row.query.title, 80)}</caption><thead class="hidden"><tr><th scope="col">Method</th><th scope="col">Nearest images, nearest first</th></tr></thead><tbody>${strips}</tbody></table></article>`;
}

export function neighborsSection(page: Page): Section | undefined {
  const { neighbors = [], neighborRule } = page.data;
  if (neighbors.length === 0) return undefined;
  return {
    id: 'neighbors',
    title: 'Nearest images',
    body: html`
<p>Each card shows a query and, for every method, the images that it holds most similar, nearest first. <span class="mark-inline right">✓</span> with a solid frame is a right answer, <span class="mark-inline wrong">✗</span> with a dashed one a wrong one.${
      neighborRule !== undefined && html` Right means: ${neighborRule}.`
    } The mistakes of a good encoder are similar to the query in another way.</p>
<div class="queries">${neighbors.map((row) => card(page, row))}</div>`,
  };
}
