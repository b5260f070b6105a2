// The page around the script: where to drop an image, where the answers appear.

const style = `
  :root { color-scheme: light dark; --page: #fbfaf7; --card: #fff; --line: #dedad0; --ink: #22201c; --soft: #6b655a; --accent: #0067a8; --bad: #b3261e; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #1b1a18; --card: #252320; --line: #3b3833; --ink: #eeeae2; --soft: #a8a196; --accent: #5db8f0; --bad: #ff8a80; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink); }
  main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
  h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
  #status { color: var(--soft); min-height: 3em; }
  [data-state=error] #status { color: var(--bad); }
  #drop { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; border: 2px dashed var(--line); border-radius: .75rem; padding: 1.25rem; background: var(--card); }
  #drop.over { border-color: var(--accent); }
  #query { width: 8rem; height: 8rem; object-fit: contain; border-radius: .5rem; }
  label { display: inline-block; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .5rem; color: var(--accent); cursor: pointer; }
  label:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
  label input { position: absolute; opacity: 0; width: 1px; }
  #results { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1rem; margin-top: 1.5rem; }
  figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem; }
  figure img { width: 100%; aspect-ratio: 1; object-fit: contain; cursor: pointer; }
  figcaption { font-size: .85rem; overflow-wrap: anywhere; }
  figcaption span { color: var(--soft); font-variant-numeric: tabular-nums; }
  progress { width: 100%; accent-color: var(--accent); }
`;

const escaped = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );

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

export function pageHtml(title: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<body data-state="busy">
<main>
  <h1 id="title">${escaped(title)}</h1>
  <p id="status" role="status" aria-live="polite">Loading the encoder; it is kept for the next time, also without a network.</p>
  <progress id="bar" value="0" max="1" aria-label="Loading"></progress>
  <div id="drop">
    <img id="query" alt="Your image" hidden>
    <div>
      <p>Drop or paste an image anywhere on this page, or</p>
      <label>choose one <input id="file" type="file" accept="image/*" disabled></label>
      <label>take a photograph <input id="camera" type="file" accept="image/*" capture="environment" disabled></label>
    </div>
  </div>
  <section id="results" aria-label="Nearest items"></section>
  <noscript>This page runs the encoder in your browser: it needs JavaScript.</noscript>
</main>
<script type="module" src="app/page.js"></script>
</body>
</html>
`;
}
