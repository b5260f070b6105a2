// What was trained, on which images, and how.
import { count, duration } from '../format.js';
import { html, type Markup } from '../html.js';
import { longText } from '../long-text.js';
import { methodName, type Page, type Section, scrollable } from './section.js';

function settings({ data }: Page): Markup {
  return html`<dl class="settings">${data.setup.map(
    ({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function splits({ data }: Page): Markup {
  return html`<table class="splits">
<caption>How the images were divided</caption>
<thead><tr><th scope="col">Part</th><th scope="col" class="number">Images</th><th scope="col">What it is for</th></tr></thead>
<tbody>${data.dataset.splits.map(
    (split) =>
      html`<tr><th scope="row">${split.name}</th><td class="number">${count(split.images)}</td><td>${split.purpose ?? ''}</td></tr>`,
  )}</tbody>
</table>`;
}

function examples({ data, images }: Page): Markup | undefined {
  const shown = data.dataset.examples ?? [];
  if (shown.length === 0) return undefined;
  return html`<figure class="card">
<figcaption>A few of the images, with their captions</figcaption>
<ul class="examples">${shown.map(
    (image) => html`<li>${images.plain(image)}<div>${longText(image.title, 60)}</div></li>`,
  )}</ul>
</figure>`;
}

function methodCards(page: Page): Markup {
  return html`<ul class="methods">${page.methods.map(
    (method) => html`<li class="card">
<h4>${methodName(page, method)}${method.control && html` <span class="tag">control</span>`}</h4>
<p>${method.description}</p>
${method.seconds !== undefined && html`<p class="small">Training took ${duration(method.seconds)}.</p>`}
</li>`,
  )}</ul>`;
}

export function setupSection(page: Page): Section {
  const { dataset, methods } = page.data;
  const hasControls = methods.some((m) => m.control);
  return {
    id: 'setup',
    title: 'What was trained, and how',
    body: html`
<p>All methods were trained on the same images with the same settings; they differ only in what they learn from.${
      hasControls &&
      ' The controls were not trained. A trained encoder that is not better than they are has learned nothing useful.'
    }</p>
<h3>The methods</h3>
${methodCards(page)}
<h3>The images: ${dataset.name}</h3>
<p>${dataset.description}</p>
${examples(page)}
${scrollable('How the images were divided', splits(page))}
<h3>The settings</h3>
${settings(page)}`,
  };
}
