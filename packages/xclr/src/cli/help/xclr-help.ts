// Help pages: the options that matter first, the others by topic, lines as wide as the terminal.

import { styleText } from 'node:util';
import { type Argument, type Command, Help, type Option } from 'commander';
import { maxOf } from '../../util/arrays.js';
import { fullName } from './full-name.js';
import { allTopics, guideOf, type Topic, TopicOption } from './guide.js';

/** Columns that flags may take before their explanation goes to the next line. */
const termColumns = 30;
/** Lines longer than this tire the eye, however wide the terminal is. */
const widest = 110;

export class XclrHelp extends Help {
  /** The topic that was asked for; undefined for the first page. */
  readonly #asked: string | undefined;

  constructor(asked: string | undefined) {
    super();
    this.#asked = asked;
  }

  override prepareContext(context: { error?: boolean; helpWidth?: number; outputHasColors?: boolean }): void {
    const columns = context.helpWidth ?? (Number(process.env.COLUMNS) || 80);
    super.prepareContext({ ...context, helpWidth: Math.max(40, Math.min(columns, widest)) });
  }

  #topics(command: Command): readonly Topic[] {
    return guideOf(command).topics ?? [];
  }

  #topic(command: Command): Topic | undefined {
    return this.#topics(command).find(({ name }) => name === this.#asked);
  }

  override visibleOptions(command: Command): Option[] {
    const options = super.visibleOptions(command);
    if (this.#topics(command).length === 0) return options;
    const topic = this.#topic(command);
    if (topic !== undefined) return optionsOfTopic(options, topic.name);
    if (this.#asked === allTopics) {
      const own = options.filter((option) => !(option instanceof TopicOption));
      return [...own, ...this.#topics(command).flatMap(({ name }) => optionsOfTopic(options, name))];
    }
    const first = guideOf(command).first ?? [];
    const rank = (option: Option) => first.indexOf(option.long ?? option.short ?? '');
    const own = options.filter((option) => !(option instanceof TopicOption) && rank(option) < 0);
    const help = own.filter(({ long }) => long === '--help');
    const listed = options.filter((option) => rank(option) >= 0).sort((a, b) => rank(a) - rank(b));
    return [...own.filter((option) => !help.includes(option)), ...listed, ...help].map(plain);
  }

  override visibleArguments(command: Command): Argument[] {
    return this.#topic(command) === undefined ? [...super.visibleArguments(command)] : [];
  }

  override commandDescription(command: Command): string {
    const topic = this.#topic(command);
    if (topic === undefined) return super.commandDescription(command);
    return topic.introduction ?? topic.about;
  }

  override padWidth(command: Command, helper: Help): number {
    const fitting = (lengths: readonly number[]) => lengths.filter((length) => length <= termColumns);
    const lengths = [
      ...helper.visibleOptions(command).map((option) => helper.optionTerm(option).length),
      ...helper.visibleCommands(command).map((one) => helper.subcommandTerm(one).length),
      ...helper.visibleArguments(command).map((one) => helper.argumentTerm(one).length),
      ...this.#listedTopics(command).map(({ name }) => name.length),
    ];
    return maxOf(fitting(lengths), 8);
  }

  override formatItem(term: string, termWidth: number, description: string, helper: Help): string {
    const width = this.helpWidth ?? 80;
    const indent = Math.min(termWidth + 4, Math.floor(width / 3));
    const wrapped = wrap(description, width - indent).map((line) => `${' '.repeat(indent)}${line}`);
    const head = `  ${term}`;
    const [first = ''] = wrapped;
    if (helper.displayWidth(head) + 2 > indent) return [head, ...wrapped].join('\n');
    const gap = ' '.repeat(indent - helper.displayWidth(head));
    return [`${head}${gap}${first.trimStart()}`, ...wrapped.slice(1)].join('\n');
  }

  override optionDescription(option: Option): string {
    const { description, argChoices = [], defaultValue, defaultValueDescription } = option;
    const choices = argChoices.length === 0 ? '' : ` (${argChoices.join(', ')})`;
    const variable = option.envVar === undefined ? '' : ` (or ${option.envVar} in the environment)`;
    const shown = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
    return `${description}${choices}${variable}${shown === undefined ? '' : ` (default: ${String(shown)})`}`;
  }

  override argumentDescription({ description, defaultValue }: Argument): string {
    return `${description}${defaultValue === undefined ? '' : ` (default: ${String(defaultValue)})`}`;
  }

  /** Lines that begin with two spaces stay as they are. */
  override boxWrap(text: string, width: number): string {
    return text
      .split('\n')
      .flatMap((line) => (/^( {2}|$)/.test(line) ? [line] : wrap(line, width)))
      .join('\n');
  }

  override styleTitle(title: string): string {
    return styleText('bold', title, { validateStream: false });
  }

  override formatHelp(command: Command, helper: Help): string {
    const page = super.formatHelp(command, helper).trimEnd();
    const topic = this.#topic(command);
    const rest = topic === undefined ? this.#afterOptions(command, helper) : this.#afterTopic(command);
    return `${[page, ...rest].join('\n\n')}\n`;
  }

  #afterTopic(command: Command): string[] {
    return [`${fullName(command)} --help lists the other topics.`];
  }

  #listedTopics(command: Command): readonly Topic[] {
    const topics = this.#topics(command);
    if (topics.length === 0 || this.#asked !== undefined) return [];
    return [...topics, { name: allTopics, about: 'every option on one page' }];
  }

  #afterOptions(command: Command, helper: Help): string[] {
    const { notes = [], examples = [] } = guideOf(command);
    const width = this.helpWidth ?? 80;
    const listed = this.#listedTopics(command);
    const termWidth = this.padWidth(command, helper);
    const topics = listed.map(({ name, about }) => this.formatItem(name, termWidth, about, helper));
    return [
      ...(topics.length === 0
        ? []
        : [
            [this.styleTitle(`More options, by topic: ${fullName(command)} --help <topic>`), ...topics].join(
              '\n',
            ),
          ]),
      ...notes.map((note) => this.boxWrap(note, width)),
      ...(examples.length === 0
        ? []
        : [[this.styleTitle('Examples:'), ...exampleLines(examples, width)].join('\n')]),
    ];
  }
}

/** What the page of a topic lists: its options, each in every place that it has. */
function optionsOfTopic(options: readonly Option[], topic: string): Option[] {
  const placed = options
    .filter((option) => option instanceof TopicOption)
    .filter((option) => option.topic === topic)
    .flatMap((option) =>
      option.places.length === 0
        ? [{ order: 0, option }]
        : option.places.map(({ heading, description, order }) => ({
            order,
            option: new TopicOption(option.flags, description).helpGroup(heading),
          })),
    );
  return placed.sort((a, b) => a.order - b.order).map(({ option }) => option);
}

/** The option as the first page shows it: without a group. */
function plain(option: Option): Option {
  if (!(option instanceof TopicOption)) return option;
  return Object.assign(new TopicOption(option.flags, option.description), { topic: option.topic });
}

/** Examples with what they do beside them where all fit, else above them. */
function exampleLines(examples: readonly { run: string; does?: string }[], width: number): string[] {
  const column = maxOf(examples.map(({ run }) => run.length));
  const beside = examples.every(({ does = '' }) => column + does.length + 6 <= width);
  if (beside) {
    return examples.map(({ run, does }) =>
      does === undefined ? `  ${run}` : `  ${run.padEnd(column)}   # ${does}`,
    );
  }
  return examples.flatMap(({ run, does }) => [
    ...(does === undefined ? [] : wrap(does, width - 4).map((line) => `  # ${line}`)),
    `  ${run}`,
  ]);
}

/** Words in lines of at most `width` characters; a longer word has a line of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)![0];
  const indent = line;
  for (const word of text.trim().split(/\s+/)) {
    const joined = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (joined.length > width && line.trim() !== '') {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = joined;
  }
  return [...lines, line];
}
