// The catalog's page around its script: search by words or an image, filters, tiles. No script or style stands in the page itself.
import { html, trusted } from '../../report/html.js';
import { themeCss, typeCss } from '../../report/theme.js';

/** Scripts, styles and images come from beside the page only; it may speak to no other server. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const css = `
body { max-width: 84rem; }
.masthead { padding-bottom: 0.75rem; }
#search { display: flex; flex-wrap: wrap; gap: 0.6rem; }
#search input[type=search] { flex: 1 1 14rem; min-width: 0; }
input, select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--quiet); border-radius: 0.5rem; padding: 0.45rem 0.75rem; min-height: 2.75rem; }
input::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--page); font-weight: 600; }
.picker { position: relative; display: inline-flex; align-items: center; border: 1px solid var(--accent); border-radius: 0.5rem; padding: 0.45rem 0.9rem; min-height: 2.75rem; color: var(--accent); background: var(--card); cursor: pointer; }
.picker:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
.picker input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; font-size: 0; }
.narrow { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; margin: 1rem 0 0; }
#filters { display: contents; }
.narrow label { display: grid; gap: 0.2rem; font-size: 0.85rem; color: var(--soft); text-transform: none; min-width: 0; }
.narrow label::first-letter { text-transform: uppercase; }
.narrow select, .narrow input[type=number] { max-width: min(100%, 12rem); font-size: 1rem; }
.narrow input[type=number] { width: 8rem; }
.narrow .check { display: flex; align-items: center; gap: 0.5rem; min-height: 2.75rem; font-size: 1rem; color: var(--ink); }
.check input { width: 1.25rem; height: 1.25rem; min-height: 0; accent-color: var(--accent); }
#asked { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: center; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
#asked:empty { display: none; }
#asked .tile { width: min(14rem, 45vw); flex: none; }
#asked .about { flex: 1 1 14rem; min-width: 0; }
#asked .about .name { font-size: 1.15rem; font-weight: 600; }
#asked .all { margin-left: auto; padding: 0.6rem 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.15rem 1rem; margin: 0; font-size: 0.95rem; }
dt { color: var(--soft); }
dt::first-letter { text-transform: uppercase; }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
#heading { margin: 1.75rem 0 0.25rem; }
#heading:focus { outline: none; }
#status { color: var(--soft); min-height: 1.6em; overflow-wrap: anywhere; }
[data-state=error] #status { color: var(--bad); }
#results { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(45%, 11.5rem), 1fr)); gap: 1.5rem 1.1rem; }
#results li { min-width: 0; }
#results a { display: block; color: inherit; text-decoration: none; border-radius: 0.6rem; }
#results a:hover .name { text-decoration: underline; }
.tile { display: grid; place-items: center; aspect-ratio: 1; background: #ffffff; border: 1px solid var(--line); border-radius: 0.6rem; overflow: hidden; color: #5c574d; font-size: 0.85rem; }
.tile img { display: block; width: 100%; height: 100%; object-fit: contain; min-width: 0; min-height: 0; }
#results .name { display: block; margin-top: 0.5rem; font-size: 0.95rem; line-height: 1.35; overflow-wrap: anywhere; }
.values { color: var(--soft); font-size: 0.825rem; line-height: 1.4; overflow-wrap: anywhere; margin-top: 0.15rem; }
#more { display: block; margin: 2rem auto 0; padding-inline: 1.75rem; }
[hidden] { display: none !important; }
progress { width: 100%; accent-color: var(--accent); }
@media (max-width: 34rem) { .narrow label:not(.check) { flex: 1 1 42%; } .narrow select, .narrow input[type=number] { width: 100%; max-width: none; } }`;

/** The page's style sheet. */
export function catalogCss(): string {
  return `${themeCss()}${typeCss}${css}\n`;
}

/** @param notice what must be said of the encoder before anything else */
export function catalogHtml(title: string, notice?: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body data-state="busy">
<header class="masthead">
<h1>${title}</h1>
</header>
<main>${notice !== undefined && html`<p role="note"><strong>${notice}</strong></p>`}
<form id="search" role="search">
<input id="words" type="search" aria-label="Search by words" placeholder="Search by words" autocomplete="off" maxlength="200">
<button class="primary">Search</button>
<label class="picker">Search by image <input id="image" type="file" accept="image/*"></label>
</form>
<div class="narrow" role="group" aria-label="Narrow down"><div id="filters"></div><label class="check"><input id="variety" type="checkbox" disabled> Show a variety</label></div>
<section id="asked" aria-label="What was asked for"></section>
<h2 id="heading" tabindex="-1">All products</h2>
<p id="status" role="status" aria-live="polite">Loading the catalog …</p>
<progress id="bar" value="0" max="1" aria-label="Loading the encoder" hidden></progress>
<ul id="results" aria-labelledby="heading"></ul>
<button id="more" type="button" hidden>Show more</button>
<noscript><p>This page searches in the browser and needs JavaScript.</p></noscript>
</main>
<script type="module" src="app/catalog.js"></script>
</body>
</html>
`.text;
}
