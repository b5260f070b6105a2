// One self-contained HTML page from a report's data: no script, no font, no image from elsewhere.
import { renderPage } from './page.js';
import type { ReportData } from './report-data.js';
import { mapsSection } from './sections/maps.js';
import { neighborsSection } from './sections/neighbors.js';
import { creditsSection, nextStepsSection } from './sections/next-steps.js';
import { overSeedsSection } from './sections/over-seeds.js';
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
  overSeedsSection,
  similaritySection,
  neighborsSection,
  mapsSection,
  trainingSection,
  nextStepsSection,
  creditsSection,
];

/** Renders the page. Parts of the data that are missing leave their sections out. */
export function renderReport(data: ReportData): string {
  const page = pageOf(data);
  const sections = SECTIONS.map((make) => make(page)).filter((section) => section !== undefined);
  return renderPage({
    title: data.title,
    skip: 'Skip to the report',
    head: header(page),
    sections,
    images: page.images,
    css: styleSheet(),
    footer:
      "Made by xclr from one run's measurements. This page is complete in itself: it can be kept, sent and printed.",
  });
}
