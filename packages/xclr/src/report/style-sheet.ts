// The page's look: system fonts, one column of text, light and dark, screen and paper.
import { paletteCss } from './palette.js';

const LIGHT = `
  --page: #fbfaf7; --card: #ffffff; --tint: #f2f0ea; --line: #dedad0; --ink: #22201c; --soft: #5c574d;
  --quiet: #7b756a; --floor: #ebe8e0; --accent: #0067a8; --good: #00704e; --bad: #b23c00; --plate: transparent; --halo: 0.22; --shade: #00000026;`;

const DARK = `
  --page: #171614; --card: #1f1e1b; --tint: #292722; --line: #3a3731; --ink: #ece8df; --soft: #b5afa2;
  --quiet: #98917f; --floor: #2c2a25; --accent: #5db8f0; --good: #35c79a; --bad: #f08b45; --plate: #eceae4; --halo: 0.85; --shade: #000000a0;`;

const BASE = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 76rem; background: var(--page);
  color: var(--ink); font: 1rem/1.6 ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
p, .findings, .primer { max-width: 44rem; }
p { margin: 0 0 1rem; text-wrap: pretty; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; margin: 0; font-weight: 650; }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem); letter-spacing: -0.02em; }
h2 { font-size: 1.6rem; letter-spacing: -0.01em; margin: 0 0 0.9rem; }
h3 { font-size: 1.1rem; margin: 2rem 0 0.75rem; }
h4 { font-size: 1rem; margin-bottom: 0.4rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul, ol { margin: 0; padding: 0; }
section { padding-top: 2.5rem; margin-top: 2.5rem; border-top: 1px solid var(--line); }
section:first-child { border-top: 0; margin-top: 0; padding-top: 1.5rem; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.masthead { padding: clamp(2rem, 6vw, 4.5rem) 0 1.25rem; }
.kicker { color: var(--accent); font-weight: 650; font-size: 0.875rem; letter-spacing: 0.04em; margin-bottom: 0.5rem; }
.lead { font-size: 1.2rem; line-height: 1.5; color: var(--soft); margin-top: 0.9rem; }
.made, .small, footer { color: var(--soft); font-size: 0.875rem; }
nav ol { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; list-style: none; padding: 0.8rem 0; border-block: 1px solid var(--line); font-size: 0.925rem; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
footer { margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.definitions { position: absolute; }
.plate { fill: var(--own-plate, var(--plate)); }
.map { --own-plate: transparent; }
.map circle { fill-opacity: var(--halo); }
.nowrap { white-space: nowrap; }
.explanation { display: block; color: var(--soft); font-size: 0.85rem; font-weight: 400; line-height: 1.45; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.15rem; }
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
.primer { background: var(--tint); border-radius: 0.6rem; padding: 1.1rem 1.35rem 0.35rem; margin-top: 1.75rem; max-width: 46.7rem; }
.primer h3 { margin: 0 0 0.5rem; }
.warning { border: 1px solid var(--bad); border-radius: 0.6rem; padding: 0.7rem 1rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; margin: 1.25rem 0; }
.map-grid { grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); }
figure { margin: 0; min-width: 0; }
figure.card { display: flex; flex-direction: column; }
figure.card > .chart { margin-top: auto; }
figcaption { margin-bottom: 0.6rem; font-weight: 600; line-height: 1.4; }
.chart { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; font-size: 12px; }
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
.image { display: block; width: 3rem; height: 3rem; }
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
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.95rem; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: 0.85rem; vertical-align: bottom; border-bottom-color: var(--quiet); }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; white-space: nowrap; }
.splits { max-width: 44rem; margin-top: 1.25rem; }
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
.concepts { columns: 22rem; gap: 2rem; font-size: 0.875rem; margin: 0.75rem 0 0; }
.concepts div { break-inside: avoid; margin-bottom: 0.5rem; }
.concepts dt { font-weight: 600; }
.concepts dd { margin: 0; color: var(--soft); }
summary { cursor: pointer; color: var(--accent); }
.queries { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 33rem), 1fr)); gap: 1rem; }
.query h3 { display: flex; align-items: center; gap: 1rem; margin: 0 0 0.6rem; overflow-wrap: anywhere; }
.query table th { white-space: nowrap; vertical-align: middle; padding: 0.4rem 0.5rem 0.4rem 0; font-size: 0.9rem; }
.query table td { width: 100%; padding: 0.4rem 0 0.4rem 0.5rem; }
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
:root { color-scheme: light dark; ${LIGHT} ${paletteCss('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} ${paletteCss('dark')} } }
${BASE}
${PARTS}
@media screen and (max-width: 34rem) { ${NARROW} }
@media print { ${PRINT} }
`;
}
