// The training settings as commander options, grouped by section; reading back which ones were given.
import { type Command, Option } from 'commander';
import { type Flag, type GivenFlag, trainFlags } from '../train/config.js';

const groups: Readonly<Record<string, string>> = {
  data: 'Data:',
  encoder: 'Encoder:',
  projector: 'Projector:',
  graph: 'Similarity graph:',
  loss: 'Loss:',
  views: 'Views:',
  optimizer: 'Optimizer:',
  schedule: 'Learning-rate schedule:',
  checkpointEvery: 'Checkpoints:',
};

/** What the teacher decides: the student's encoder is --into, and its graph is the teacher. */
const decided = new Set(['method', 'encoder', 'textTower']);

/** The settings of a distillation. */
export const distillFlags: readonly Flag[] = trainFlags.filter(
  ({ path }) =>
    !decided.has(path[0]!) || path.join('.') === 'encoder.width' || path.join('.') === 'encoder.stem',
);

/** Adds training settings as options of `command`, all of them by default; where there is a short name, help shows only that one. */
export function addTrainFlags(command: Command, flags: readonly Flag[] = trainFlags): Command {
  for (const flag of flags) for (const option of optionsOf(flag)) command.addOption(option);
  return command;
}

/** The settings that were typed, for resolveTrainConfig. */
export function givenFlags(command: Command, flags: readonly Flag[] = trainFlags): GivenFlag[] {
  return flags.flatMap((flag) =>
    optionsOf(flag).flatMap((option) => {
      const attribute = option.attributeName();
      if (command.getOptionValueSource(attribute) !== 'cli') return [];
      const value: unknown = command.getOptionValue(attribute);
      return [{ name: option.long!.slice(2), value: value === true ? true : String(value) }];
    }),
  );
}

function optionsOf(flag: Flag): Option[] {
  const group = groups[flag.path[0]!] ?? 'Training:';
  const option = (name: string) =>
    new Option(`--${name} ${placeholder(flag)}`, explanation(flag)).helpGroup(group);
  return flag.alias === undefined ? [option(flag.name)] : [option(flag.alias), option(flag.name).hideHelp()];
}

/** Choices that are few are shown in the placeholder, many in the explanation. */
function namesChoices({ accepts }: Flag): boolean {
  return accepts.choices.join('|').length <= 24;
}

function placeholder(flag: Flag): string {
  const { accepts } = flag;
  if (accepts.boolean) return '[true|false]';
  if (accepts.pairs) return '<key=value,…>';
  if (accepts.list) return '<number,…>';
  if (accepts.choices.length > 0 && !namesChoices(flag)) return '<name>';
  const kinds = [
    ...(accepts.number ? ['number'] : []),
    ...accepts.choices,
    ...(accepts.none ? ['none'] : []),
  ];
  return `<${kinds.length === 0 ? 'text' : kinds.join('|')}>`;
}

function explanation(flag: Flag): string {
  const { description, defaultText, accepts } = flag;
  const choices = namesChoices(flag) ? '' : ` (${accepts.choices.join(', ')})`;
  const defaulted =
    defaultText === undefined || description.includes('default:') ? '' : ` (default: ${defaultText})`;
  return `${description}${choices}${defaulted}`;
}
