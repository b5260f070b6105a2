// Links of a page within the repository: to pages where the site has one, else to a copy of the file that they name.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path/posix';
import { root } from './places.mjs';

const fence = /^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[^\n]*$/gm;

/** Where a Markdown file of the repository stands on the site, or undefined where it is no page of it. */
export function pageOf(path) {
  if (path === 'README.md') return 'index.md';
  if (path === 'CONTRIBUTING.md') return 'contributing.md';
  if (path === 'packages/torch/README.md') return 'torch.md';
  if (path === 'docs/README.md') return 'pages.md';
  if (/^examples\/[^/]+\/README\.md$/.test(path)) return `cases/${path.split('/')[1]}.md`;
  const table = /^examples\/([^/]+)\/results\/comparison\.md$/.exec(path);
  if (table) return `cases/${table[1]}-table.md`;
  if (!path.startsWith('docs/') || !path.endsWith('.md')) return undefined;
  return path.replace('docs/', '').replace(/README\.md$/, 'index.md');
}

/** Files that are read as text, with the language of their code. */
const languages = {
  '.ts': 'ts',
  '.mjs': 'js',
  '.js': 'js',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.sh': 'sh',
  '.sbatch': 'sh',
  '.cpp': 'cpp',
  '.py': 'python',
  '.csv': 'txt',
  '.txt': 'txt',
  '.md': 'md',
};

/** Larger texts are files to download. */
const longest = 100_000;

/** What a link to a file of the repository becomes: a page with its text, a list of a folder's files, or the file. */
export function kindOf(path) {
  const stats = statSync(join(root, path));
  if (stats.isDirectory()) return { kind: 'folder' };
  const language = languages[extname(path)];
  return language !== undefined && stats.size <= longest ? { kind: 'text', language } : { kind: 'file' };
}

/** The page that shows a text or a folder. */
export function sourcePage(path) {
  const plain = path.replace(/\/$/, '');
  const isFolder = existsSync(join(root, plain)) && statSync(join(root, plain)).isDirectory();
  // VitePress takes one .md off a link and would look for the page of comparison.md under comparison.
  return `source/${isFolder ? `${plain}/index` : plain.replace(/\.md$/, '-md')}.md`;
}

/**
 * The text of a page with its links within the repository changed to places of the site.
 * @param from the page's path in the repository
 * @param use called with each file that a link names and that is no page
 */
export function withSiteLinks(text, from, use, base) {
  const page = pageOf(from) ?? sourcePage(from);
  const change = (target, image) => {
    if (/^([a-z][a-z0-9+.-]*:|#)/i.test(target)) return target;
    const [path, anchor] = target.split('#');
    const hash = anchor === undefined ? '' : `#${anchor}`;
    const file = join(dirname(from), decodeURIComponent(path));
    if (!existsSync(join(root, file))) return target; // a page made for the site, or a dead link: VitePress looks
    const own = pageOf(file.endsWith('/') || kindOf(file).kind === 'folder' ? join(file, 'README.md') : file);
    if (own !== undefined && existsSync(join(root, file))) {
      const readme = join(file, 'README.md');
      if (kindOf(file).kind !== 'folder' || existsSync(join(root, readme)))
        return `${relativeTo(page, own)}${hash}`;
    }
    if (image) {
      use(file);
      return `${base}files/${file}`;
    }
    use(file);
    const { kind } = kindOf(file);
    return kind === 'file' ? `${base}files/${file}` : `${relativeTo(page, sourcePage(file))}`;
  };
  return outsideCode(text, (prose) =>
    prose
      .replace(
        /(!?)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)( "[^"]*")?\)/g,
        (_, mark, label, target, title = '') => {
          const changed = change(target, mark === '!');
          const isFile = mark === '' && changed.startsWith(`${base}files/`);
          return `${mark}[${label}](${changed}${title})${isFile ? '{target="_self"}' : ''}`;
        },
      )
      .replace(/(src|srcset|href)="([^"]+)"/g, (_, name, target) => `${name}="${change(target, true)}"`),
  );
}

/** Applies `change` to what stands outside fenced code. */
function outsideCode(text, change) {
  let [result, at] = ['', 0];
  for (const { 0: code, index } of text.matchAll(fence)) {
    result += change(text.slice(at, index)) + code;
    at = index + code.length;
  }
  return result + change(text.slice(at));
}

function relativeTo(page, target) {
  const path = relative(dirname(page), target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** A page's title for a file. */
export const nameOf = (path) => basename(path);
