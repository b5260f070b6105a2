// From Observable Plot to an inline SVG: the border to the two untyped libraries.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom/worker'; // in one file: the package's three hundred take a third of a command's start
import { type Markup, trusted } from '../html.js';

/** The few DOM calls a chart needs after it was drawn. */
export interface SvgElement {
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  appendChild(child: SvgElement): void;
  replaceWith(other: SvgElement): void;
  remove(): void;
}

interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

export const SVG = 'http://www.w3.org/2000/svg';

export interface DrawOptions extends Plot.PlotOptions {
  /** What the chart shows, for those who cannot see it. */
  readonly ariaLabel: string;
  /** Changes the drawn SVG before it is written out. */
  readonly finish?: (svg: SvgElement, document: SvgDocument) => void;
}

/** Draws a chart as SVG text that takes its colors and fonts from the page. */
export function draw({ finish, ...options }: DrawOptions): Markup {
  const { document } = parseHTML('<html></html>') as unknown as { document: SvgDocument };
  const drawn: unknown = Plot.plot({
    className: 'chart',
    document,
    ...options,
  } as Plot.PlotOptions);
  const svg = drawn as SvgElement;
  for (const style of svg.querySelectorAll('style')) style.remove(); // the page's style sheet has it
  svg.setAttribute('role', 'img');
  svg.setAttribute('style', `--drawn: ${svg.getAttribute('width')}px`); // the style sheet limits how far it grows
  // The label says it all: the ticks and marks inside are no help to a screen reader.
  for (const part of svg.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');
  finish?.(svg, document);
  return trusted(svg.outerHTML);
}
