// The colors and type that every page shares: reports, galleries, the server's page and the exported web page.

const light = `
  --page: #fbfaf7; --card: #ffffff; --tint: #f2f0ea; --line: #dedad0; --ink: #22201c; --soft: #5c574d;
  --quiet: #7b756a; --floor: #ebe8e0; --accent: #0067a8; --good: #00704e; --bad: #b23c00; --plate: transparent; --halo: 0.22; --shade: #00000026;`;

const dark = `
  --page: #171614; --card: #1f1e1b; --tint: #292722; --line: #3a3731; --ink: #ece8df; --soft: #b5afa2;
  --quiet: #98917f; --floor: #2c2a25; --accent: #5db8f0; --good: #35c79a; --bad: #f08b45; --plate: #d9d6cd; --halo: 0.85; --shade: #000000a0;`;

/** The variables of one color scheme, as declarations. */
export function schemeCss(scheme: 'light' | 'dark'): string {
  return scheme === 'light' ? light : dark;
}

/** CSS variables for both color schemes; paper is always light. @param more further declarations of each scheme */
export function themeCss(more: (scheme: 'light' | 'dark') => string = () => ''): string {
  return `
:root { color-scheme: light dark; ${light} ${more('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} ${more('dark')} } }`;
}

/** Body text, headings and what carries the page. */
export const typeCss = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 96rem; background: var(--page);
  color: var(--ink); font: 1rem/1.6 ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
p { margin: 0 0 1rem; max-width: 44rem; text-wrap: pretty; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; margin: 0; font-weight: 650; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.6rem, 1.15rem + 2vw, 2.5rem); letter-spacing: -0.02em; max-width: 60rem; }
h2 { font-size: 1.5rem; letter-spacing: -0.01em; margin: 0 0 0.9rem; }
h3 { font-size: 1.1rem; margin: 2rem 0 0.75rem; }
h4 { font-size: 1rem; margin-bottom: 0.4rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul, ol { margin: 0; padding: 0; }
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.masthead { padding: clamp(1.5rem, 4vw, 3rem) 0 1.25rem; }
.kicker { color: var(--accent); font-weight: 650; font-size: 0.875rem; letter-spacing: 0.04em; margin-bottom: 0.5rem; }
.lead { font-size: 1.15rem; line-height: 1.5; color: var(--soft); margin-top: 0.75rem; overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.15rem; min-width: 0; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details.long { overflow-wrap: anywhere; }
details.long > summary { list-style: none; color: inherit; cursor: pointer; }
details.long > summary::-webkit-details-marker { display: none; }
details.long[open] .cut, details[open] > summary .when-shut, details:not([open]) > summary .when-open { display: none; }
.more { color: var(--accent); text-decoration: underline; text-underline-offset: 0.15em; white-space: nowrap; font-size: 0.9em; }
@media print { details.long .cut, .more { display: none; } }`;
