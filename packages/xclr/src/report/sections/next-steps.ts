// Suggested next steps, and credits.
import { html } from '../html.js';
import type { Page, Section } from './section.js';

export function nextStepsSection({ data }: Page): Section | undefined {
  if (data.nextSteps.length === 0) return undefined;
  return {
    id: 'next',
    title: 'What to try next',
    body: html`
<p>Each of these is one command. Run it from the folder in which this report was made.</p>
<ol class="steps">${data.nextSteps.map(
      ({ title, command, why }) =>
        html`<li class="card"><h3>${title}</h3><p>${why}</p><pre><code>${command}</code></pre></li>`,
    )}</ol>`,
  };
}

export function creditsSection({ data }: Page): Section | undefined {
  const credits = data.dataset.credits ?? [];
  if (credits.length === 0) return undefined;
  return {
    id: 'credits',
    title: 'Credits and licenses',
    body: html`
<p>The images in this report were made by others and are used under these licenses.</p>
<ul class="credits">${credits.map(
      ({ name, license, attribution }) =>
        html`<li><strong>${name}</strong> – ${license}${attribution !== undefined && html`. ${attribution}`}</li>`,
    )}</ul>`,
  };
}
