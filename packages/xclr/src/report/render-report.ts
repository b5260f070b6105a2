// One self-contained HTML page from a report's data: no script, no font, no picture from elsewhere.
import { html, trusted } from './html.js';
import type { ReportData } from './report-data.js';
import { mapsSection } from './sections/maps.js';
import { neighboursSection } from './sections/neighbours.js';
import { creditsSection, nextStepsSection } from './sections/next-steps.js';
import { resultsSection } from './sections/results.js';
import { type Page, pageOf, type Section } from './sections/section.js';
import { setupSection } from './sections/setup.js';
import { similaritySection } from './sections/similarity.js';
import { header, summarySection } from './sections/summary.js';
import { trainingSection } from './sections/training.js';
import { styleSheet } from './style-sheet.js';

const SECTIONS: readonly ((page: Page) => Section | undefined)[] = [
  summarySection,
  setupSection,
  resultsSection,
  similaritySection,
  neighboursSection,
  mapsSection,
  trainingSection,
  nextStepsSection,
  creditsSection,
];

// The browser itself is told to load nothing, so that the page keeps its promise whatever the data holds.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Renders the page. Parts of the data that are missing leave their sections out. */
export function renderReport(data: ReportData): string {
  const page = pageOf(data);
  const sections = SECTIONS.map((make) => make(page)).filter((section) => section !== undefined);
  const contents = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({ id, title, body }) =>
      html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>\n`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="xclr">
<title>${data.title}</title>
<style>${trusted(styleSheet())}</style>
</head>
<body>
${page.pictures.definitions()}
<a class="skip" href="#content">Skip to the report</a>
${header(page)}
<nav aria-label="Contents"><ol>${contents}</ol></nav>
<main id="content">
${bodies}</main>
<footer><p>Made by xclr from one run's measurements. This page is complete in itself: it can be kept, sent and printed.</p></footer>
</body>
</html>
`.text;
}
