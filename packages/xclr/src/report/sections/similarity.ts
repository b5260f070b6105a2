// What captions say beside what each encoder sees: heat maps over the same concepts.

import { spearman } from '../../evaluate/ranks.js';
import { shorten } from '../../util/shorten.js';
import { brackets, colorRange, heatMap, type Matrix, schemeStops } from '../charts/heat-map.js';
import { decimal, plural } from '../format.js';
import { html, type Markup } from '../html.js';
import type { HeatMaps } from '../report-data.js';
import { figure, methodName, type Page, type Section } from './section.js';

function scaleBar(matrix: Matrix): Markup {
  const [low, high] = colorRange(matrix);
  const stops = schemeStops().join(', ');
  return html`<p class="scale"><span>${decimal(low, 2)}</span><span class="bar" style="--stops: ${stops}" role="img" aria-label="color scale"></span><span>${decimal(high, 2)}</span></p>`;
}

function panel(maps: HeatMaps, matrix: Matrix, title: string, caption: Markup): Markup {
  const drawn = html`${heatMap(matrix, maps.labels, maps.groups, title)}${scaleBar(matrix)}`;
  return figure(drawn, caption, 'heat');
}

/** The similarities of all pairs: the entries above the diagonal. */
function upperTriangle(matrix: Matrix): Float32Array {
  return Float32Array.from(matrix.flatMap((row, i) => row.slice(i + 1)));
}

/** Every concept by name, in the maps' order. */
function conceptList({ labels, groups }: HeatMaps): Markup {
  return html`<details><summary>The ${plural(labels.length, 'concept')}, in the order of the maps</summary><dl class="concepts">${brackets(
    groups,
  ).map(
    ({ group, start, end }) =>
      html`<div><dt>${group}</dt><dd>${labels
        .slice(start, end)
        .map((label) => shorten(label, 80))
        .join(', ')}</dd></div>`,
  )}</dl></details>`;
}

export function similaritySection(page: Page): Section | undefined {
  const maps = page.data.heatMaps;
  if (maps === undefined) return undefined;
  const told = upperTriangle(maps.caption);
  const panels = page.methods.flatMap((method) => {
    const learned = maps.learned[method.key];
    if (learned === undefined) return [];
    const agreement = spearman(told, upperTriangle(learned));
    const note = Number.isNaN(agreement)
      ? 'all pairs equal'
      : html`agreement with the captions <strong>${decimal(agreement, 2)}</strong>`;
    const caption = html`${methodName(page, method)}<span class="explanation">${note}</span>`;
    return [panel(maps, learned, `Similarity learned by ${method.title}`, caption)];
  });
  return {
    id: 'similarity',
    title: 'What captions say, and what each encoder sees',
    body: html`
<p>Each square compares ${plural(maps.labels.length, 'concept')} with each other, in the same order along both edges; the brighter a cell, the more similar the two. The first square is computed from the captions alone, without any image. The others are computed by each encoder from the images alone, without any caption. The more a square resembles the first one, the more of the captions’ meaning that encoder has learned to see.</p>
<div class="grid heat-grid">${panel(
      maps,
      maps.caption,
      'Similarity of the captions',
      html`<strong>Captions</strong><span class="explanation">How similar the texts are.</span>`,
    )}${panels}</div>
<p class="small">Each square has a color scale of its own, printed beneath it, because only the order of the pairs matters: which are more similar than which. The number above a square is Spearman's rank correlation between its pairs and the captions' (1: the same order; 0: none in common), over these concepts only.</p>
${conceptList(maps)}`,
  };
}
