// From a file and flags to the settings of a run: merged, checked once, nothing left to default.
import { basename } from 'node:path';
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import { checkTogether } from './cross-field-checks.js';
import { dotted, type Finding, findingsOf, insteadOf } from './explain.js';
import {
  type AskedTrainConfig,
  type Circumstances,
  fitTrainConfig,
  type TrainConfig,
  thisMachine,
} from './fit.js';
import { findFlag, flagNames, flagOf, type GivenFlag, valueOfFlag } from './flags.js';
import { recipeFile } from './recipes.js';
import { type TrainSettings, trainSchema } from './schema.js';
import { isRecord, readSettingsFile, type SettingsFile } from './yaml.js';

/** What the encoder is trained with: 'xclr', 'supcon', 'simclr', 'clip', 'clip-frozen' or 'supervised'. */
export type Method = TrainConfig['method'];
/** The settings of a similarity graph, complete. */
export type GraphConfig = TrainConfig['graph'];

/** Where settings come from. Flags win over the file, and the file over the defaults. */
export interface ConfigSources {
  /** Path of a YAML or JSON file. */
  readonly file?: string | undefined;
  readonly flags?: readonly GivenFlag[];
  /** Settings made by a program, such as the quick start's; what the file and the flags say wins over them. */
  readonly base?: TrainSettings;
  /** Settings made by a program that win over the file and the flags: each method's in a comparison. */
  readonly overrides?: TrainSettings;
}

type Values = Record<string, unknown>;

/**
 * The settings of a training, complete. What is `auto` is chosen for the machine alone; `runTraining` takes the settings
 * as they were asked for, and chooses for the data as well.
 * @throws {UserError} with a line for each thing wrong: where it stands, what was expected, what was found.
 */
export function resolveTrainConfig(sources: ConfigSources, circumstances?: Circumstances): TrainConfig {
  const asked = askTrainConfig(sources);
  return fitTrainConfig(asked, circumstances ?? thisMachine(asked)).config;
}

/** The settings as they are asked for, checked. @throws {UserError} as resolveTrainConfig does */
export function askTrainConfig({
  file,
  flags = [],
  base = {},
  overrides = {},
}: ConfigSources): AskedTrainConfig {
  const settings = file === undefined ? undefined : readSettingsFile(recipeFile(file));
  const typed = settingsOfFlags(flags);
  const values = withDefaultGraph(
    [
      isRecord(base) ? base : {},
      settings?.values ?? {},
      typed.values,
      isRecord(overrides) ? overrides : {},
    ].reduce((under, over) => mergeSettings(under, over)),
  );
  const parsed = trainSchema.safeParse(values, { reportInput: true });
  const findings = parsed.success ? checkTogether(parsed.data) : parsed.error.issues.flatMap(findingsOf);
  if (findings.length > 0 || !parsed.success) throw problems(findings, settings, typed.origins);
  const config = parsed.data;
  const name = basename(config.data.path).replace(/\.[^.]*$/, '');
  return { ...config, run: config.run ?? `runs/${config.method}-${name}` };
}

/** The settings that a list of flags makes, and which flag each came from. */
function settingsOfFlags(given: readonly GivenFlag[]): { values: Values; origins: Map<string, string> } {
  let values: Values = {};
  const origins = new Map<string, string>();
  for (const { name, value } of given) {
    const flag = findFlag(name);
    if (flag === undefined) {
      const near = nearestName(name, flagNames);
      throw new UserError(
        `unknown flag --${name}`,
        insteadOf(name) ?? (near === undefined ? 'xclr train --help lists them.' : `Did you mean --${near}?`),
      );
    }
    const nested = flag.path.reduceRight<unknown>(
      (inner, key) => ({ [key]: inner }),
      valueOfFlag(flag, value),
    );
    values = mergeSettings(values, nested as Values);
    origins.set(dotted(flag.path), `--${name}`);
  }
  return { values, origins };
}

/** Settings of which the one that is given replaces the other, whatever the file says. */
const alternatives = [
  ['epochs', 'steps'],
  ['warmupEpochs', 'warmupSteps'],
] as const;

/** A filter's keys are the user's: merging two of them would keep what was meant to be replaced. */
const replacedWhole = new Set(['train', 'only']);

/** `over` wins, key by key; lists and filters are replaced whole. */
export function mergeSettings(under: Values, over: Values): Values {
  const merged: Values = { ...under };
  for (const [one, other] of alternatives) {
    if ((over[one] ?? null) !== null) delete merged[other];
    if ((over[other] ?? null) !== null) delete merged[one];
  }
  // Another kind of graph has other settings: the first kind's must not linger.
  if (over.kind !== undefined && merged.kind !== undefined && over.kind !== merged.kind) return { ...over };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    const nested = isRecord(before) && isRecord(value) && !replacedWhole.has(key);
    merged[key] = nested ? mergeSettings(before, value) : value;
  }
  return merged;
}

const graphOfMethod: Readonly<Record<string, string>> = {
  xclr: 'text',
  supcon: 'labels',
  simclr: 'identity',
  clip: 'identity',
  'clip-frozen': 'text',
  supervised: 'labels',
};

/** τ_s of the paper, which belongs to the paper's text encoder; for any other, and for auto, it is calibrated. */
const paperTemperature = 0.1;

/** CLIP compares captions where its targets are softened by how similar these are. */
const softens = ({ method, loss }: Values) =>
  method === 'clip' && isRecord(loss) && Number(loss.softTargets ?? 0) > 0;

/** The method says which graph is meant where the settings do not. */
function withDefaultGraph(values: Values): Values {
  const graph = values.graph ?? {};
  if (!isRecord(graph)) return values;
  const usual = softens(values) ? 'text' : graphOfMethod[String(values.method ?? 'xclr')];
  const kind = graph.kind ?? usual ?? 'text';
  const { encoder, model } = graph;
  const asInPaper = kind === 'text' && encoder === 'sentence-transformer' && model === undefined;
  return { ...values, graph: { ...(asInPaper && { temperature: paperTemperature }), ...graph, kind } };
}

function problems(
  findings: readonly Finding[],
  file: SettingsFile | undefined,
  flags: ReadonlyMap<string, string>,
): UserError {
  const lines = findings.map(({ path, message }) => {
    const name = dotted(path);
    const flag = path
      .map((_, depth) => flags.get(dotted(path.slice(0, depth + 1))))
      .find((one) => one !== undefined);
    if (flag !== undefined) return `${flag}: ${name} ${message}`;
    // Without a file, the setting is known to the user by its flag.
    const own = flagOf(path.map(String));
    if (file === undefined && own !== undefined && flags.size > 0 && !message.startsWith('is missing'))
      return `--${own.alias ?? own.name}: ${name} ${message}`;
    return file === undefined ? `${name} ${message}` : `${file.locate(path)} ${name} ${message}`;
  });
  return new UserError(lines.join('\n'), 'xclr train --help explains every setting.');
}
