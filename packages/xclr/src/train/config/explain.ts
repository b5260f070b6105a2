// Turns the schema's findings into lines that a person can act on.
import type { z } from 'zod';
import { nearestName } from '../../util/nearest.js';
import { flagOf } from './flags.js';
import { childrenOf, leavesOf } from './leaves.js';
import { trainSchema } from './schema.js';
import { kindOf } from './yaml.js';

/** One thing wrong with the settings. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** 'optimizer.lr', 'evaluation.tasks[0].name'. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** The findings of one issue: an unknown-keys issue has one for each key. */
export function findingsOf(issue: Issue): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownKey(issue.path, key) }));
  }
  const path = wholeSection(issue) ? [...issue.path, 'path'] : issue.path;
  return [{ path, message: messageOf({ ...issue, path }) }];
}

/** Of the sections only the data have a setting without a default: their path. */
function wholeSection(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined && dotted(issue.path) === 'data';
}

/** The flag of a setting that is missing, where it has one. */
function howToGive(path: readonly PropertyKey[]): string {
  const flag = flagOf(path.map(String));
  return flag === undefined ? '' : `: give --${flag.alias ?? flag.name}, or this key in a settings file`;
}

function messageOf(issue: Issue): string {
  const got = `, got ${kindOf(issue.input)}`;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing${howToGive(issue.path)}`
        : `expected ${expectedType(issue.expected)}${got}`;
    case 'too_small':
      return `expected ${sized(issue.origin, `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`)}${got}`;
    case 'too_big':
      return `expected ${sized(issue.origin, `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`)}${got}`;
    case 'invalid_value':
      return choice(issue.values.map(String), issue.input);
    case 'invalid_union':
      return unionMessage(issue);
    case 'invalid_format':
      return `${issue.message}${got}`;
    default:
      return issue.message;
  }
}

const types: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a section of settings',
  record: 'key: value pairs',
};

function expectedType(name: string): string {
  return types[name] ?? name;
}

function sized(origin: string, bound: string): string {
  if (origin === 'array') return `a list of ${bound}`;
  if (origin === 'string') return 'text that is not empty';
  return origin === 'int' ? `a whole number, ${bound}` : `a number, ${bound}`;
}

function choice(values: readonly string[], input: unknown): string {
  const list = values.length === 1 ? values[0]! : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return `expected ${list}, got ${kindOf(input)}.${suggestion(String(input), values)}`;
}

function unionMessage(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if (issue.discriminator !== undefined && 'options' in issue && Array.isArray(issue.options)) {
    const input: unknown = issue.input;
    const given =
      typeof input === 'object' && input !== null ? Reflect.get(input, issue.discriminator) : input;
    return choice(issue.options.map(String), given);
  }
  // The alternatives that a value of this type comes closest to say most; the rest are named beside them.
  const alternatives = issue.errors.map((errors) => errors[0]).filter((error) => error !== undefined);
  const range = alternatives.find((error) => error.code === 'too_small' || error.code === 'too_big');
  if (range !== undefined) return messageOf({ ...range, input: issue.input });
  const expected = alternatives.map((error) => {
    if (error.code === 'invalid_type') return expectedType(error.expected);
    return error.code === 'invalid_value' ? error.values.map(String).join(', ') : error.message;
  });
  return `expected ${[...new Set(expected)].join(' or ')}, got ${kindOf(issue.input)}`;
}

/** The key may be misspelt, or belong to another section: `lr` at the top is `optimizer.lr`. */
/**
 * What to say of a setting that other trainers have and contrastive losses must not: null for any other.
 * @param key such as accumulate, gradientAccumulationSteps or accum-freq
 */
export function insteadOf(key: string): string | null {
  if (!/^(grad|gradient)?[-_]?accum/i.test(key)) return null;
  return 'Gradients of smaller batches are not accumulated here: each view would be compared within its small batch alone. chunkSize (--chunk-size) compares the whole batch in as little memory.';
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const instead = insteadOf(key);
  if (instead !== null) return `is not a setting. ${instead}`;
  const siblings = [...childrenAt(path).keys()];
  if (siblings.includes(key)) return `cannot be used with the chosen ${dotted([...path, 'kind'])}`;
  const elsewhere = leavesOf(trainSchema).filter((leaf) => leaf.path.at(-1) === key);
  const near = nearestName(key, siblings);
  if (near === undefined && elsewhere.length > 0) {
    return `is not a setting. Did you mean ${elsewhere.map((leaf) => dotted(leaf.path)).join(' or ')}?`;
  }
  if (near !== undefined) return `is not a setting. Did you mean ${dotted([...path, near])}?`;
  return `is not a setting${path.length === 0 ? '' : ' here'}. There are: ${siblings.join(', ')}`;
}

function childrenAt(path: readonly PropertyKey[]): Map<string, z.core.$ZodType[]> {
  let children = childrenOf(trainSchema);
  for (const key of path) {
    const [next] = children.get(String(key)) ?? [];
    if (next === undefined) return new Map();
    children = childrenOf(next);
  }
  return children;
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}
