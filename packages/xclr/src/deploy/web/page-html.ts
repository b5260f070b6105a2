// The page around the script: where to drop an image, where the answers appear.
import { html, trusted } from '../../report/html.js';
import { themeCss, typeCss } from '../../report/theme.js';

const css = `
body { max-width: 80rem; }
#status { color: var(--soft); min-height: 3.2em; max-width: none; }
[data-state=error] #status { color: var(--bad); }
#drop { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap; border: 2px dashed var(--quiet); border-radius: 0.75rem; padding: 1.25rem; background: var(--card); }
#drop.over { border-color: var(--accent); }
#drop p { margin: 0 0 0.6rem; }
#query { width: 8rem; height: 8rem; object-fit: contain; border-radius: 0.5rem; background: var(--tint); }
.buttons { display: flex; flex-wrap: wrap; gap: 0.6rem; }
label { position: relative; display: inline-block; padding: 0.5rem 1rem; border: 1px solid var(--accent); border-radius: 0.5rem; color: var(--accent); cursor: pointer; }
label:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
label input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; font-size: 0; }
#results { border: 0; padding: 0; margin-top: 1.5rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 10rem), 1fr)); gap: 1.25rem 1rem; }
figure { margin: 0; min-width: 0; }
.tile { display: block; width: 100%; aspect-ratio: 1; padding: 0; border: 0; border-radius: 0.5rem; overflow: hidden; background: var(--tint); cursor: pointer; }
.tile img { display: block; width: 100%; height: 100%; object-fit: contain; }
figcaption { margin-top: 0.4rem; font-size: 0.875rem; line-height: 1.35; overflow-wrap: anywhere; }
.about { color: var(--soft); font-size: 0.8rem; font-variant-numeric: tabular-nums; }
progress { width: 100%; accent-color: var(--accent); }`;

/** Scripts come from beside the page only, and it may speak to no other server. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "img-src 'self' blob: data:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** @param notice what must be said of the encoder before anything else */
export function pageHtml(title: string, notice?: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(themeCss() + typeCss + css)}</style>
</head>
<body data-state="busy">
<header class="masthead">
<h1 id="title">${title}</h1>
<p class="lead">Give an image to find the most similar items. The encoder runs in this browser, and no image leaves this device.</p>
</header>
<main>${notice !== undefined && html`<p role="note"><strong>${notice}</strong></p>`}
<div id="drop">
<img id="query" alt="Your image" hidden>
<div>
<p>Drop or paste an image anywhere on this page, or</p>
<div class="buttons">
<label>choose a file <input id="file" type="file" accept="image/*" disabled></label>
<label>take a photograph <input id="camera" type="file" accept="image/*" capture="environment" disabled></label>
</div>
</div>
</div>
<p id="status" role="status" aria-live="polite">Loading the encoder. The browser keeps it, so that the page also works without a network.</p>
<progress id="bar" value="0" max="1" aria-label="Loading"></progress>
<section id="results" aria-label="The most similar items"></section>
<noscript><p>This page runs the encoder in the browser and needs JavaScript.</p></noscript>
</main>
<script type="module" src="app/page.js"></script>
</body>
</html>
`.text;
}
