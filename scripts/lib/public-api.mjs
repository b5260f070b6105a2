// The names that package xclr exports, each with its kind and the first sentence of its comment, read from the sources.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a declaration begins with; the name follows. */
const declarations =
  /^export (?:declare )?(?:abstract )?(async function|function|class|const|interface|type) (\w+)/gm;
const reExports = /^export (type )?(\*|\{[^}]*\}) from '([^']+)';/gm;

/**
 * The exports of a file, in its order: [{ name, kind, file, comment }]; `comment` is null where there is none.
 * @param path a TypeScript file
 */
export function exportsOf(path) {
  const text = readFileSync(path, 'utf8');
  const own = [...text.matchAll(declarations)].map((match) => ({
    name: match[2],
    kind: match[1].replace('async ', ''),
    file: path,
    comment: commentBefore(text, match.index),
  }));
  const passed = [...text.matchAll(reExports)].flatMap(([, onlyTypes, names, from]) => {
    const all = exportsOf(sourceOf(path, from));
    if (names === '*') return onlyTypes ? all.filter(({ kind }) => isType(kind)) : all;
    return namesIn(names).map((name) => {
      const found = all.find((one) => one.name === name);
      if (found === undefined) throw new Error(`${path}: ${from} exports no ${name}`);
      return found;
    });
  });
  return [...passed, ...own];
}

export const isType = (kind) => kind === 'interface' || kind === 'type';

function namesIn(braces) {
  return braces
    .slice(1, -1)
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '');
}

function sourceOf(path, from) {
  const file = join(dirname(path), from.replace(/\.js$/, '.ts'));
  if (!existsSync(file)) throw new Error(`${path}: there is no ${file}`);
  return file;
}

/** The text of the comment that ends right before `at`; null where none does. */
function commentBefore(text, at) {
  const before = text.slice(0, at).trimEnd();
  if (!before.endsWith('*/')) return null;
  const lines = before
    .slice(before.lastIndexOf('/**') + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim());
  return lines.join(' ').trim();
}

/** The first sentence of a comment; '' where it has only tags such as @throws. */
export function summaryOf(comment) {
  const described = comment.split(/(?:^|\s)@(?:param|returns|throws|see)\b/)[0].trim();
  return /^.*?[.!?](?=\s+[^a-z]|$)/.exec(described)?.[0] ?? described;
}
