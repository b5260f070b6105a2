// The training settings as commander options, by topic; reading back which ones were given.
import { type Command, Option } from 'commander';
import { type Flag, type GivenFlag, trainFlags } from '../train/config.js';
import { TopicOption } from './help/guide.js';
import { kindPlaces, placeOf } from './setting-topics.js';

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
  const shown = shownOption(flag, flag.alias ?? flag.name);
  if (flag.alias === undefined) return [shown];
  return [shown, new Option(`--${flag.name} ${placeholder(flag)}`).hideHelp()];
}

function shownOption(flag: Flag, name: string): TopicOption {
  const { topic, heading } = placeOf(flag);
  const option = new TopicOption(
    `--${name} ${placeholder(flag)}`,
    explanation(flag, !namesChoices(flag.accepts)),
  );
  option.topic = topic;
  option.helpGroup(heading);
  if (topic === 'graph') {
    option.places = kindPlaces(flag).map(({ heading: place, kind, order }) => ({
      heading: place,
      order,
      description: explanation(
        flag.variants.find((variant) => variant.kind === kind) ?? flag,
        !namesChoices(flag.accepts),
      ),
    }));
  }
  return option;
}

type Accepts = Flag['accepts'];

/** Choices that are few are shown in the placeholder, many in the explanation. */
function namesChoices({ choices }: Accepts): boolean {
  return choices.join('|').length <= 24;
}

/** What the text of a setting names, where it is not just text. */
const textNames: Readonly<Record<string, string>> = {
  'data.path': 'path',
  'data.imageRoot': 'folder',
  'data.imageColumn': 'column',
  'data.captionColumn': 'column',
  'data.labelColumn': 'column',
  'data.splitColumn': 'column',
  'data.idColumn': 'column',
  'data.splitBy': 'column',
  'data.exclude': 'file',
  run: 'folder',
  'encoder.weights': 'path',
  'textTower.tokenizer': 'folder',
  'graph.model': 'name|path',
  'graph.descriptions': 'file',
  'graph.path': 'file',
  'graph.ids': 'file',
  'graph.column': 'column',
  'graph.idColumn': 'column',
  'views.recipe': 'name',
  device: 'name',
};

function placeholder({ accepts, path }: Flag): string {
  if (accepts.boolean) return '[true|false]';
  if (accepts.pairs) return '<key=value,…>';
  if (accepts.list) return '<number,…>';
  if (accepts.choices.length > 0 && !namesChoices(accepts)) return '<name>';
  const kinds = [
    ...(accepts.number ? ['number'] : []),
    ...accepts.choices,
    ...(accepts.none ? ['none'] : []),
  ];
  return `<${kinds.length === 0 ? (textNames[path.join('.')] ?? 'text') : kinds.join('|')}>`;
}

/** @param lists whether the choices are listed: the placeholder does not */
function explanation(
  { description, defaultText, accepts }: Pick<Flag, 'description' | 'defaultText' | 'accepts'>,
  lists: boolean,
): string {
  const listed = lists && !accepts.choices.every((name) => description.includes(`${name}:`));
  const choices = listed && accepts.choices.length > 1 ? ` (${accepts.choices.join(', ')})` : '';
  const defaulted =
    defaultText === undefined || description.includes('default:') ? '' : ` (default: ${defaultText})`;
  return `${description}${choices}${defaulted}`;
}
