// The page's head: title, the idea in two paragraphs, and the conclusions.
import { html, type Markup } from '../html.js';
import type { Page, Section } from './section.js';

export function header({ data }: Page): Markup {
  const created = data.created.toISOString();
  const said = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return html`<header class="masthead">
<p class="kicker">xclr report</p>
<h1>${data.title}</h1>
${data.summary !== undefined && html`<p class="lead">${data.summary}</p>`}
<p class="made">Made on <time datetime="${created}">${said.format(data.created)} UTC</time></p>
</header>`;
}

export function summarySection({ data }: Page): Section {
  const [overall, ...others] = data.conclusions;
  return {
    id: 'summary',
    title: 'In short',
    body: html`
${overall !== undefined && html`<p class="verdict">${overall}</p>`}
${others.length > 0 && html`<ul class="findings">${others.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
<aside class="primer">
<h3>If this is new to you</h3>
<p>An <em>encoder</em> turns an image into a list of numbers, placed so that images that belong together end up close together. Everything else – finding similar images, sorting them, recognizing a new kind from a few examples – is then a matter of measuring distances.</p>
<p><em>Contrastive learning</em> teaches an encoder by showing it pairs and saying “these two belong together, all others do not”. That is a crude lesson: it pushes a cat as far from a dog as from a dump truck. <em class="nowrap">X-CLR</em> first measures how similar the <em>captions</em> are, and teaches those shades instead: the same image most of all, a dog somewhat, a dump truck hardly.</p>
<p>This report compares encoders taught in these ways, and asks which of them sees best what belongs together.</p>
</aside>`,
  };
}
