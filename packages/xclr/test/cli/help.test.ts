// Every page of help: it fits its width, its topics hold all options, and its examples can be parsed.
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands, type Entry } from '../../src/cli/commands/index.js';
import { guideOf, TopicOption } from '../../src/cli/help/guide.js';
import { programFor } from '../../src/cli/program.js';
import { UserError } from '../../src/util/errors.js';
import { everyCommand } from './here.js';

/** ['data', 'inspect'] of every command. */
function paths(entries: readonly Entry[], before: readonly string[] = []): string[][] {
  return entries.flatMap((entry) => [
    [...before, entry.name],
    ...('commands' in entry ? paths(entry.commands, [...before, entry.name]) : []),
  ]);
}

const all = [[], ...paths(commands)];

async function commandOf(words: readonly string[]): Promise<Command> {
  const { program, args } = await programFor(words);
  let command = program;
  for (const word of args) command = command.commands.find((one) => one.name() === word) ?? command;
  return command;
}

/** A page of help as a terminal of `columns` columns shows it. */
async function page(words: readonly string[], columns = 80): Promise<string> {
  const command = await commandOf([
    ...words.filter((word) => !word.startsWith('--help:')),
    '--help',
    ...topic(words),
  ]);
  command.configureOutput({ getOutHelpWidth: () => columns });
  return command.helpInformation();
}

function topic(words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith('--help:')).map((word) => word.slice('--help:'.length));
}

/** Words of a line as a shell splits them. */
function split(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three!);
}

describe.each(all.map((words) => ({ name: ['xclr', ...words].join(' '), words })))('$name', ({ words }) => {
  it.each([60, 80, 132])('fits %i columns', async (columns) => {
    const topics = (guideOf(await commandOf(words)).topics ?? []).map(({ name }) => `--help:${name}`);
    for (const one of [[], ['--help:all'], ...topics.map((name) => [name])]) {
      const text = await page([...words, ...one], columns);
      const allowed = (line: string) =>
        /^ {2}(xclr|curl|--|# )/.test(line) || /^Usage:/.test(line) || /^ {2}\S+ {2,}/.test(line);
      const long = text.split('\n').filter((line) => line.length > columns && !allowed(line));
      expect(long).toEqual([]);
    }
  });

  it('has examples that can be parsed', async () => {
    const examples = guideOf(await commandOf(words)).examples ?? [];
    if ((await commandOf(words)).commands.length === 0) expect(examples.length).toBeGreaterThan(0);
    for (const { run } of examples.filter(({ run }) => run.startsWith('xclr '))) {
      const line = split(run.split(' | ')[0]!).slice(1);
      const { program, args } = await programFor(line);
      const parsed: string[] = [];
      for (const command of everyCommand(program)) {
        command.exitOverride().configureOutput({ writeErr: (text) => parsed.push(text) });
        if (command.commands.length === 0) command.action(() => void parsed.push('ran'));
      }
      await program.parseAsync(args, { from: 'user' }).catch((error: Error) => parsed.push(error.message));
      expect([run, ...parsed]).toEqual([run, 'ran']);
    }
  });

  it('shows on its first page only options that there are, and every option on one of its pages', async () => {
    const command = await commandOf(words);
    const { topics = [], first = [] } = guideOf(command);
    const names = command.options.map(({ long }) => long);
    expect(first.filter((name) => !names.includes(name))).toEqual([]);
    const known = topics.map(({ name }) => name);
    const lost = command.options.filter(
      (option) => option instanceof TopicOption && !known.includes(option.topic),
    );
    expect(lost.map(({ long }) => long)).toEqual([]);
    const everything = await page([...words, '--help:all']);
    const shown = command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => long ?? short!);
    expect(shown.filter((name) => !everything.includes(name))).toEqual([]);
  });
});

describe('train --help', () => {
  it('is a page with the options that matter and the list of topics', async () => {
    const text = await page(['train']);
    expect(text.split('\n').length).toBeLessThan(90);
    expect(text.match(/^ {2}--/gm)!.length).toBeLessThan(20);
    expect(text).not.toContain('--optimizer-betas');
    expect(text).toMatch(/More options, by topic: xclr train --help <topic>\n {2}data /);
  });

  it('shows the settings of a kind of graph under that kind, with what they mean there', async () => {
    const text = (await page(['train', '--help:graph'])).replace(/\s+/g, ' ');
    const between = (one: string, next: string) => text.slice(text.indexOf(one), text.indexOf(next));
    expect(between('Kind taxonomy:', 'Kind embeddings:')).toMatch(
      /--graph-path.*tree.*--graph-similarity.*lin, path, wu-palmer/,
    );
    expect(between('Kind multilabel:', 'Kind attributes:')).toMatch(/--graph-similarity.*sets of labels/);
    expect(between('Kind text:', 'Kind class-matrix:')).toContain('--text-encoder');
    expect(text).not.toContain('--optimizer');
  });

  it('names the topics where one is unknown', async () => {
    await expect(page(['train', '--help:grahp'])).rejects.toThrow(UserError);
    await expect(page(['train', '--help:grahp'])).rejects.toThrow(/no topic grahp[\s\S]*Did you mean graph/);
  });

  it('is what help train prints', async () => {
    const { args } = await programFor(['help', 'train', 'graph']);
    expect(args).toEqual(['train', '--help', 'graph']);
    expect((await programFor(['help', 'data', 'views'])).args).toEqual(['data', 'views', '--help']);
  });
});
