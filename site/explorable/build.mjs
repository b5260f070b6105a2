// The explorable as one HTML file that needs no server and no network.
//   node site/explorable/build.mjs OUT.html
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Writes the file. */
export async function writeExplorable(target) {
  const result = await build({
    configFile: false,
    root: here('.'),
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry: here('own-page.ts'), formats: ['iife'], name: 'explorable' },
    },
  });
  const { code } = [result].flat()[0].output.find(({ type }) => type === 'chunk');
  const css = readFileSync(here('explorable.css'), 'utf8');
  const html = `<!doctype html>
<html lang="en" class="xp-own-page">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>What is pulled where: X-CLR, SupCon, SimCLR and CLIP</title>
<style>
body { margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; max-width: 72rem; background: #fbfaf7; color: #22201c;
  font: 1rem/1.6 ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
p { max-width: 44rem; }
@media (prefers-color-scheme: dark) { body { background: #171614; color: #ece8df; } }
${css}</style>
</head>
<body>
<main>
<h1>What is pulled where</h1>
<p>Six images with their captions. A method says how much each image should be pulled towards each of the others: these are its targets. Training then moves the images.</p>
<div id="explorable"></div>
</main>
<script>${code.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, html);
}

const [, started, target] = process.argv;
if (started === fileURLToPath(import.meta.url) && target !== undefined) await writeExplorable(target);
