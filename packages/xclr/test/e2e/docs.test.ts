// The documentation: links lead somewhere, and every command that it shows has the flags that it shows.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands, type Entry } from '../../src/cli/commands/index.js';
import { programFor } from '../../src/cli/program.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((name) => existsSync(join(root, name)));
const fence = /^(```+|~~~+)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm;

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading] of text.replace(fence, '').matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

/** Links and images within the repository: targets of Markdown and of HTML. */
function linksOf(text: string): string[] {
  const prose = text.replace(fence, '').replace(/`[^`\n]*`/g, '');
  const targets = [
    ...[...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target]) => target!),
    ...[...prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target]) => target!),
  ];
  return targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** What is wrong with a link of a page; undefined where it leads somewhere. */
function faultOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
  if (relative(root, target).startsWith('..') || !existsSync(target))
    return `${page}: ${link} does not exist`;
  if (anchor === undefined || !target.endsWith('.md') || statSync(target).isDirectory()) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor)
    ? undefined
    : `${page}: ${link} has no such heading`;
}

/** Commands that a page shows: calls of xclr in shell code, without the comments behind them, and within sentences. */
function commandsOf(text: string): string[] {
  const code = [...text.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```$/gm)]
    .flatMap(([, lines]) => lines!.replace(/\\\n/g, ' ').split('\n'))
    .map((line) => line.replace(/(^|\s)#.*$/, ''));
  const quoted = [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return [...code, ...quoted]
    .flatMap((line) => line.split(/&&|\|\||;|\|(?= )/))
    .map((call) => call.trim())
    .filter((call) => /^(npx )?xclr [a-z-]/.test(call));
}

/** Flags that a page names within sentences: `--batch-size`, `--data-fractions-…`. */
function flagsOf(text: string): string[] {
  const quoted = [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return quoted.filter((span) => span.startsWith('--')).map((span) => span.split(/[\s=]/)[0]!);
}

async function allFlags(): Promise<string[]> {
  const flags = new Set(['--help', '--version', '--ignore-scripts', '--omit']); // the last two are npm's
  const visit = async (entries: readonly Entry[], path: readonly string[]) => {
    for (const entry of entries) {
      const words = [...path, entry.name];
      if ('commands' in entry) await visit(entry.commands, words);
      else for (const { long } of (await commandAt(words)).options) if (long) flags.add(long);
    }
  };
  await visit(commands, []);
  return [...flags];
}

/** The names of the command that words begin with: ['data', 'inspect'] of `data inspect x.csv`. */
function pathOf(words: readonly string[], entries: readonly Entry[] = commands): string[] {
  const entry = entries.find(({ name }) => name === words[0]);
  if (entry === undefined) return [];
  return [entry.name, ...('commands' in entry ? pathOf(words.slice(1), entry.commands) : [])];
}

const built = new Map<string, Promise<Command>>();

/** The command at a path, built once. */
function commandAt(path: readonly string[]): Promise<Command> {
  const build = async () => {
    let { program: command } = await programFor(path);
    for (const name of path) command = command.commands.find((one) => one.name() === name)!;
    return command;
  };
  const key = path.join(' ');
  const found = built.get(key) ?? build();
  built.set(key, found);
  return found;
}

/** What is wrong with a call: an unknown command, or a flag that it does not have. */
async function faultsOf(call: string): Promise<string[]> {
  // What xclr launch starts stands behind `--`.
  const [own = '', ...launched] = call.split(/ -- /);
  if (launched.length > 0)
    return [...(await faultsOf(own)), ...(await faultsOf(`xclr ${launched.join(' -- ')}`))];
  const words = call.replace(/^npx /, '').split(/\s+/).slice(1);
  const path = pathOf(words);
  const [command, rest] = [await commandAt(path), words.slice(path.length)];
  if (command.parent === null && !rest.every((word) => word.startsWith('-')))
    return [`there is no command ${rest[0]}: ${call}`];
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const name of ['--help', '-h', '--version']) known.add(name);
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0]!)
    .filter((flag) => !known.has(flag) && !known.has(flag.replace('--no-', '--')))
    .map((flag) => `${command.name()} has no flag ${flag}: ${call}`);
}

describe('documentation', () => {
  it('has no dead link', () => {
    const faults = pages.flatMap((page) =>
      linksOf(readFileSync(join(root, page), 'utf8')).map((link) => faultOf(page, link)),
    );
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('would notice dead links', () => {
    expect(linksOf('[a](no.md) `[b](c.md)` ![d](https://x.org/e.png) <img src="f.png">')).toEqual([
      'no.md',
      'f.png',
    ]);
    expect(faultOf('README.md', 'no.md')).toMatch(/does not exist/);
    expect(faultOf('README.md', '../../etc/passwd')).toMatch(/does not exist/);
    expect(faultOf('README.md', '#no-such-heading')).toMatch(/no such heading/);
    expect(faultOf('README.md', 'docs/README.md')).toBeUndefined();
    expect([...anchorsOf('# A `b` (c), d/e\n```\n# no\n```\n## [Two](x.md) words\n## Two words')]).toEqual([
      'a-b-c-de',
      'two-words',
      'two-words-1',
    ]);
  });

  it('is reached from its index', () => {
    const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
    const guides = pages.filter((page) => /^docs\/[\w-]+\.md$/.test(page) && page !== 'docs/README.md');
    expect(guides.filter((page) => !index.includes(`(${relative('docs', page)})`))).toEqual([]);
  });

  it('shows commands and flags that exist', async () => {
    const calls = pages.flatMap((page) => commandsOf(readFileSync(join(root, page), 'utf8')));
    expect(calls.length).toBeGreaterThan(60);
    const faults: string[] = [];
    for (const call of new Set(calls)) faults.push(...(await faultsOf(call)));
    expect(faults).toEqual([]);
  });

  it('names files that exist', () => {
    const faults = pages.flatMap((page) =>
      [
        ...readFileSync(join(root, page), 'utf8')
          .replace(fence, '')
          .matchAll(/`([^`\n]+)`/g),
      ]
        .map(([, span]) => span!)
        .filter((span) => /^(packages|scripts|docs|examples|bench)\/[\w./-]+$/.test(span))
        .filter((span) => !existsSync(join(root, span)))
        .map((span) => `${page}: ${span} does not exist`),
    );
    expect(faults).toEqual([]);
  });

  it('names flags that exist', async () => {
    const known = await allFlags();
    const exists = (flag: string) =>
      flag.endsWith('…') || flag.endsWith('*')
        ? known.some((one) => one.startsWith(flag.slice(0, -1)))
        : known.includes(flag) || known.includes(flag.replace('--no-', '--'));
    const faults = pages.flatMap((page) =>
      flagsOf(readFileSync(join(root, page), 'utf8'))
        .filter((flag) => !exists(flag))
        .map((flag) => `${page}: no command has the flag ${flag}`),
    );
    expect(faults).toEqual([]);
  });

  it('would notice commands and flags that do not exist', async () => {
    const text = '```sh\nnpx xclr train --data a && xclr trian   # xclr no\n```\n```ts\nxclr no\n```';
    expect(commandsOf(`${text}\n\`xclr serve x\` \`xclr\``)).toEqual([
      'npx xclr train --data a',
      'xclr trian',
      'xclr serve x',
    ]);
    expect(flagsOf('`--data-fraction 0.1`, `--data-fractions-…` and `x --no`')).toEqual([
      '--data-fraction',
      '--data-fractions-…',
    ]);
    expect(await faultsOf('xclr trian')).toHaveLength(1);
    expect(await faultsOf('xclr train --side 3 --size 4')).toEqual([
      'train has no flag --side: xclr train --side 3 --size 4',
    ]);
  });
});
