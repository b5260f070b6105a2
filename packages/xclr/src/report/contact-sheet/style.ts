// What a contact sheet's look adds to the report's.

/** Appended to the style sheet. */
export const sheetCss = `
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(46%, 13rem), 1fr)); gap: 0.75rem; margin: 0 0 1.5rem; }
@media (min-width: 60rem) {
  /* No row with one left over. */
  .facts:has(> :nth-child(5)) { grid-template-columns: repeat(3, 1fr); }
  .facts:has(> :nth-child(7)) { grid-template-columns: repeat(4, 1fr); }
}
@media (min-width: 90rem) { .facts:has(> :nth-child(5)) { grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); } }
.facts > div { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.7rem 0.95rem; }
.facts dt { color: var(--soft); font-size: 0.85rem; }
.facts dd { margin: 0; font-size: 1.3rem; line-height: 1.35; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts .note { display: block; font-size: 0.8rem; font-weight: 400; color: var(--soft); }
.remarks { list-style: none; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.remarks li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 0.4rem; padding: 0.7rem 1rem; break-inside: avoid; overflow-wrap: anywhere; max-width: 54rem; }
.remarks li.problem { border-left-color: var(--bad); }
.remarks li.good { border-left-color: var(--good); }
.remarks strong { display: block; font-weight: 650; }
.remarks .level { font-weight: 650; font-size: 0.8rem; }
.remarks .problem .level { color: var(--bad); }
.remarks .good .level { color: var(--good); }
.remarks .advice .level { color: var(--accent); }
.remarks p { margin: 0.15rem 0 0; max-width: none; }
.remarks .remedy { color: var(--soft); font-size: 0.925rem; }
.gallery { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 10rem), 1fr)); gap: 1rem; }
.gallery li { min-width: 0; break-inside: avoid; }
.gallery .image { width: 100%; height: auto; aspect-ratio: 1; border-radius: 0.5rem; }
.gallery .said { display: block; margin-top: 0.4rem; font-size: 0.85rem; line-height: 1.35; overflow-wrap: anywhere; }
.gallery .about { display: block; color: var(--soft); font-size: 0.78rem; overflow-wrap: anywhere; }
.grid.bars { grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); }
.card > .scroll { margin: 0; background: none; }
.sheet-table td, .sheet-table th { overflow-wrap: anywhere; }
.sheet-table th[scope=row], .sheet-table td:not(.number) { min-width: 8.5rem; }
.sheet-table th[scope=row]:only-child, .sheet-table thead th, .sheet-table .number { overflow-wrap: normal; }
.views { display: grid; gap: 1.5rem 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
.views .row { display: grid; grid-template-columns: minmax(7rem, 10rem) 1fr; gap: 1rem 1.25rem; align-items: start; min-width: 0; }
.views .strip-of-views { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: 0.75rem; }
.views .image { width: 100%; height: auto; aspect-ratio: 1; }
.views figure { margin: 0; }
.views figcaption, .views li span { display: block; font-size: 0.8rem; font-weight: 400; color: var(--soft); margin: 0.3rem 0 0; line-height: 1.35; overflow-wrap: anywhere; }
.views figcaption > :first-child { color: var(--ink); font-weight: 600; }
.stages { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); list-style: none; counter-reset: stage; }
.stages li { counter-increment: stage; }
.stages h3 { margin: 0 0 0.35rem; font-size: 1rem; }
.stages h3::before { content: counter(stage) '  '; color: var(--accent); }
.stages p { margin: 0 0 0.4rem; font-size: 0.925rem; }
.stages .off h3 { color: var(--soft); }
pre.commands { margin: 0; padding: 0.8rem 1rem; background: var(--tint); border-radius: 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 54rem; font: 0.9rem/1.7 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.fill { fill: var(--accent); fill-opacity: 0.75; }
@media screen and (max-width: 34rem) {
  .views .row { grid-template-columns: 1fr; }
  .views figure.original { display: grid; grid-template-columns: 7rem 1fr; gap: 0.75rem; }
  .views .strip-of-views { grid-template-columns: repeat(auto-fill, minmax(5rem, 1fr)); }
}
@media print { .facts dd { font-size: 1.1rem; } .gallery { grid-template-columns: repeat(6, 1fr); } }
`;
