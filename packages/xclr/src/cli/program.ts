// The command line as commander sees it: all commands by name, the one that was asked for in full.
import type { Command } from 'commander';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { version } from '../util/version.js';
import { addCommands, commands } from './commands/index.js';
import { allTopics, guide, guideOf } from './help/guide.js';
import { XclrCommand } from './help/xclr-command.js';

export interface Program {
  readonly program: Command;
  /** The words to parse: `help train graph` has become `train --help graph`. */
  readonly args: readonly string[];
}

/** The program for the words after `xclr`. @throws {UserError} for a topic of help that there is not */
export async function programFor(words: readonly string[]): Promise<Program> {
  const args = withoutHelpCommand(words);
  const program = new XclrCommand('xclr')
    .description(
      'Trains image encoders that learn graded similarity from captions.\n\n' +
        'Captions say that a cat is somewhat similar to a dog and hardly similar to a truck. X-CLR (the X-Sample ' +
        'Contrastive Loss) trains an image encoder until the similarities of its vectors agree with those of the captions.',
    )
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .helpCommand('help [command]', 'Print the help of a command')
    .showSuggestionAfterError();
  program.helpTopic = topicIn(args);
  guide(program, {
    examples: [
      { run: 'xclr quickstart', does: 'train on emoji drawings, write a report' },
      { run: 'xclr train --data images/', does: 'train on folders, one for each class' },
      { run: 'xclr eval runs/xclr-images', does: 'measure the encoder' },
      { run: 'xclr doctor', does: 'check this machine' },
    ],
  });
  await addCommands(program, commands, namesIn(args));
  checkTopic(commandAt(program, namesIn(args)), program.helpTopic);
  return { program, args };
}

/** `help train graph` → `train --help graph`. */
function withoutHelpCommand(words: readonly string[]): readonly string[] {
  if (words[0] !== 'help') return words;
  const path = pathOf(commands, words.slice(1));
  if (path.length === 0 && words.length > 1) return words.slice(1); // no command: said by commander
  return [...path, '--help', ...words.slice(1 + path.length)];
}

function pathOf(entries: typeof commands, words: readonly string[]): string[] {
  const found = entries.find(({ name }) => name === words[0]);
  if (found === undefined) return [];
  return [found.name, ...('commands' in found ? pathOf(found.commands, words.slice(1)) : [])];
}

/** The words that may name commands. */
function namesIn(args: readonly string[]): string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}

const helpFlags: readonly string[] = ['--help', '-h'];

/** The word after --help. */
function topicIn(args: readonly string[]): string | undefined {
  const next = args[args.findIndex((arg) => helpFlags.includes(arg)) + 1];
  const asked = args.some((arg) => helpFlags.includes(arg));
  return asked && next !== undefined && !next.startsWith('-') ? next : undefined;
}

function commandAt(command: Command, names: readonly string[]): Command {
  const next = command.commands.find((one) => one.name() === names[0]);
  return next === undefined ? command : commandAt(next, names.slice(1));
}

function checkTopic(command: Command, topic: string | undefined): void {
  const known = [...(guideOf(command).topics ?? []).map(({ name }) => name), allTopics];
  if (topic === undefined || known.length === 1 || known.includes(topic)) return;
  const near = nearestName(topic, known);
  throw new UserError(
    `${command.name()} --help: there is no topic ${topic}`,
    `${near === undefined ? '' : `Did you mean ${near}? `}The topics are ${known.join(', ')}.`,
  );
}
