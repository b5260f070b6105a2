// Puts the pages of the site together, in .pages/: docs/ and the READMEs with links that fit the site, the files that they
// name, and the pages that are made from the sources.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindOf, nameOf, pageOf, sourcePage, withSiteLinks } from './links.mjs';
import { pages, root } from './places.mjs';
import { commandsPage, settingsPage } from './reference.mjs';

/** The site's address below its host: `/`, or `/xclr/`. */
export const base = process.env.DOCS_BASE ?? '/';

function write(path, text) {
  const target = join(pages, path);
  mkdirSync(dirname(target), { recursive: true });
  // VitePress' watcher makes a page again when its file is written.
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
}

/** Files that git knows or would take, and that are there. */
function markdownFiles() {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .trim()
    .split('\n')
    .filter((path) => existsSync(join(root, path)));
}

/** What GitHub's readers see in place of the explorable gives way to it. */
const withExplorable = (text) =>
  text.replace(
    /<!-- explorable -->[\s\S]*?<!-- \/explorable -->/,
    () =>
      `<Explorable />\n\n[The same as one page](${base}explorable.html){target="_self"}: save it, it works without a network.`,
  );

/** Text of Vue's templates that a page means literally. */
const literal = (text) => text.replaceAll('{{', '<span v-pre>{{</span>');

/** A page of tables that begins without a title has its folder's name. */
const withTitle = (text, path) =>
  /^# /m.test(text)
    ? text
    : `# Tables: ${dirname(path).replace(/^docs\/results\/|\/results$/g, '')}\n\n${text}`;

function stageSources(used) {
  const seen = new Set();
  const queue = [...used];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const found = kindOf(path);
    if (found.kind === 'file' || /\.(svg|png|jpg|webp)$/.test(path)) {
      const target = join(pages, 'public/files', path);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(root, path), target);
    } else if (found.kind === 'folder') {
      const entries = readdirSync(join(root, path), { withFileTypes: true })
        .filter((entry) => !/^(node_modules|dist|build)$|^\./.test(entry.name))
        .sort((a, b) => a.name.localeCompare(b.name));
      const folder = path.replace(/\/$/, '');
      const list = entries.map(({ name }) => `- [${name}](${name})`).join('\n');
      const text = `# ${folder}\n\n${list}\n`;
      const links = entries.map(({ name }) => join(folder, name)).filter((one) => pageOf(one) === undefined);
      write(
        sourcePage(path),
        withSiteLinks(text, join(folder, 'index'), (one) => queue.push(one), base),
      );
      queue.push(...links);
    } else {
      const code = readFileSync(join(root, path), 'utf8').trimEnd();
      const fence = /^`{4,}/m.test(code) ? '``````' : '````';
      const note = `---\nsearch: false\noutline: false\n---\n# ${nameOf(path)}\n\n\`${path}\` of the repository:`;
      write(sourcePage(path), `${note}\n\n${fence}${found.language}\n${code}\n${fence}\n`);
    }
  }
}

/** Makes .pages/ anew; gives the staged pages with where they come from. */
export function stage({ clean = true } = {}) {
  if (clean) rmSync(pages, { recursive: true, force: true });
  mkdirSync(join(pages, 'public'), { recursive: true });
  const used = new Set();
  const staged = [];
  for (const path of markdownFiles()) {
    const page = pageOf(path);
    if (page === undefined || path === 'README.md') continue;
    const text = readFileSync(join(root, path), 'utf8');
    write(
      page,
      literal(withExplorable(withSiteLinks(withTitle(text, path), path, (file) => used.add(file), base))),
    );
    staged.push({ page, path });
  }
  const home = readFileSync(join(root, 'site/home.md'), 'utf8');
  write(
    'index.md',
    withSiteLinks(home, 'README.md', (file) => used.add(file), base),
  );
  stageSources(used);
  return staged;
}

/** Adds the pages that are made from the compiled sources. */
export async function stageReference() {
  write('reference/settings.md', await settingsPage());
  write('reference/commands.md', await commandsPage());
}
