// The settings as command-line flags: `--optimizer-lr 0.3`, or `--lr 0.3` for short.
import { parse } from 'yaml';
import { canBeTyped, type Leaf, leavesOf } from './leaves.js';
import { trainSchema } from './schema.js';
import { isRecord } from './yaml.js';

/** A setting's flags: the path in kebab case, and a shorter name where it has one. */
export interface Flag extends Leaf {
  /** Without the dashes: 'optimizer-lr'. */
  readonly name: string;
  /** 'lr', or undefined. */
  readonly alias: string | undefined;
}

/** A flag as it was given: the name without dashes, and the text after it (true when there was none). */
export interface GivenFlag {
  readonly name: string;
  readonly value: string | true;
}

/** Short names, chosen so that none can mean two settings. */
const aliases: Readonly<Record<string, string>> = {
  'data.path': 'data',
  'data.imageRange': 'image-range',
  'encoder.name': 'encoder',
  'encoder.stem': 'stem',
  'encoder.width': 'width',
  'encoder.weights': 'weights',
  'graph.kind': 'graph',
  'graph.encoder': 'text-encoder',
  'loss.temperature': 'temperature',
  'loss.prototypes.weight': 'prototypes',
  'loss.softTargets': 'soft-targets',
  'views.size': 'size',
  'views.recipe': 'recipe',
  'optimizer.name': 'optimizer',
  'optimizer.lr': 'lr',
  'optimizer.weightDecay': 'weight-decay',
  'optimizer.momentum': 'momentum',
  'schedule.name': 'schedule',
  'schedule.warmupEpochs': 'warmup-epochs',
  'schedule.warmupSteps': 'warmup-steps',
};

/** 'batchSize' → 'batch-size', 'cacheMiB' → 'cache-mib'. @internal */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/-mi-b$/, '-mib');
}

/** Every flag of the training settings, in the schema's order. */
export const trainFlags: readonly Flag[] = leavesOf(trainSchema)
  .filter((leaf) => canBeTyped(leaf.accepts))
  .map((leaf) => ({ ...leaf, name: leaf.path.map(kebab).join('-'), alias: aliases[leaf.path.join('.')] }));

const byName = new Map(
  trainFlags.flatMap((flag) => [flag.name, flag.alias ?? flag.name].map((name) => [name, flag])),
);

/** The flag of a name or alias, without dashes. */
export function findFlag(name: string): Flag | undefined {
  return byName.get(name);
}

/** The flag of a setting, by its path. */
export function flagOf(path: readonly string[]): Flag | undefined {
  return trainFlags.find((flag) => flag.path.join('.') === path.join('.'));
}

/** All names and aliases, for suggestions. */
export const flagNames: readonly string[] = [...byName.keys()];

/**
 * What a flag's text stands for, as far as the setting's kind says. What does not fit stays text, so that the
 * schema's check can say what was expected.
 */
export function valueOfFlag(flag: Flag, value: string | true): unknown {
  const { accepts } = flag;
  if (value === true) return accepts.boolean ? true : '';
  if (accepts.none && value === 'none') return null;
  // A choice that is a number is one in the settings too: --views-count 2.
  if (accepts.choices.includes(value)) return /^\d+$/.test(value) ? Number(value) : value;
  if (accepts.boolean) return value === 'true' ? true : value === 'false' ? false : value;
  if (accepts.list) return value.split(',').map(numberOrText);
  if (accepts.pairs) return parsePairs(value, accepts.pairs);
  return accepts.number ? numberOrText(value) : value;
}

function numberOrText(text: string): number | string {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

/** 'split=train,style=noto|twemoji' → { split: 'train', style: ['noto', 'twemoji'] }; commas in brackets do not split, dots nest. */
function parsePairs(text: string, kind: 'filter' | 'json'): unknown {
  const pairs = text.split(/,(?![^[]*\])/).map((pair) => {
    const [key, ...rest] = pair.split('=');
    return { key: key!.trim(), value: rest.join('=').trim(), whole: rest.length > 0 };
  });
  if (pairs.some((pair) => !pair.whole || pair.key === '')) return text;
  if (kind === 'filter') return Object.fromEntries(pairs.map(({ key, value }) => [key, words(value)]));
  const result = {};
  for (const { key, value } of pairs) put(result, key.split('.'), jsonValue(value));
  return result;
}

/** put({}, ['geometry', 'flip'], 0) makes { geometry: { flip: 0 } }. */
function put(into: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  const before = into[key];
  const inner = isRecord(before) ? before : {};
  into[key] = rest.length === 0 ? value : inner;
  if (rest.length > 0) put(inner, rest, value);
}

function words(value: string): string | string[] {
  return value.includes('|') ? value.split('|') : value;
}

function jsonValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
