// The look of reports: system fonts, one column of text beside wide figures, light and dark, screen and paper.
import { paletteCss } from './palette.js';
import { themeCss, typeCss } from './theme.js';

const BASE = `
.findings, .primer { max-width: 44rem; }
section { padding-top: 2.5rem; margin-top: 2.5rem; border-top: 1px solid var(--line); }
section:first-child { border-top: 0; margin-top: 0; padding-top: 1.5rem; }
.made, .small, footer { color: var(--soft); font-size: 0.875rem; }
nav ol { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; list-style: none; padding: 0.8rem 0; border-block: 1px solid var(--line); font-size: 0.925rem; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
footer { clear: both; margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.shared-images { position: absolute; }
.plate { fill: var(--own-plate, var(--plate)); }
.mat { fill: var(--own-mat, var(--tint)); }
.map { --own-plate: transparent; --own-mat: transparent; }
.map circle { fill-opacity: var(--halo); }
.nowrap { white-space: nowrap; }
.explanation { display: block; color: var(--soft); font-size: 0.85rem; font-weight: 400; line-height: 1.45; }
.tag { font-size: 0.75rem; font-weight: 500; color: var(--soft); border: 1px solid var(--line); border-radius: 1rem; padding: 0.05rem 0.5rem; margin-left: 0.3rem; vertical-align: 0.08em; }
.method { display: inline-flex; align-items: center; gap: 0.45rem; }
.swatch { flex: none; width: 0.75rem; height: 0.75rem; border-radius: 50%; background: var(--color); border: 2px solid var(--color); print-color-adjust: exact; }
.swatch.hollow { background: transparent; }
.swatch.soft { opacity: calc(0.35 + 0.6 * var(--halo)); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; font-size: 0.85rem; font-weight: 400; }`;

const PARTS = `
.verdict { border-left: 4px solid var(--accent); padding: 0.1rem 0 0.1rem 1rem; font-size: 1.1rem; }
.findings { padding-left: 1.2rem; }
.findings li { margin-bottom: 0.5rem; }
.findings li::marker { color: var(--quiet); }
.primer { background: var(--tint); border-radius: 0.6rem; padding: 1.1rem 1.35rem 0.35rem; max-width: 46.7rem; }
.primer h3 { margin: 0 0 0.5rem; }
.warning { border: 1px solid var(--bad); border-radius: 0.6rem; padding: 0.7rem 1rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21.5rem), 1fr)); gap: 1rem; margin: 1.25rem 0; }
.map-grid { grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); }
@media (min-width: 60rem) and (max-width: 96rem) { .grid:has(> .card:nth-child(4):last-child) { grid-template-columns: 1fr 1fr; } }
/* Two things side by side where there is room: a chart and its table, a text and its explanation. */
.side { display: grid; gap: 1.5rem 2.5rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); margin-bottom: 1.25rem; }
.side > * { min-width: 0; margin-top: 0; }
.side > figure.card { justify-self: start; width: min(100%, 34rem); }
figure { margin: 0; min-width: 0; }
figure.card { display: flex; flex-direction: column; }
figure.card > .chart { margin-top: auto; }
figcaption { margin-bottom: 0.6rem; font-weight: 600; line-height: 1.4; }
/* A chart never grows so far that its text is larger than the page's. */
.chart { display: block; width: 100%; max-width: calc(1.3 * var(--drawn)); height: auto; overflow: visible; font-family: inherit; font-size: 12px; }
.chart text { font-variant-numeric: tabular-nums; }
.map .chart { max-width: none; }
.map .chart text { font-size: 15px; }
.chart text { white-space: pre; }
.scale { display: flex; align-items: center; gap: 0.5rem; margin: 0.4rem 0 0; padding-left: 25.5%; font-size: 0.8rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.bar { flex: 1; height: 0.55rem; border-radius: 0.3rem; background: linear-gradient(to right, var(--stops)); print-color-adjust: exact; }
.settings { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 0.8rem 1.5rem; margin: 0; }
.settings dt { color: var(--soft); font-size: 0.85rem; }
.settings dd { margin: 0; overflow-wrap: anywhere; }
.methods, .steps { list-style: none; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
.methods { grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); }
.methods p, .steps p { margin: 0 0 0.5rem; font-size: 0.95rem; }
.methods .small { margin: 0; }
.steps h3 { margin: 0 0 0.4rem; }
.steps pre { margin: 0; padding: 0.6rem 0.8rem; background: var(--tint); border-radius: 0.4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.image { display: block; width: 3rem; height: 3rem; border-radius: 0.35rem; overflow: hidden; }
.image.large { width: 4rem; height: 4rem; flex: none; }
.examples { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 1rem 0.75rem; }
.examples li { display: flex; flex-direction: column; align-items: center; gap: 0.35rem; text-align: center; font-size: 0.8rem; line-height: 1.35; color: var(--soft); overflow-wrap: anywhere; }
.examples .image { width: 3.5rem; height: 3.5rem; }
/* A shadow at an edge where more of the table is hidden. */
.scroll { position: relative; overflow-x: auto; margin: 1.25rem 0;
  background: linear-gradient(to right, var(--page) 50%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--page) 50%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll; }
.scroll.pinned th:first-child, .scroll.pinned td:first-child { position: sticky; left: 0; z-index: 1; background: var(--page); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.95rem; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: 0.85rem; vertical-align: bottom; border-bottom-color: var(--quiet); }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; white-space: nowrap; }
.splits { max-width: 44rem; }
.settings.wide { grid-template-columns: 1fr; }
.numbered { padding-left: 2rem; }
.results { min-width: 44rem; }
.results td, .results thead th:not(:first-child) { padding-inline: 0.9rem; }
.results th[scope=row] { min-width: 14rem; max-width: 22rem; }
.results .metric { font-weight: 600; }
.results thead .number { white-space: normal; }
.results thead .number .method { justify-content: flex-end; max-width: 9.5rem; line-height: 1.3; }
.over th { border-bottom: 0; padding-bottom: 0; text-align: right; }
.over td { border: 0; }
.results .control { background: var(--tint); print-color-adjust: exact; }
.results .control:not(.control + .control) { border-left: 2px solid var(--quiet); }
.best .value { font-weight: 700; }
.star { color: var(--accent); margin-right: 0.3rem; }
.close { color: var(--soft); margin-right: 0.3rem; }
.interval, .none { display: block; color: var(--soft); font-size: 0.8rem; }
.concepts { columns: 22rem; overflow-wrap: anywhere; gap: 2rem; font-size: 0.875rem; margin: 0.75rem 0 0; }
.concepts div { break-inside: avoid; margin-bottom: 0.5rem; }
.concepts dt { font-weight: 600; }
.concepts dd { margin: 0; color: var(--soft); }
summary { cursor: pointer; color: var(--accent); }
.queries { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 33rem), 1fr)); gap: 1rem; }
.query .own { display: flex; align-items: center; gap: 1rem; margin-bottom: 0.6rem; }
.query .own > :last-child { min-width: 0; font-size: 0.875rem; }
.query h3 { margin: 0; font-size: 1.05rem; }
.query table th { width: 9.5rem; vertical-align: middle; padding: 0.4rem 0.5rem 0.4rem 0; font-size: 0.9rem; }
.query table td { padding: 0.4rem 0 0.4rem 0.5rem; }
.query tr:last-child > * { border-bottom: 0; }
.strip { list-style: none; display: flex; gap: 0.45rem; padding-right: 0.4rem; }
.strip li { flex: 0 1 3rem; min-width: 0; position: relative; padding: 0.15rem; border-radius: 0.45rem; border: 2px solid var(--good); }
.strip li.wrong { border: 2px dashed var(--quiet); }
.strip .image { width: 100%; height: auto; aspect-ratio: 1; }
.mark { position: absolute; right: -0.4rem; bottom: -0.4rem; width: 1.1rem; height: 1.1rem; border-radius: 50%; font-size: 0.7rem; font-weight: 700; line-height: 1.1rem; text-align: center; color: var(--card); background: var(--good); print-color-adjust: exact; }
.wrong .mark { background: var(--quiet); }
.mark-inline { font-weight: 700; }
.mark-inline.right { color: var(--good); }
.credits { padding-left: 1.2rem; font-size: 0.925rem; }`;

const NARROW = `
  .map .chart text { font-size: 20px; }
  .card { padding: 0.85rem 0.9rem; }
  .query table, .query tbody, .query tr, .query table th, .query table td { display: block; width: auto; }
  .query table th { border: 0; padding: 0.5rem 0 0; }
  .query table th .explanation { display: inline; margin-left: 0.6rem; }
  .results { font-size: 0.875rem; min-width: 38rem; }
  .results th[scope=row] { min-width: 11rem; }
  .results td, .results thead th:not(:first-child) { padding-inline: 0.6rem; }`;

const PRINT = `
  @page { margin: 16mm 14mm; }
  :root { --page: #ffffff; font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  section { margin-top: 1.5rem; padding-top: 1.25rem; }
  h2, h3, h4, figcaption { break-after: avoid; }
  .card, tr, .primer, .verdict { break-inside: avoid; }
  .grid { grid-template-columns: 1fr 1fr; }
  .queries { grid-template-columns: 1fr; }
  .scroll { overflow: visible; background: none; }
  .results { min-width: 0; font-size: 0.9rem; }
  .masthead { padding-top: 0; }
  figure, li, .scale, .results { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .results th[scope=row] { min-width: 0; }
  .results td, .results thead th:not(:first-child) { padding-inline: 0.4rem; }
  a { color: inherit; text-decoration: none; }`;

/** The style sheet of the page. Paper is always light. */
export function styleSheet(): string {
  return `
${themeCss(paletteCss)}
${typeCss}
${BASE}
${PARTS}
@media screen and (max-width: 34rem) { ${NARROW} }
@media print { ${PRINT} }
`;
}
