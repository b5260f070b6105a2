// llms.txt, a list of the pages for programs that read, and llms-full.txt with their text (llmstxt.org).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outline } from './outline.mjs';
import { built, pages, root } from './places.mjs';

/** The first sentence of a page, as one line without links. */
function summary(text) {
  const prose = text.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/<!--[\s\S]*?-->|^```[\s\S]*?^```$/gm, '');
  const paragraph = prose.split(/\n{2,}/).find((part) => /^[A-Z`*[]/.test(part.trim())) ?? '';
  const plain = paragraph.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('\n', ' ');
  return /^.*?[.:](?= |$)/.exec(plain)?.[0] ?? plain;
}

/** @param staged pages with their files in the repository */
export function writeTexts(staged) {
  const textOf = (page) => {
    const path = staged.find((one) => one.page === `${page}.md`)?.path;
    return readFileSync(path === undefined ? join(pages, `${page}.md`) : join(root, path), 'utf8');
  };
  const listed = outline();
  const sections = listed.map(({ title, pages: entries }) => {
    const lines = entries
      .filter(([page]) => existsSync(join(pages, `${page}.md`)))
      .map(([page, name]) => `- [${name}](${page}.html): ${summary(textOf(page))}`);
    return `## ${title}\n\n${lines.join('\n')}`;
  });
  const head =
    '# xclr\n\n> Trains image encoders whose similarities follow the captions (X-CLR, the X-Sample Contrastive Loss), in TypeScript on LibTorch: data, similarity graphs, training, evaluation, comparison, export, search and a server.';
  writeFileSync(join(built, 'llms.txt'), `${head}\n\n${sections.join('\n\n')}\n`);
  const full = listed.flatMap(({ pages: entries }) =>
    entries
      .filter(([page]) => existsSync(join(pages, `${page}.md`)))
      .map(([page]) => `<!-- ${page}.html -->\n${textOf(page).trim()}`),
  );
  writeFileSync(join(built, 'llms-full.txt'), `${head}\n\n${full.join('\n\n')}\n`);
}
