// A page of facts, small tables, charts and images about a data set: the parts it is put together from.
import { sheetCss } from './contact-sheet/style.js';
import { html, type Markup } from './html.js';
import { ImageStore } from './image-store.js';
import { renderPage } from './page.js';
import type { Section } from './sections/section.js';
import { styleSheet } from './style-sheet.js';

export { type Bar, barChart } from './contact-sheet/bar-chart.js';
export { density } from './contact-sheet/density.js';
export { histogram } from './contact-sheet/histogram.js';
export { type Line, type LineChartOptions, lineChart } from './contact-sheet/line-chart.js';
export { type Fact, facts, imageGrid, type Remark, remarks, table } from './contact-sheet/parts.js';
export { scatter } from './contact-sheet/scatter.js';
export { valueHistogram } from './contact-sheet/value-histogram.js';

/** What a contact sheet consists of. */
export interface ContactSheet {
  /** Above the title, in a few words: 'xclr data inspect'. */
  readonly kicker: string;
  readonly title: string;
  /** One or two sentences that say what the page shows. */
  readonly lead: string;
  readonly created: Date;
  /** Looks of this kind of page, on top of the sheet's. */
  readonly css?: string;
  /** Made with the store that the page draws its images from. */
  readonly sections: (images: ImageStore) => readonly (Section | undefined)[];
}

function head({ kicker, title, lead, created }: ContactSheet): Markup {
  const said = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return html`<header class="masthead">
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
<p class="lead">${lead}</p>
<p class="made">Made on <time datetime="${created.toISOString()}">${said.format(created)} UTC</time></p>
</header>`;
}

/** One self-contained HTML page; sections that are undefined are left out. */
export function renderContactSheet(sheet: ContactSheet): string {
  const images = new ImageStore();
  const sections = sheet.sections(images).filter((section) => section !== undefined);
  return renderPage({
    title: `${sheet.title} – ${sheet.kicker}`,
    skip: 'Skip to the contents',
    head: head(sheet),
    sections,
    images,
    css: styleSheet() + sheetCss + (sheet.css ?? ''),
    footer: 'Made by xclr. This page is complete in itself: it can be kept, sent and printed.',
  });
}
