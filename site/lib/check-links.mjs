// Links of the built site: every page, file and heading that one names is there, and nothing comes from elsewhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { built } from './places.mjs';
import { base } from './stage.mjs';

const ids = new Map();

/** The ids of a page. */
function idsOf(file) {
  const found =
    ids.get(file) ??
    new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => unescaped(id)));
  ids.set(file, found);
  return found;
}

const unescaped = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

/** The file that a link of a page names. */
function fileOf(page, path) {
  if (path === '') return page;
  const target = path.startsWith(base) ? join(built, path.slice(base.length)) : join(dirname(page), path);
  if (existsSync(target) && statSync(target).isDirectory()) return join(target, 'index.html');
  return target;
}

/** What is wrong with the links of the built pages. */
export function checkLinks(folder = built) {
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.html') && !name.startsWith('files/'))
    .map((name) => join(folder, name));
  return files.flatMap((page) => {
    const text = readFileSync(page, 'utf8');
    const faults = [];
    for (const [tag, name, raw] of text.matchAll(/<[a-z]+ [^>]*?\b(href|src|srcset)="([^"]*)"[^>]*>/g)) {
      const link = unescaped(raw);
      const where = `${relative(folder, page)}: ${link}`;
      if (/^(https?:)?\/\//.test(link)) {
        // A reader may follow a link to elsewhere; the page itself loads nothing from there.
        if (name !== 'href' || tag.startsWith('<link')) faults.push(`${where} is loaded from elsewhere`);
        continue;
      }
      if (/^[a-z]+:/i.test(link)) continue;
      const [path, anchor] = link.split('#');
      const file = fileOf(page, decodeURIComponent(path));
      if (!existsSync(file)) faults.push(`${where} does not exist`);
      else if (anchor && file.endsWith('.html') && !idsOf(file).has(decodeURIComponent(anchor)))
        faults.push(`${where} has no such heading`);
    }
    return faults;
  });
}
