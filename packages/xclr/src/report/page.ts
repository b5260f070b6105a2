// The frame of every page: one self-contained HTML file, no script, no font, no image from elsewhere.
import { html, type Markup, trusted } from './html.js';
import type { ImageStore } from './image-store.js';
import type { Section } from './sections/section.js';

/** What a page consists of. */
export interface PageParts {
  readonly title: string;
  /** The link that jumps over the contents, for keyboards and screen readers. */
  readonly skip: string;
  readonly head: Markup;
  readonly sections: readonly Section[];
  /** Every section has asked it for its images already. */
  readonly images: ImageStore;
  readonly css: string;
  readonly footer: string;
}

// The browser itself is told to load nothing, so that the page keeps its promise whatever the data holds.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Renders a page as one HTML text. */
export function renderPage({ title, skip, head, sections, images, css, footer }: PageParts): string {
  const contents = sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a></li>`);
  const bodies = sections.map(
    (section) =>
      html`<section id="${section.id}" aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${section.title}</h2>${section.body}</section>\n`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="xclr">
<title>${title}</title>
<style>${trusted(css)}</style>
</head>
<body>
${images.definitions()}
<a class="skip" href="#content">${skip}</a>
${head}
<nav aria-label="Contents"><ol>${contents}</ol></nav>
<main id="content">
${bodies}</main>
<footer><p>${footer}</p></footer>
</body>
</html>
`.text;
}
