// Writes docs/api.md: every name that the package exports, by subpath, with what it is.
//
//   node scripts/api-docs.mjs            writes it
//   node scripts/api-docs.mjs --check    fails where the file is not what it would write, or a name has no comment
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exportsOf, isType, summaryOf } from './lib/public-api.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { exports } = JSON.parse(readFileSync(here('../packages/xclr/package.json'), 'utf8'));

const sections = Object.entries(exports).map(([subpath, { default: file }]) => {
  const source = here(`../packages/xclr/${file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`);
  const title = subpath === '.' ? 'xclr' : `xclr/${subpath.slice(2)}`;
  const [, about] = /^\/\/ [^:\n]*: (.*(?:\n\/\/ .*)*)/.exec(readFileSync(source, 'utf8')) ?? [];
  return { title, about: about.replaceAll('\n// ', ' '), names: exportsOf(source) };
});

const undocumented = sections.flatMap(({ title, names }) =>
  names
    .filter(({ comment }) => comment === null || summaryOf(comment) === '')
    .map(
      ({ name, file }) =>
        `${title}: ${name} (${file.replace(here('../'), '')}) has no comment that says what it is`,
    ),
);

const cell = (text) => text.replaceAll('|', '\\|');
const rows = (names) =>
  names.map(({ name, comment }) => `| \`${name}\` | ${cell(summaryOf(comment ?? ''))} |`);
const table = (heading, names) =>
  names.length === 0 ? [] : ['', `| ${heading} | |`, '|---|---|', ...rows(names)];
const page = `${[
  '<!-- Made by scripts/api-docs.mjs from the comments in the sources. -->',
  '# The library',
  '',
  'What the package `xclr` exports. The root holds what a first program needs; the rest is under subpaths, and importing one of them loads no more than it needs: `xclr/losses` loads no image decoder and no ONNX runtime. The types say what each function takes; an editor shows the full comments.',
  ...sections.flatMap(({ title, about, names }) => [
    '',
    `## \`${title}\``,
    '',
    about[0].toUpperCase() + about.slice(1),
    ...table(
      'values',
      names.filter(({ kind }) => !isType(kind)),
    ),
    ...table(
      'types',
      names.filter(({ kind }) => isType(kind)),
    ),
  ]),
].join('\n')}\n`;

const target = here('../docs/api.md');
if (process.argv.includes('--check')) {
  const stale = readFileSync(target, 'utf8') !== page;
  for (const line of undocumented) console.error(line);
  if (stale) console.error('docs/api.md is not what the sources say: run node scripts/api-docs.mjs');
  process.exitCode = stale || undocumented.length > 0 ? 1 : 0;
} else {
  for (const line of undocumented) console.error(line);
  writeFileSync(target, page);
}
