// The page on which people try a server: an image, words or an id in, similar items with their images out.
import { readFileSync } from 'node:fs';
import { html, trusted } from '../../report/html.js';
import { themeCss, typeCss } from '../../report/theme.js';
import { workerUrl } from '../../util/worker-url.js';

export interface TryPage {
  /** Of the encoder, for people. */
  readonly encoder: string;
  /** What must be said of it before anything else. */
  readonly notice?: string | undefined;
  /** Null: the server embeds, and there is nothing to search. */
  readonly index: { readonly name: string; readonly items: number; readonly readsText: boolean } | null;
  readonly needsToken: boolean;
}

const scripts = ['serve-page.js', 'long-text.js'] as const;

/** A script of the page by its name; undefined for every other name. */
export function pageScript(name: string): string | undefined {
  const known = scripts.find((one) => one === name);
  return known && readFileSync(workerUrl(import.meta.url, `../../web/${known}`), 'utf8');
}

/** Scripts come from this server only, and the page may speak to no other one. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src blob: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const css = `
form { display: grid; gap: 0.9rem 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); align-items: end; }
form label { display: grid; gap: 0.25rem; font-size: 0.875rem; color: var(--soft); min-width: 0; }
input { font: inherit; font-size: 1rem; color: var(--ink); background: var(--page); border: 1px solid var(--quiet); border-radius: 0.4rem; padding: 0.45rem 0.6rem; width: 100%; min-height: 2.6rem; }
input[type=range] { padding: 0; border: 0; background: none; accent-color: var(--accent); }
input::placeholder { color: var(--soft); opacity: 1; }
button { font: inherit; cursor: pointer; border-radius: 0.4rem; }
.ask { justify-self: start; background: var(--accent); color: var(--page); border: 0; padding: 0.55rem 1.4rem; min-height: 2.6rem; font-weight: 600; }
.query { display: flex; gap: 1.25rem; align-items: center; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
.query > :last-child { min-width: 0; }
.query .tile { width: 8rem; flex: none; }
#status { margin: 1.25rem 0 1rem; min-height: 1.6em; overflow-wrap: anywhere; }
#results { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 10rem), 1fr)); gap: 1.25rem 1rem; }
#results li { min-width: 0; display: flex; flex-direction: column; align-items: stretch; }
#results .vector { grid-column: 1 / -1; font: 0.9rem/1.7 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.tile { aspect-ratio: 1; background: var(--tint); border-radius: 0.5rem; overflow: hidden; display: grid; place-items: center; color: var(--soft); font-size: 0.85rem; text-align: center; padding: 0; }
.tile img { width: 100%; height: 100%; object-fit: contain; min-width: 0; min-height: 0; }
.said { margin-top: 0.4rem; font-size: 0.875rem; line-height: 1.35; overflow-wrap: anywhere; }
.about { color: var(--soft); font-size: 0.8rem; line-height: 1.4; overflow-wrap: anywhere; }
.about b { color: var(--ink); font-variant-numeric: tabular-nums; }
.again { margin-top: 0.5rem; align-self: start; background: none; border: 1px solid var(--line); color: var(--accent); padding: 0.2rem 0.7rem; font-size: 0.85rem; min-height: 1.9rem; }
.again:hover { border-color: var(--accent); }`;

/** The page as one HTML text; its scripts come by `pageScript`. */
export function tryPage({ encoder, notice, index, needsToken }: TryPage): string {
  const inputs =
    index?.readsText === true ? 'an image, words or the id of an item' : 'an image or the id of an item';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>xclr serve</title>
<link rel="icon" href="data:,">
<style>${trusted(themeCss() + typeCss + css)}</style>
</head>
<body data-searches="${index === null ? 'no' : 'yes'}">
<header class="masthead">
<p class="kicker">xclr serve</p>
<h1>${index === null ? 'Embed an image' : `Search ${index.name}`}</h1>
<p class="lead">${
    index === null
      ? 'Give an image to get its vector.'
      : `Give ${inputs} to see the most similar of ${index.items.toLocaleString('en-GB')} ${index.items === 1 ? 'item' : 'items'}. An image may also be dropped or pasted anywhere on this page.`
  } The encoder is ${encoder}. Programs find everything in <a href="openapi.json">openapi.json</a>.</p>
</header>
<main>${notice !== undefined && html`<p role="note"><strong>${notice}</strong></p>`}
<form class="card">
<label>Image <input name="image" type="file" accept="image/*"></label>
${index?.readsText === true && html`<label>Words <input name="text" placeholder="blue summer dress"></label>`}
${
  index !== null &&
  html`<label>Item id <input name="id" autocomplete="off"></label>
<label>Filter <input name="filter" placeholder="color=red|blue, price<20" autocomplete="off"></label>
<label><span>Variety: <output id="variety">none</output></span> <input name="diversity" type="range" min="0" max="1" step="0.1" value="0"></label>`
}
${needsToken && html`<label>Token of this server <input name="token" type="password" autocomplete="off"></label>`}
<button class="ask">${index === null ? 'Embed' : 'Search'}</button>
</form>
<div id="query" class="query"></div>
<p id="status" role="status"></p>
<ol id="results" aria-label="Results"></ol>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script type="module" src="page/serve-page.js"></script>
</body>
</html>
`.text;
}
