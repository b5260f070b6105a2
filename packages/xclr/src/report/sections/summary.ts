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
    body: html`<div class="side"><div>
${overall !== undefined && html`<p class="verdict">${overall}</p>`}
${others.length > 0 && html`<ul class="findings">${others.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
</div>
<div class="primer" role="note">
<h3>If this is new to you</h3>
<p>An <em>encoder</em> turns an image into a vector, so that images that belong together lie close together. Finding similar images, sorting them, or recognizing a new kind from a few examples then needs nothing but distances.</p>
<p><em>Contrastive learning</em> trains an encoder with pairs: two views of one image belong together, and all other images do not. That treats a dog and a dump truck alike: both are equally wrong for a cat. <em class="nowrap">X-CLR</em> measures how similar the <em>captions</em> are and trains with these similarities instead: for a cat, the same image counts most, a dog somewhat, and a dump truck hardly at all.</p>
<p>This report compares encoders trained in these ways.</p>
</div></div>`,
  };
}
