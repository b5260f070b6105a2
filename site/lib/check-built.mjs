// What the built site promises beside its links: paths that were published once, llms.txt, and a search without a service.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from './places.mjs';

/** Paths that readers may have kept, one a line. A page that moves leaves one behind that leads to the new place. */
const published = fileURLToPath(new URL('../published-paths.txt', import.meta.url));

/** Words of guides that a reader would look for. */
const searched = ['perplexity', 'bfloat16', 'taxonomy', 'jaccard'];

function lostPaths() {
  const paths = readFileSync(published, 'utf8').trim().split('\n');
  return paths
    .filter((path) => !existsSync(join(built, path)))
    .map((path) => `${path} was published once and is gone: leave a page there that leads to its successor`);
}

function faultsOfTexts() {
  const text = readFileSync(join(built, 'llms.txt'), 'utf8');
  const links = [...text.matchAll(/^- \[[^\]]+\]\(([^)]+)\): (.*)$/gm)];
  const faults = links.flatMap(([, path, about]) => [
    ...(existsSync(join(built, path)) ? [] : [`llms.txt: ${path} does not exist`]),
    ...(about.length > 10 ? [] : [`llms.txt: ${path} has no sentence about it`]),
  ]);
  if (links.length < 20) faults.push(`llms.txt: names ${links.length} pages only`);
  if (readFileSync(join(built, 'llms-full.txt'), 'utf8').length < 100_000)
    faults.push('llms-full.txt: has not the text of the pages');
  return faults;
}

function faultsOfSearch() {
  const chunks = join(built, 'assets/chunks');
  const name = readdirSync(chunks).find((one) => one.includes('localSearchIndex'));
  if (name === undefined) return ['the index of the search is missing'];
  const index = readFileSync(join(chunks, name), 'utf8').toLowerCase();
  return searched.filter((word) => !index.includes(word)).map((word) => `the search does not find “${word}”`);
}

/** What is wrong with the built site beside its links. */
export const checkBuilt = () => [...lostPaths(), ...faultsOfTexts(), ...faultsOfSearch()];
