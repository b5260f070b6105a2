// A map of the images for each method.
import { coloredGroups, embeddingMap } from '../charts/embedding-map.js';
import { html } from '../html.js';
import { figure, methodName, type Page, type Section } from './section.js';

export function mapsSection(page: Page): Section | undefined {
  const { maps } = page.data;
  if (maps === undefined) return undefined;
  const drawn = page.methods.flatMap((method) => {
    const points = maps[method.key] ?? [];
    return points.length === 0 ? [] : [{ method, points }];
  });
  if (drawn.length === 0) return undefined;
  const groups = coloredGroups(drawn.flatMap(({ points }) => points));
  const legend =
    groups.length > 0 &&
    html`<p class="legend">${groups.map(
      (group, i) =>
        html`<span class="method"><span class="swatch soft" style="--color: var(--group-${i})"></span>${group}</span>`,
    )}</p>`;
  return {
    id: 'maps',
    title: 'A map of the images',
    body: html`
<p>Each map projects a method’s vectors onto a plane so that neighbors stay together as far as possible: images that touch are similar to that method. Look for groups that share a meaning rather than a color or a drawing style. Only nearness has a meaning; directions and the distances between far groups have none.</p>
${legend}
<div class="grid map-grid">${drawn.map(({ method, points }) =>
      figure(embeddingMap(points, method.title, page.images), methodName(page, method), 'map'),
    )}</div>
<p class="small">The maps are made with UMAP, with the same settings for every method; images that would cover each other were then moved apart a little. A name stands where its group gathers; a group without a name is scattered over the map.</p>`,
  };
}
