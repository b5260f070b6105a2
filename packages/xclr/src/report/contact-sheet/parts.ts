// The parts of a contact sheet that are not charts: facts, remarks, tables, images.
import { html, type Markup } from '../html.js';
import type { ImageStore } from '../image-store.js';
import { longText } from '../long-text.js';
import type { Image } from '../report-data.js';
import { scrollable } from '../sections/section.js';

/** A figure with its name, and perhaps how it came about. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
}

/** Figures side by side. */
export function facts(list: readonly Fact[]): Markup {
  return html`<dl class="facts">${list.map(
    ({ label, value, note }) =>
      html`<div><dt>${label}</dt><dd>${value}${note !== undefined && html`<span class="note">${note}</span>`}</dd></div>`,
  )}</dl>`;
}

/** Something that deserves a reader's attention, and what to do about it. */
export interface Remark {
  /** 'problem' harms results, 'advice' may improve them, 'good' was checked and is right. */
  readonly level: 'problem' | 'advice' | 'good';
  readonly title: string;
  readonly text: string;
  readonly remedy?: string | undefined;
}

const levels = { problem: 'Problem', advice: 'Look at this', good: 'Good' } as const;

/** Remarks, each with its level in words: color is never the only sign. */
export function remarks(list: readonly Remark[]): Markup {
  return html`<ul class="remarks">${list.map(
    ({ level, title, text, remedy }) =>
      html`<li class="${level}"><span class="level">${levels[level]}</span><strong>${title}</strong><p>${text}</p>${
        remedy !== undefined && html`<p class="remedy">→ ${remedy}</p>`
      }</li>`,
  )}</ul>`;
}

/** Characters of a cell that are shown before it is folded. */
const longestCell = 160;

/** A small table; columns named in `numbers` (by place) are set to the right. Long texts are folded. */
export function table({
  caption,
  columns,
  rows,
  numbers = [],
  pinned = false,
}: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | Markup)[])[];
  readonly numbers?: readonly number[];
  /** For tables wider than most windows: the first column stays in view. */
  readonly pinned?: boolean;
}): Markup {
  const shown = (cell: string | Markup) => (typeof cell === 'string' ? longText(cell, longestCell) : cell);
  const kind = (place: number) => (numbers.includes(place) ? html` class="number"` : undefined);
  return scrollable(
    caption,
    html`<table class="sheet-table"><caption>${caption}</caption>
<thead><tr>${columns.map((column, i) => html`<th scope="col"${kind(i)}>${column}</th>`)}</tr></thead>
<tbody>${rows.map(
      (cells) =>
        html`<tr>${cells.map((cell, i) =>
          i === 0 ? html`<th scope="row">${shown(cell)}</th>` : html`<td${kind(i)}>${shown(cell)}</td>`,
        )}</tr>\n`,
    )}</tbody></table>`,
    { pinned },
  );
}

/** Characters of a caption under an image: three or four lines. */
const longestCaption = 84;

/** Images in a grid, each with what is said of it and where it comes from. */
export function imageGrid(
  images: ImageStore,
  shown: readonly (Image & { readonly about?: string | undefined })[],
): Markup {
  return html`<ul class="gallery">${shown.map(
    (image) =>
      html`<li>${images.plain(image)}<div class="said">${longText(image.title, longestCaption)}</div>${
        image.about !== undefined && html`<div class="about">${longText(image.about, longestCaption)}</div>`
      }</li>`,
  )}</ul>`;
}
