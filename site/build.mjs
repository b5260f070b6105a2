// Builds the documentation site into site/dist, or serves it while pages are edited.
//   node site/build.mjs            builds; fails at a dead link, a lost path, a search that finds nothing
//   node site/build.mjs --quick    the same without the reference that TypeDoc makes of the sources
//   node site/build.mjs --dev      serves, and follows changes of docs/; without that reference too
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, createServer } from 'vitepress';
import { writeExplorable } from './explorable/build.mjs';
import { checkBuilt } from './lib/check-built.mjs';
import { checkLinks } from './lib/check-links.mjs';
import { writeTexts } from './lib/llms.mjs';
import { pages, root } from './lib/places.mjs';
import { stage, stageReference } from './lib/stage.mjs';

const site = fileURLToPath(new URL('.', import.meta.url));
if (process.argv.includes('--dev')) {
  stage();
  await stageReference();
  await writeExplorable(`${pages}public/explorable.html`);
  for (const folder of ['docs', 'examples', 'site'])
    watch(`${root}${folder}`, { recursive: true }, (_, name) => {
      if (name?.endsWith('.md') && !name.startsWith('.pages')) stage({ clean: false });
    });
  const server = await createServer(site);
  await server.listen();
  server.printUrls();
} else {
  const staged = stage();
  await stageReference();
  if (!process.argv.includes('--quick')) {
    const { stageApi } = await import('./lib/api-reference.mjs');
    await stageApi();
  }
  await writeExplorable(`${pages}public/explorable.html`);
  await build(site);
  writeTexts(staged);
  const faults = [...checkLinks(), ...checkBuilt()];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
