// What all sections share: what they draw from, and their frame.
import { html, type Markup } from '../html.js';
import { ImageStore } from '../image-store.js';
import { type MethodStyle, methodStyles } from '../palette.js';
import type { Method, ReportData } from '../report-data.js';

/** The data with what is derived from it once for the whole page. */
export interface Page {
  readonly data: ReportData;
  /** The methods that learned first, then the controls. */
  readonly methods: readonly Method[];
  readonly styles: ReadonlyMap<string, MethodStyle>;
  readonly images: ImageStore;
  /** The method the report is about. */
  readonly focus: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

export function pageOf(data: ReportData): Page {
  return {
    data,
    methods: [...data.methods].sort((a, b) => Number(a.control) - Number(b.control)),
    styles: methodStyles(data.methods),
    images: new ImageStore(),
    focus: data.focus ?? 'xclr',
  };
}

/** A chart with its caption. */
export function figure(chart: Markup, caption: Markup, className = ''): Markup {
  return html`<figure class="${`card ${className}`.trim()}"><figcaption>${caption}</figcaption>${chart}</figure>`;
}

/** A method's name with its color beside it. */
export function methodName(page: Page, method: Method): Markup {
  const color = page.styles.get(method.key)?.color ?? 'currentColor';
  return html`<span class="method"><span class="swatch${method.control ? ' hollow' : ''}" style="--color: ${color}"></span>${method.title}</span>`;
}

/** A wide table that scrolls sideways by itself, also by keyboard. @param pinned its first column stays in view */
export function scrollable(label: string, table: Markup, { pinned = false } = {}): Markup {
  return html`<div class="scroll${pinned && ' pinned'}" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}
