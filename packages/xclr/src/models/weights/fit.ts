// Finds an encoder's tensors among the names of a state dict: whose names they are, what stands before them, what is left over.
import { maxOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import type { Dialect } from './dialects/index.js';

/** What was found. */
export interface Fit {
  readonly dialect: Dialect;
  /** What stands before all names, with its last dot: 'module.encoder_q.'; '' for nothing. */
  readonly prefix: string;
  /** For each of the encoder's names that is there, the file's names that make it. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Names of classifiers, projectors and decoders, which an encoder has not. */
  readonly heads: readonly string[];
  /** Other names under the prefix: the file has layers that the encoder has not. */
  readonly unexpected: readonly string[];
  /** How many names do not begin with the prefix. */
  readonly outside: number;
  /** Other prefixes under which the encoder's names were found too. */
  readonly others: readonly string[];
}

/** What may follow the features in a file: nothing of it belongs to an encoder. */
const head =
  /^(fc|fc_norm|classifier|head|heads|head_dist|pooler|pre_logits|conv_head|projector|projection|projection_head|prediction_head|predictor|prototypes|decoder\w*|mask_token|lm_head|mlp|queue\w*|norm_head)(\.|$)/;

/** Prefixes of networks that follow another one slowly, or learn from it: the other one is meant. */
const follower = /(^|[._])(encoder_k|key|momentum\w*|target\w*|student\w*|ema\w*)/;
const momentum = /_momentum|momentum_/;

/** Half of an encoder's names at least must be there before the rest counts as missing. */
const enough = 0.5;

interface Candidate {
  readonly dialect: Dialect;
  readonly prefix: string;
  readonly found: number;
}

/**
 * @param wanted the encoder's names
 * @param names the file's
 * @throws {UserError} where the names are of another architecture, or of several networks of which nothing says which is meant
 */
export function fitNames(
  wanted: readonly string[],
  names: readonly string[],
  dialects: readonly Dialect[],
  where: string,
): Fit {
  const there = new Set(names);
  const candidates = dialects.flatMap((dialect) =>
    prefixesOf(names, dialect.anchor).map((prefix): Candidate => {
      const found = wanted.filter((name) => isThere(sourcesOf(dialect, prefix, name), there)).length;
      return { dialect, prefix, found };
    }),
  );
  const most = maxOf(
    candidates.map(({ found }) => found),
    0,
  );
  if (most < enough * wanted.length) throw otherArchitecture(wanted, names, where);
  const best = candidates.filter(({ found }) => found === most);
  const chosen = choose(best, where);
  return describeFit(chosen, best, wanted, names);
}

/** What stands before the anchor, wherever a name ends with it. */
function prefixesOf(names: readonly string[], anchor: string): string[] {
  return names.flatMap((name) => {
    if (name === anchor) return [''];
    return name.endsWith(`.${anchor}`) ? [name.slice(0, -anchor.length)] : [];
  });
}

function sourcesOf(dialect: Dialect, prefix: string, ours: string): string[] {
  return dialect.sources(ours).map((name) => prefix + name);
}

function isThere(sources: readonly string[], there: ReadonlySet<string>): boolean {
  return sources.length > 0 && sources.every((name) => there.has(name));
}

function choose(best: readonly Candidate[], where: string): Candidate {
  const [first] = best as [Candidate, ...Candidate[]];
  if (best.length === 1) return first;
  const leading = best.filter(({ prefix }) => !follower.test(prefix) && !momentum.test(prefix));
  if (leading.length === 1) return leading[0]!;
  const teacher = best.filter(({ prefix }) => /teacher/.test(prefix));
  if (teacher.length === 1) return teacher[0]!;
  throw new UserError(
    `weights ${where}: several networks in it fit this encoder, and nothing says which is meant: ${best.map(({ prefix }) => prefix || '(no prefix)').join(', ')}`,
    'Save one of them alone in Python: keep the names that begin with its prefix.',
  );
}

function describeFit(
  { dialect, prefix }: Candidate,
  best: readonly Candidate[],
  wanted: readonly string[],
  names: readonly string[],
): Fit {
  const there = new Set(names);
  const sources = new Map<string, readonly string[]>();
  for (const name of wanted) {
    const from = sourcesOf(dialect, prefix, name);
    if (isThere(from, there)) sources.set(name, from);
  }
  const used = new Set([...sources.values()].flat());
  const inside = names.filter((name) => name.startsWith(prefix) && !used.has(name));
  // An encoder with its classifier has used the classifier's names by now.
  const heads = inside.filter((name) => head.test(name.slice(prefix.length)));
  return {
    dialect,
    prefix,
    sources,
    heads,
    unexpected: inside.filter((name) => !heads.includes(name)),
    outside: names.filter((name) => !name.startsWith(prefix)).length,
    others: best.map((one) => one.prefix).filter((one) => one !== prefix),
  };
}

function otherArchitecture(wanted: readonly string[], names: readonly string[], where: string): UserError {
  const some = (all: readonly string[]) => [...all.slice(0, 3), ...(all.length > 3 ? ['…'] : [])].join(', ');
  return new UserError(
    `weights ${where}: its names are of another architecture: expected such as ${some(wanted)}, got ${names.length === 0 ? 'none' : some(names)}`,
    'Choose the encoder that they were trained for (--encoder), or other weights.',
  );
}
